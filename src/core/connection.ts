// Opens one connection to a database file, in words where the disk does not let it.
import { accessSync, constants, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import Connection from 'libsql'
import { requireOwnFileSync } from './files.ts'
import { makeFolderSync } from './folder.ts'
import { storageFault } from './storage-fault.ts'

/** What SQLite keeps of a database: the file, and those beside it, which it opens by their names. */
export const DATABASE_FILES = ['', '-wal', '-shm', '-journal'] as const

/**
 * @param timeout ms that a statement waits in place for another's lock
 * @throws AppError `disk_full`, `not_writable`; `not_a_file`, since SQLite follows links and waits for pipes; what the driver says of anything else
 */
export function openConnection(path: string, timeout: number): Connection.Database {
  try {
    makeFolderSync(dirname(path))
    for (const end of DATABASE_FILES) requireOwnFileSync(path + end)
    return new Connection(path, { timeout })
  } catch (error) {
    throw storageFault(reasonAt(path) ?? error, path) ?? error
  }
}

/** The driver says only that it could not open the file: the system knows why. */
function reasonAt(path: string): unknown {
  try {
    for (const each of [dirname(path), path]) if (existsSync(each)) accessSync(each, constants.W_OK)
    return null
  } catch (error) {
    return error
  }
}
