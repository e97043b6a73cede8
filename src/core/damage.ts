// Damage to a database, told from other failures.
import { codeOf } from './sqlite-code.ts'

/** Whether SQLite says of a file that it is no database, or not a whole one. */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error))
}
