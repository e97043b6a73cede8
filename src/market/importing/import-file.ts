// What every import does: read the file piece by piece, refuse nonsense with its line number, keep a ledger of files.
import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { leaveRoom } from '../../core/busy.ts'
import { systemClock, type Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Market, TimeRange } from '../types.ts'
import type { RowBlock } from './columnar.ts'
import { RefusedRow } from './fields.ts'
import { FileBytes } from './file-bytes.ts'
import { formatOf, type FileFormat } from './formats.ts'
import { LineReader } from './lines.ts'
import type { ImportGap, ImportProgress, ImportReport, Tally } from './report.ts'
import { openRows } from './row-file.ts'
import type { Table } from './table.ts'

export interface ImportOptions {
  /** CSV, JSON, Parquet or feather by content; CSV and JSON also in gzip or zip. */
  readonly path: string
  readonly market: Market
  readonly store: MarketStore
  readonly onProgress?: (progress: ImportProgress) => void
  /** When corrections become known; the system's clock unless told. */
  readonly clock?: Clock
  /** Rows held before they are written, `BATCH_ROWS` unless told: a file of no more is written in one transaction, all or nothing. */
  readonly batchRows?: number
}

/** Few enough that a server beside the import waits a fraction of a second for its turn. */
export const BATCH_ROWS = 20_000

/** One import's way through its file. `Row` is what a line becomes. */
export interface RowReader<Name extends string> {
  readonly table: Table<Name>
  readonly tally: Tally
  /** Takes one row. Throws `RefusedRow` for nonsense. */
  row(fields: readonly string[]): void
  /** Called between blocks of lines: the place to write a batch. True where it wrote. */
  pause(): boolean
}

/** What a file was, once it is read. */
export interface ReadFile {
  readonly sha256: string
  readonly format: FileFormat
  readonly checksum_verified: boolean
}

/** Reads the whole file through `rows`. */
export async function readRows<Name extends string>(
  options: ImportOptions,
  rows: RowReader<Name>,
): Promise<ReadFile> {
  const file = new FileBytes(options.path)
  const format = await formatOf(file)
  if (format === 'csv') await readCsv(options, file, rows)
  else await readTable(options, file, format, rows)
  if (rows.tally.rows === rows.tally.refusedCount) throw nothingGood(options.path, rows.tally)
  return { sha256: file.sha256(), format, checksum_verified: file.verified }
}

async function readCsv<Name extends string>(
  options: ImportOptions,
  file: FileBytes,
  rows: RowReader<Name>,
): Promise<void> {
  const reader = new LineReader(file)
  let begun = false
  for await (const { first, lines } of reader.blocks()) {
    for (const [index, line] of lines.entries()) {
      const text = begun ? line : line.replace(/^\uFEFF/, '')
      if (text.trim() === '') continue
      const header = !begun && rows.table.begin(text)
      begun = true
      if (!header) readLine(rows, text, first + index)
    }
    await paused(options, file, rows, 1)
  }
}

async function readTable<Name extends string>(
  options: ImportOptions,
  file: FileBytes,
  format: Exclude<FileFormat, 'csv'>,
  rows: RowReader<Name>,
): Promise<void> {
  const opened = await openRows(file, format, (name) => rows.table.knows(name))
  if (opened.header !== null) rows.table.beginNamed(opened.header)
  let begun = opened.header !== null
  const take = ({ first, rows: block }: RowBlock): void => {
    if (!begun && block[0] !== undefined) rows.table.beginRow(block[0])
    begun = true
    for (const [index, fields] of block.entries()) readFields(rows, first + index, () => fields)
  }
  for await (const block of opened.blocks()) {
    take(block)
    await paused(options, file, rows, rows.tally.rows / opened.rows)
  }
}

/** Between blocks: a place to write, to tell how far it is (`share` of what has come), and for others to run. */
async function paused<Name extends string>(
  options: ImportOptions,
  file: FileBytes,
  rows: RowReader<Name>,
  share: number,
): Promise<void> {
  const wrote = rows.pause()
  const { bytes, totalBytes } = file.progress
  options.onProgress?.({ bytes: Math.floor(bytes * share), totalBytes, rows: rows.tally.rows })
  if (wrote) await leaveRoom()
  else await setImmediate()
}

function readLine<Name extends string>(rows: RowReader<Name>, line: string, number: number): void {
  readFields(rows, number, () => rows.table.fields(line.endsWith('\r') ? line.slice(0, -1) : line))
}

function readFields<Name extends string>(
  rows: RowReader<Name>,
  number: number,
  fields: () => readonly string[],
): void {
  rows.tally.rows += 1
  try {
    rows.row(fields())
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

  finish(read: ReadFile, tally: Tally, coverage: TimeRange | null, gaps: readonly ImportGap[]): ImportReport {
    const { store, market, path } = this.#options
    store.sqlite
      .prepare('UPDATE import SET sha256 = ?, rows = ?, added = ?, finished_at = ? WHERE id = ?')
      .run([read.sha256, tally.rows, tally.added, this.#clock.now(), this.id()])
    return {
      file: basename(path),
      ...read,
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
