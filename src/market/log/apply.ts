// Rows of another machine's file into this one, as they are: what was composed there is not composed again, and is known as of the same time.
import { at } from '../../core/at.ts'
import { BookChanges } from '../book/book-changes.ts'
import { BulkWriter, type SqlValue } from '../store/bulk.ts'
import { CANDLES, TRADES } from '../store/claim-kinds.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Candle, Trade } from '../types.ts'
import { ImportNumbers } from './import-numbers.ts'
import type { LoggedCell, Operation } from './operation.ts'
import { ASIDE_ROW, IMPORT_ROW, keyOf, LOGGED, MARKET_ROW, type LoggedTable } from './tables.ts'
import { touchedBy } from './touched.ts'

type Statement = ReturnType<MarketStore['sqlite']['prepare']>

/** Writers of one table. */
interface Writer {
  readonly put: BulkWriter
  readonly remove: Statement
}

/** Over a file whose capture is switched on. */
export class Applier {
  readonly #store: MarketStore
  readonly #books: BookChanges
  readonly #numbers = new Map<number, ImportNumbers>()
  readonly #writers = new Map<LoggedTable, Writer>()
  readonly #begin
  readonly #end
  readonly #market
  readonly #newImport
  readonly #import
  readonly #aside

  constructor(store: MarketStore) {
    const { sqlite } = store
    this.#store = store
    this.#books = new BookChanges(sqlite)
    this.#begin = sqlite.prepare('INSERT INTO market_log_applying VALUES (?)')
    this.#end = sqlite.prepare('DELETE FROM market_log_applying')
    this.#market = sqlite.prepare('UPDATE market SET forgotten_at = ?, negative_prices = ? WHERE id = ?')
    const [, ...columns] = IMPORT_ROW.columns
    const places = columns.map(() => '?').join(', ')
    this.#newImport = sqlite.prepare(
      `INSERT INTO import (market, ${columns.join(', ')}) VALUES (?, ${places})`,
    )
    this.#import = sqlite.prepare(`UPDATE import SET (${columns.join(', ')}) = (${places}) WHERE id = ?`)
    this.#aside = sqlite
      .prepare(
        'SELECT data FROM row_aside WHERE market = ? AND timeframe = ? AND time = ? AND id = ? AND after_import = ?',
      )
      .raw()
    for (const table of LOGGED)
      if (table !== MARKET_ROW && table !== IMPORT_ROW) this.#writers.set(table, writerOf(store, table))
  }

  /** Within a transaction. */
  apply(market: number, operations: readonly Operation[]): void {
    this.unlogged(market, () => {
      const numbers = this.#numbersOf(market)
      for (const run of runsOf(operations)) this.#run(market, numbers, run)
      const { candles, books } = touchedBy(operations)
      for (const { timeframe, from, to } of candles) this.#store.changes.note(market, timeframe, from, to)
      if (books !== null) this.#books.note(market, books)
    })
  }

  /** What `work` writes, within a transaction, is no news for the log. */
  unlogged(market: number, work: () => void): void {
    this.#begin.run([market])
    work()
    this.#end.run()
  }

  /** What was known of a market whose rows are gone. */
  forget(market: number): void {
    this.#numbers.delete(market)
    this.#store.imports.forget()
  }

  #numbersOf(market: number): ImportNumbers {
    const known = this.#numbers.get(market) ?? new ImportNumbers(this.#store.sqlite, market)
    this.#numbers.set(market, known)
    return known
  }

  #run(market: number, numbers: ImportNumbers, run: readonly Operation[]): void {
    const { table, isPut } = at(run, 0)
    if (table === MARKET_ROW) for (const { cells } of run) this.#market.run([...cells, market])
    else if (table === IMPORT_ROW) for (const { cells } of run) this.#putImport(market, numbers, cells)
    else {
      numbers.look()
      const rows = run.map((operation) => numbers.toFile(operation).cells)
      const { put, remove } = this.#writer(table)
      if (!isPut) for (const cells of rows) remove.run([market, ...cells])
      else if (table === ASIDE_ROW) for (const cells of rows) this.#putAside(market, put, cells)
      else put.write(rows.flat(), [market])
    }
  }

  /** The log's next import is a new one of the file. */
  #putImport(market: number, numbers: ImportNumbers, [number, ...cells]: readonly LoggedCell[]): void {
    const id = numbers.look()[Number(number) - 1]
    if (id !== undefined) this.#import.run([...cells, id])
    else this.#newImport.run([market, ...cells])
    this.#store.imports.forget()
  }

  /** What its file kept apart by imports of other markets is one here. */
  #putAside(market: number, put: BulkWriter, cells: readonly LoggedCell[]): void {
    const [timeframe, , , , data] = cells
    const known = (this.#aside.get([market, ...cells.slice(0, -1)]) as [string] | undefined)?.[0]
    const whole: SqlValue | undefined =
      known === undefined ? data : together(timeframe === 0, known, String(data))
    put.write([...cells.slice(0, -1), whole ?? null], [market])
  }

  #writer(table: LoggedTable): Writer {
    const writer = this.#writers.get(table)
    if (writer === undefined) throw new Error(`no writer of ${table.name}`)
    return writer
  }
}

/** What stands of two things that streams or downloads said of one place, as `row_aside` keeps them. */
export function together(isTrade: boolean, known: string, other: string): string {
  if (known === other) return known
  const [a, b]: unknown[] = [JSON.parse(known), JSON.parse(other)]
  return JSON.stringify(
    isTrade ? TRADES.together(a as Trade, b as Trade) : CANDLES.together(a as Candle, b as Candle),
  )
}

function writerOf({ sqlite }: MarketStore, table: LoggedTable): Writer {
  const { name, columns, key } = table
  const isKeyed = key.length > 0
  const head = `INSERT ${isKeyed ? 'OR REPLACE ' : ''}INTO ${name} (market, ${columns.join(', ')})`
  const same = keyOf(table)
    .map((column) => `${column} IS ?`)
    .join(' AND ')
  // Of rows that are the same in everything one goes.
  const where = `market = ? AND ${same}`
  const one = `rowid = (SELECT rowid FROM ${name} WHERE ${where} LIMIT 1)`
  return {
    put: new BulkWriter(sqlite, head, `s${'o'.repeat(columns.length)}`),
    remove: sqlite.prepare(`DELETE FROM ${name} WHERE ${isKeyed ? where : one}`),
  }
}

/** Operations of one table and kind that follow each other. */
function* runsOf(operations: readonly Operation[]): Generator<Operation[]> {
  let run: Operation[] = []
  for (const operation of operations) {
    const [first] = run
    if (first !== undefined && (first.table !== operation.table || first.isPut !== operation.isPut)) {
      yield run
      run = []
    }
    run.push(operation)
  }
  if (run.length > 0) yield run
}
