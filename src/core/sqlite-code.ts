// What SQLite complains of, by name, also where the driver has no name for the finer code.

/** By primary code, the lowest byte of each: https://sqlite.org/rescode.html */
const NAMES: Readonly<Record<number, string>> = {
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  8: 'SQLITE_READONLY',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  26: 'SQLITE_NOTADB',
}

/** The code of an error of SQLite or of the system; an empty text where it has none. */
export function codeOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : ''
  if (!code.startsWith('UNKNOWN_SQLITE') || !('rawCode' in error)) return code
  return NAMES[Number(error.rawCode) & 0xff] ?? code
}
