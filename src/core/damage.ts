// Damage to a database, told from other failures.

/** Whether SQLite says of a file that it is no database, or not a whole one. */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code))
}
