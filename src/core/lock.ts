// One writer per workspace: a lock of the operating system, so a killed process leaves none behind.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Connection from 'libsql'

export interface Lock {
  release(): void
}

/**
 * Takes the lock file `path`, or answers null when another process (or another taker in this one) holds it. SQLite's exclusive lock on an
 * empty database is the lock: the system drops it when its process ends, however it ends.
 */
export function tryLock(path: string): Lock | null {
  mkdirSync(dirname(path), { recursive: true })
  const connection = new Connection(path, { timeout: 100 })
  try {
    connection.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    connection.close()
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return null
    throw error
  }
  return {
    release() {
      connection.exec('ROLLBACK')
      connection.close()
    },
  }
}
