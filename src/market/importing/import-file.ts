// What every import does: read the file line by line, refuse nonsense with its line number, keep a ledger of files.
import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { systemClock, type Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Market, TimeRange } from '../types.ts'
import { RefusedRow } from './fields.ts'
import { LineReader } from './lines.ts'
import type { ImportGap, ImportProgress, ImportReport, Tally } from './report.ts'
import type { Table } from './table.ts'

export interface ImportOptions {
  /** A CSV file, plain or gzip by content. */
  readonly path: string
  readonly market: Market
  readonly store: MarketStore
  readonly onProgress?: (progress: ImportProgress) => void
  /** When corrections become known; the system's clock unless told. */
  readonly clock?: Clock
  /** Rows held before they are written, 200,000 unless told: a file of no more is written in one transaction, all or nothing. */
  readonly batchRows?: number
}

export const BATCH_ROWS = 200_000

/** One import's way through its file. `Row` is what a line becomes. */
export interface RowReader<Name extends string> {
  readonly table: Table<Name>
  readonly tally: Tally
  /** Takes one row. Throws `RefusedRow` for nonsense. */
  row(fields: readonly string[]): void
  /** Called between blocks of lines: the place to write a batch. */
  pause(): void
}

/** Reads the whole file through `rows`; returns its SHA-256. */
export async function readRows<Name extends string>(
  options: ImportOptions,
  rows: RowReader<Name>,
): Promise<string> {
  const reader = new LineReader(options.path)
  let begun = false
  for await (const { first, lines } of reader.blocks()) {
    for (const [index, line] of lines.entries()) {
      const text = begun ? line : line.replace(/^\uFEFF/, '')
      if (text.trim() === '') continue
      const header = !begun && rows.table.begin(text)
      begun = true
      if (!header) readLine(rows, text, first + index)
    }
    rows.pause()
    options.onProgress?.({ ...reader.progress, rows: rows.tally.rows })
    await setImmediate()
  }
  if (rows.tally.rows === rows.tally.refusedCount) throw nothingGood(options.path, rows.tally)
  return reader.sha256()
}

function readLine<Name extends string>(rows: RowReader<Name>, line: string, number: number): void {
  rows.tally.rows += 1
  try {
    rows.row(rows.table.fields(line.endsWith('\r') ? line.slice(0, -1) : line))
  } catch (error) {
    if (!(error instanceof RefusedRow)) throw error
    rows.tally.refuse(number, error.message)
  }
}

function nothingGood(path: string, tally: Tally): AppError {
  const first = tally.refused[0]
  const why = first === undefined ? 'It holds no rows.' : `Line ${first.line}: ${first.reason}, and so on.`
  return new AppError(
    'no_usable_rows',
    `${basename(path)} has no row that can be used. ${why} Nothing was stored.`,
    {
      field: 'file',
      details: { refused: tally.refused, refused_count: tally.refusedCount },
    },
  )
}

/** The ledger of imported files: which file, with which bytes, brought how much. */
export class Ledger {
  readonly #options: ImportOptions
  readonly #clock: Clock
  readonly #kind: ImportReport['kind']
  readonly #timeframe: Timeframe | null
  readonly #started = performance.now()
  #id: number | null = null

  constructor(options: ImportOptions, kind: ImportReport['kind'], timeframe: Timeframe | null) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#kind = kind
    this.#timeframe = timeframe
  }

  /** The import's number, entered at the first batch: inside that batch's transaction. */
  id(): number {
    if (this.#id !== null) return this.#id
    const { store, market, path } = this.#options
    const seconds = this.#timeframe === null ? null : durationOf(this.#timeframe) / 1000
    const { lastInsertRowid } = store.sqlite
      .prepare('INSERT INTO import (market, kind, timeframe, file, started_at) VALUES (?, ?, ?, ?, ?)')
      .run([store.open(market), this.#kind, seconds, basename(path), this.#clock.now()])
    this.#id = Number(lastInsertRowid)
    return this.#id
  }

  finish(sha256: string, tally: Tally, coverage: TimeRange | null, gaps: readonly ImportGap[]): ImportReport {
    const { store, market, path } = this.#options
    store.sqlite
      .prepare('UPDATE import SET sha256 = ?, rows = ?, added = ?, finished_at = ? WHERE id = ?')
      .run([sha256, tally.rows, tally.added, this.#clock.now(), this.id()])
    return {
      file: basename(path),
      sha256,
      kind: this.#kind,
      market,
      timeframe: this.#timeframe,
      rows: tally.rows,
      added: tally.added,
      already_present: tally.present,
      repeats: tally.repeats,
      out_of_order: tally.outOfOrder,
      conflicts: tally.conflicts,
      gaps,
      refused_count: tally.refusedCount,
      refused: tally.refused,
      coverage,
      duration_ms: performance.now() - this.#started,
    }
  }
}
