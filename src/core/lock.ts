// One writer per workspace: a lock of the operating system, so a killed process leaves none behind.
import { isBusy } from './busy.ts'
import { openConnection } from './connection.ts'
import { storageFault } from './storage-fault.ts'

export interface Lock {
  release(): void
}

/**
 * Takes the lock file `path`, or answers null when another process (or another taker in this one) holds it. SQLite's exclusive lock on an
 * empty database is the lock: the system drops it when its process ends, however it ends.
 * @throws AppError `disk_full`, `not_writable`, `not_a_file`
 */
export function tryLock(path: string): Lock | null {
  const connection = openConnection(path, 100)
  try {
    connection.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    connection.close()
    if (isBusy(error)) return null
    throw storageFault(error, path) ?? error
  }
  return {
    release() {
      connection.exec('ROLLBACK')
      connection.close()
    },
  }
}
