// What a file holds of a market, table by table, as counts and hashes: the same in every file that holds the same of it, whatever numbers its imports have there.
import { createHash } from 'node:crypto'
import type { Sqlite } from '../../core/database.ts'
import { exactText, type Digest } from '../../core/room-tables.ts'
import { together } from './apply.ts'
import { ImportNumbers } from './import-numbers.ts'
import { cellOf, type LoggedCell } from './operation.ts'
import { ASIDE_ROW, keyOf, LOGGED, MARKET_ROW, marketColumnOf, type LoggedTable } from './tables.ts'

export interface TableDigest extends Digest {
  readonly table: string
}

type Cells = readonly LoggedCell[]

/** Of every table that goes into a market's log, but those without rows. Reads each row once; nobody writes meanwhile. */
export function marketDigests(sqlite: Sqlite, market: number): TableDigest[] {
  return LOGGED.map((table) => digestOf(sqlite, market, table)).filter(({ rows }) => rows > 0)
}

function digestOf(sqlite: Sqlite, market: number, table: LoggedTable): TableDigest {
  const hash = createHash('sha256')
  let rows = 0
  for (const row of rowsOf(sqlite, market, table)) {
    hash.update(JSON.stringify(row.map(exactText)))
    rows += 1
  }
  return { table: table.name, rows, sha256: hash.digest('hex') }
}

function rowsOf(sqlite: Sqlite, market: number, table: LoggedTable): Iterable<Cells> {
  const numbers = new ImportNumbers(sqlite, market)
  const imports = numbers.look().length
  const stored = storedRows(sqlite, market, table, numbers)
  if (table === ASIDE_ROW) return togetherRows(stored)
  return table === MARKET_ROW ? saying(stored, imports > 0) : stored
}

/** In the order of their keys, which is the same by the numbers of imports that the log has. */
function* storedRows(
  sqlite: Sqlite,
  market: number,
  table: LoggedTable,
  numbers: ImportNumbers,
): Generator<Cells> {
  const { name, columns } = table
  const statement = sqlite
    .prepare(
      `SELECT ${columns.join(', ')} FROM ${name} WHERE ${marketColumnOf(table)} = ? ORDER BY ${keyOf(table).join(', ')}`,
    )
    .raw()
  for (const row of statement.iterate([market]) as Iterable<(LoggedCell | ArrayBuffer)[]>)
    yield numbers.toLog({ table, isPut: true, cells: row.map(cellOf) }).cells
}

/** The log says nothing of a market that is only named, nor of when it was found to be empty, where no import says so. */
function* saying(rows: Iterable<Cells>, hasImports: boolean): Generator<Cells> {
  for (const [forgottenAt = null, negative = 0] of rows) {
    const row = [hasImports ? forgottenAt : null, negative]
    if (row[0] !== null || row[1] !== 0) yield row
  }
}

/** What was kept apart by imports of other markets is one, as in `Applier`. */
function* togetherRows(rows: Iterable<Cells>): Generator<Cells> {
  let last: Cells | null = null
  for (const row of rows) {
    const isSame = last !== null && row.slice(0, -1).every((cell, index) => cell === last?.[index])
    if (isSame && last !== null)
      last = [...row.slice(0, -1), together(row[0] === 0, String(last.at(-1)), String(row.at(-1)))]
    else {
      if (last !== null) yield last
      last = row
    }
  }
  if (last !== null) yield last
}
