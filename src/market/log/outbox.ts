// What was written to the file and is not known to be in the log, in the order in which it was written.
import type { Sqlite } from '../../core/database.ts'
import { CELLS } from './capture.ts'
import { cellOf, type LoggedCell, type Operation } from './operation.ts'
import { knownTable } from './payload.ts'
import { keyOf } from './tables.ts'

/** Whole transactions, but of very large ones. */
export interface Batch {
  readonly operations: readonly Operation[]
  /** The number of the last. */
  readonly through: number
}

/** A batch has that many rows, and those that end the transaction of the last. */
const ROWS_A_BATCH = 2_000
/** A transaction of more numbers is cut: all of it at once would hold up the thread for seconds. */
const LARGEST = 6_000

type Row = [code: number, put: number, ...cells: (LoggedCell | ArrayBuffer)[]]

/** Over a file whose capture is switched on. */
export class Outbox {
  readonly #nth
  readonly #newest
  readonly #end
  readonly #rows
  readonly #any
  readonly #drop
  readonly #dropEnds
  readonly #last

  constructor(sqlite: Sqlite) {
    const cells = Array.from({ length: CELLS }, (_, index) => `c${index}`).join(', ')
    const later = 'market = ? AND seq > ?'
    this.#nth = sqlite
      .prepare(`SELECT seq FROM market_outbox WHERE ${later} ORDER BY seq LIMIT 1 OFFSET ${ROWS_A_BATCH - 1}`)
      .raw()
    this.#newest = sqlite.prepare(`SELECT max(seq) FROM market_outbox WHERE ${later}`).raw()
    this.#end = sqlite.prepare('SELECT min(seq) FROM market_outbox_end WHERE seq >= ?').raw()
    this.#rows = sqlite
      .prepare(`SELECT code, put, ${cells} FROM market_outbox WHERE ${later} AND seq <= ? ORDER BY seq`)
      .raw()
    this.#any = sqlite.prepare('SELECT 1 FROM market_outbox WHERE market = ? LIMIT 1')
    this.#drop = sqlite.prepare('DELETE FROM market_outbox WHERE market = ? AND seq <= ?')
    this.#dropEnds = sqlite.prepare(
      'DELETE FROM market_outbox_end WHERE seq < ifnull((SELECT min(seq) FROM market_outbox), ?)',
    )
    this.#last = sqlite.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'market_outbox'").raw()
  }

  isEmpty(market: number): boolean {
    return this.#any.get([market]) === undefined
  }

  /** The next of a market after number `seq`; null where there is none. */
  batch(market: number, seq: number): Batch | null {
    const newest = this.#one(this.#newest.get([market, seq]))
    if (newest === null) return null
    const nth = this.#one(this.#nth.get([market, seq]))
    // What is read here is committed, so that all there is ends with a transaction.
    const end = nth === null ? newest : (this.#one(this.#end.get([nth])) ?? newest)
    const through = nth !== null && end - nth > LARGEST ? nth : end
    const rows = this.#rows.all([market, seq, through]) as Row[]
    return { operations: rows.map(operationOf), through }
  }

  /** The log has a market's rows up to number `through`: part of a transaction. */
  settle(market: number, through: number): void {
    this.#drop.run([market, through])
    this.#dropEnds.run([Number.MAX_SAFE_INTEGER])
  }

  /** The newest number that was ever given here. */
  last(): number {
    return this.#one(this.#last.get()) ?? 0
  }

  #one(row: unknown): number | null {
    return (row as [number | null] | undefined)?.[0] ?? null
  }
}

function operationOf([code, put, ...cells]: Row): Operation {
  const table = knownTable(code)
  const width = put === 1 ? table.columns.length : keyOf(table).length
  return { table, isPut: put === 1, cells: cells.slice(0, width).map(cellOf) }
}
