// What every import does: check what the file says of itself, read it piece by piece, refuse nonsense with its line number.
import { setImmediate } from 'node:timers/promises'
import { leaveRoom } from '../../core/busy.ts'
import type { Clock } from '../../core/clock.ts'
import type { Timeframe } from '../timeframe.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Market } from '../types.ts'
import { RefusedRow } from './fields.ts'
import { FileBytes } from './file-bytes.ts'
import { formatOf, type FileFormat } from './formats.ts'
import { checkClaim, claimOfName } from './identity/claims.ts'
import { LineReader } from './lines.ts'
import type { ImportProgress, Tally } from './report.ts'
import type { Line, Table } from './tables/table.ts'
import { jsonLines } from './values/json-lines.ts'
import type { RowBlock } from './values/columnar.ts'
import { openRows, type WholeFormat } from './values/row-file.ts'

export interface ImportOptions {
  /** CSV, JSON, JSON Lines, Parquet or feather by content; text also in gzip or zip. */
  readonly path: string
  readonly market: Market
  readonly store: MarketStore
  readonly onProgress?: (progress: ImportProgress) => void
  /** When corrections become known; the system's clock unless told. */
  readonly clock?: Clock
  /** Rows held before they are written, `BATCH_ROWS` unless told: a file of no more is written in one transaction, all or nothing. */
  readonly batchRows?: number
  /** Of times that have no zone: an IANA name, or an offset. Without it such rows are refused. */
  readonly timezone?: string
  /** Which column is which: see `columnsOf`. */
  readonly columns?: string
  /** Inside its span the file stands before what is there; the older rows are kept with the time they stood until. */
  readonly replace?: boolean
  /** The market trades at 0 and below, too: remembered with it from the first row that is stored. */
  readonly negativePrices?: boolean
}

/** Few enough that a server beside the import waits a fraction of a second for its turn. */
export const BATCH_ROWS = 20_000

/** One import's way through its file. */
export interface RowReader<Name extends string> {
  readonly table: Table<Name>
  readonly tally: Tally
  /** Of candles; null for trades. */
  readonly timeframe: Timeframe | null
  /** The column of times. */
  readonly time: Name
  /** Called with the first row, before it is taken: the place to look at what the columns hold. */
  first(fields: readonly string[]): void
  /** Takes one row, or passes over one of another market. Throws `RefusedRow` for nonsense. */
  row(fields: readonly string[], line: number): void
  /** Told of a row that was refused. */
  refused(): void
  /** Called between blocks of lines: the place to write a batch. True where it wrote. */
  pause(): boolean
}

/** What a file was, once it is read. */
export interface ReadFile {
  readonly sha256: string
  readonly format: FileFormat
  readonly recognised: string | null
  readonly checksum_verified: boolean
}

/** `market` null: whose rows they are is not known yet, and what the file claims not looked at. */
type ReadOptions = Omit<ImportOptions, 'market'> & { readonly market: Market | null }

/** Reads the whole file through `rows`. */
export async function readRows<Name extends string>(
  options: ReadOptions,
  rows: RowReader<Name>,
): Promise<ReadFile> {
  const { path, market } = options
  const claim = claimOfName(path)
  if (claim !== null && market !== null) checkClaim(path, claim, { market, timeframe: rows.timeframe })
  const file = new FileBytes(path)
  const format = await formatOf(file)
  const reading = new Reading(options, file, rows)
  if (format === 'csv') await readCsv(file, reading)
  else if (format === 'jsonl') await readJsonLines(file, reading)
  else await readTable(options, file, format, reading)
  return { sha256: file.sha256(), format, recognised: rows.table.source, checksum_verified: file.verified }
}

/** A file on its way through a reader of rows. */
class Reading<Name extends string> {
  readonly rows: RowReader<Name>
  readonly #options: ReadOptions
  readonly #file: FileBytes
  #isSettled = false

