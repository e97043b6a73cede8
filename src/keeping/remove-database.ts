// A database that is of no use any more goes, with what SQLite keeps beside it.
import { rm } from 'node:fs/promises'
import { DATABASE_FILES } from '../core/connection.ts'

/** Nobody has it open. */
export async function removeDatabase(path: string): Promise<void> {
  for (const end of DATABASE_FILES) await rm(path + end, { force: true })
}
