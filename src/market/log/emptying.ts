// Takes all rows of a market out of a file, a few at a time: before it is made anew of the log.
import type { Sqlite } from '../../core/database.ts'
import { LOGGED, MARKET_ROW, type LoggedTable } from './tables.ts'

const ROWS_A_STEP = 5_000

/** Each to be called, within a transaction, until it takes nothing out any more. In order: what refers to others goes first. */
export function emptying(sqlite: Sqlite, market: number): (() => number)[] {
  const tables = LOGGED.filter((table) => table !== MARKET_ROW)
  return tables.toReversed().map((table) => {
    const { name } = table
    const row = rowOf(table)
    const some = `SELECT ${row} FROM ${name} WHERE market = ? LIMIT ${ROWS_A_STEP}`
    const statement = sqlite.prepare(`DELETE FROM ${name} WHERE market = ? AND (${row}) IN (${some})`)
    return () => statement.run([market, market]).changes
  })
}

/** What names a row within its market. */
function rowOf({ key }: LoggedTable): string {
  return key.length > 0 ? key.join(', ') : 'rowid'
}