  constructor(options: ReadOptions, file: FileBytes, rows: RowReader<Name>) {
    this.#options = options
    this.#file = file
    this.rows = rows
  }

  /** A line of text. */
  line(text: string, line: number): void {
    try {
      this.take(this.rows.table.fields(text), line)
    } catch (error) {
      if (!(error instanceof RefusedRow)) throw error
      this.rows.tally.rows += 1
      this.#refuse(error, line)
    }
  }

  /** `fields` null: the line is nothing that has fields. */
  take(fields: readonly string[] | null, line: number): void {
    const { rows } = this
    if (fields !== null && !this.#isSettled && this.#settles(fields)) return
    rows.tally.rows += 1
    try {
      if (fields === null) throw new RefusedRow('it is no JSON object or array')
      rows.row(fields, line)
    } catch (error) {
      if (!(error instanceof RefusedRow)) throw error
      this.#refuse(error, line)
    }
  }

  #refuse({ message }: RefusedRow, line: number): void {
    this.rows.tally.refuse(line, message)
    this.rows.refused()
  }

  /** True where the row belongs to the header still. */
  #settles(fields: readonly string[]): boolean {
    if (this.rows.table.settle(fields, this.rows.time)) return true
    this.#isSettled = true
    this.rows.first(fields)
    return false
  }

  /** Between blocks: a place to write, to tell how far it is (`share` of what has come), and for others to run. */
  async pause(share = 1): Promise<void> {
    const wrote = this.rows.pause()
    const { bytes, totalBytes } = this.#file.progress
    const { rows, elsewhere } = this.rows.tally
    this.#options.onProgress?.({ bytes: Math.floor(bytes * share), totalBytes, rows: rows + elsewhere })
    if (wrote) await leaveRoom()
    else await setImmediate()
  }
}

async function readCsv<Name extends string>(file: FileBytes, reading: Reading<Name>): Promise<void> {
  const { table } = reading.rows
  let begun = false
  for await (const { first, lines } of new LineReader(file).blocks()) {
    for (const [index, line] of lines.entries()) {
      const text = begun ? line : line.replace(/^\uFEFF/, '')
      if (text.trim() === '') continue
      const row = text.endsWith('\r') ? text.slice(0, -1) : text
      const is: Line = begun ? 'row' : table.begin(row)
      if (is !== 'remark') begun = true
      if (is === 'row') reading.line(row, first + index)
    }
    await reading.pause()
  }
}

async function readJsonLines<Name extends string>(file: FileBytes, reading: Reading<Name>): Promise<void> {
  const { table } = reading.rows
  let columns = 0
  let begun = false
  for await (const { header, rows } of jsonLines(file)) {
    if (header !== null && header.length > columns) table.beginNamed(header)
    columns = header?.length ?? 0
    for (const { line, cells } of rows) {
      if (!begun && columns === 0 && cells !== null) table.beginRow(cells)
      if (cells !== null) begun = true
      reading.take(cells, line)
    }
    await reading.pause()
  }
}

async function readTable<Name extends string>(
  { path, market }: ReadOptions,
  file: FileBytes,
  format: WholeFormat,
  reading: Reading<Name>,
): Promise<void> {
  const { table, tally, timeframe } = reading.rows
  const opened = await openRows(file, format, (name) => table.knows(name))
  if (opened.claim !== null && market !== null) checkClaim(path, opened.claim, { market, timeframe })
  if (opened.header !== null) table.beginNamed(opened.header)
  let begun = opened.header !== null
  const take = ({ first, rows: block }: RowBlock): void => {
    if (!begun && block[0] !== undefined) table.beginRow(block[0])
    begun = true
    for (const [index, fields] of block.entries()) reading.take(fields, first + index)
  }
  for await (const block of opened.blocks()) {
    take(block)
    await reading.pause((tally.rows + tally.elsewhere) / opened.rows)
  }
}
