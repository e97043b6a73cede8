// Imports a recorded chain of order-book messages (JSON lines, snapshot and diffs as they arrived) as snapshots a second.
import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { leaveRoom } from '../../core/busy.ts'
import { AppError } from '../../core/errors.ts'
import { SECOND } from '../../core/time.ts'
import { RefusedRow } from '../importing/fields.ts'
import { LineReader, type FileProgress } from '../importing/lines.ts'
import type { Refusal } from '../importing/report.ts'
import { runsOf } from '../ranges.ts'
import type { Market, TimeRange } from '../types.ts'
import { parseRecordedBookLine } from '../exchange/binance/book-messages.ts'
import { binanceRuleOf } from '../exchange/binance/book-sequence.ts'
import type { BookLedger } from './book-ledger.ts'
import type { BookStore } from './book-store.ts'
import type { BookDiff, BookMessage } from './message.ts'
import { ownFields, type OwnFields, type Prepare } from './recorded-fields.ts'
import type { ResyncReason, SequenceRule } from './synchronizer.ts'
import type { TopSnapshot } from './top-snapshot.ts'
import { VenueBook } from './venue-book.ts'

export interface BookImportProgress extends FileProgress {
  readonly lines: number
}

export interface BookImportOptions {
  /** A JSON-lines file, plain or gzip by content. */
  readonly path: string
  readonly market: Market
  readonly store: BookStore
  /** How the venue numbers its diffs; by default what the diffs' own fields say. */
  readonly rule?: SequenceRule
  /** Where the file names or writes its fields otherwise. */
  readonly fields?: OwnFields
  /** Where the file is entered, once something of it is read. */
  readonly ledger?: BookLedger
  readonly onProgress?: (progress: BookImportProgress) => void
}

/** A place where the chain broke; the seconds from there to the next snapshot are missing. */
export interface BrokenChain {
  readonly line: number
  readonly reason: ResyncReason
  readonly message: string
}

export interface BookImportReport {
  readonly file: string
  /** Of the file as it lies on disk. */
  readonly sha256: string
  readonly kind: 'book'
  readonly market: Market
  /** Which exchange's numbering the diffs follow; null where no diff came. */
  readonly rule: string | null
  /** Lines that are not blank; refused ones count. */
  readonly lines: number
  readonly snapshots: number
  readonly diffs: number
  /** Diffs that went into the book. */
  readonly applied: number
  /** Diffs that the snapshot held already. */
  readonly dropped_before_snapshot: number
  readonly duplicates: number
  /** Diffs that came before any snapshot, or after a break, and that none ever joined. */
  readonly not_joined: number
  readonly old_snapshots: number
  readonly resyncs_count: number
  /** The first 100. */
  readonly resyncs: readonly BrokenChain[]
  /** Updates after which best bid was not below best ask; each is also a resync. */
  readonly crossed: number
  readonly refused_count: number
  /** The first 100. */
  readonly refused: readonly Refusal[]
  /** One-second snapshots: stored now; stored before, the same; stored before, different (and kept). */
  readonly seconds_added: number
  readonly seconds_present: number
  readonly seconds_conflicts: number
  /** Stretches of seconds that this file has, merged. */
  readonly recorded: readonly TimeRange[]
  readonly duration_ms: number
}

/** Seconds held before they are written. */
const BATCH = 3_600

/**
 * Each line is a JSON object: `{"type": "snapshot", "recv_ns", "lastUpdateId", "bids", "asks"}` or `{"type": "update", "recv_ns", "E", "U", "u",
 * "pu"?, "b", "a"}`, in order of arrival. Lines with `pu` follow the futures' rule, else the spot one. A line that cannot be read is refused
 * by number; the chain then breaks at the next one, and the book waits for the file's next snapshot. Importing again adds only what is missing.
 * @throws AppError `unreadable_file`, `no_usable_rows`, `invalid_columns`, `invalid_timezone`.
 */
export async function importBook(options: BookImportOptions): Promise<BookImportReport> {
  return new BookImport(options).run()
}

class BookImport {
  readonly #options: BookImportOptions
  readonly #prepare: Prepare | undefined
  readonly #started = performance.now()
  /** The latest snapshot, until the first diff says which rule holds. */
  #waiting: BookMessage | null = null
  #book: VenueBook | null = null
  #rule: string | null = null
  #pending: TopSnapshot[] = []
  #seconds: number[] = []
  #lines = 0
  #snapshots = 0
  #diffs = 0
  #refusedCount = 0
  readonly #refused: Refusal[] = []
  readonly #resyncs: BrokenChain[] = []
  readonly #stored = { added: 0, present: 0, conflicts: 0 }

  constructor(options: BookImportOptions) {
    this.#options = options
    this.#prepare = ownFields(options.fields ?? {}) ?? undefined
  }

  async run(): Promise<BookImportReport> {
    const reader = new LineReader(this.#options.path)
    for await (const { first, lines } of reader.blocks()) {
      for (const [index, line] of lines.entries()) this.#line(line, first + index)
      const isDue = this.#pending.length >= BATCH
      if (isDue) this.#write()
      this.#options.onProgress?.({ ...reader.progress, lines: this.#lines })
      await (isDue ? leaveRoom() : setImmediate())
    }
    if (this.#lines === this.#refusedCount) throw this.#nothingGood()
    this.#write()
    const report = this.#report(reader.sha256())
    this.#options.ledger?.finish(report)
    return report
  }

  #line(line: string, number: number): void {
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line
    if (text.trim() === '') return
    this.#lines += 1
    try {
      this.#message(parseRecordedBookLine(text, this.#prepare), number)
    } catch (error) {
      if (!(error instanceof RefusedRow)) throw error
      this.#refusedCount += 1
      if (this.#refused.length < 100) this.#refused.push({ line: number, reason: error.message })
    }
  }

  #message(message: BookMessage, line: number): void {
    if (message.kind === 'snapshot') this.#snapshots += 1
    else this.#diffs += 1
    if (this.#book !== null) return this.#feed(this.#book, message, line)
    if (message.kind === 'snapshot') {
      this.#waiting = message
      return
    }
    const book = this.#open(message)
    if (this.#waiting !== null) this.#feed(book, this.#waiting, line)
    this.#feed(book, message, line)
  }

  #open(diff: BookDiff): VenueBook {
    const rule = this.#options.rule ?? binanceRuleOf(diff)
    this.#rule = rule.name
    this.#book = new VenueBook({
      market: this.#options.market,
      rule,
      onSecond: (snapshot) => this.#pending.push(snapshot),
    })
    return this.#book
  }

  #feed(book: VenueBook, message: BookMessage, line: number): void {
    const outcome = book.feed(message)
    if (outcome.kind !== 'resync' || this.#resyncs.length >= 100) return
    this.#resyncs.push({ line, reason: outcome.reason, message: outcome.message })
  }

  #write(): void {
    const { store, market, ledger, path } = this.#options
    ledger?.begin(market, path)
    const append = () => store.append(market, this.#pending)
    const result = ledger === undefined ? append() : ledger.keep(market, append)
    this.#stored.added += result.added
    this.#stored.present += result.present
    this.#stored.conflicts += result.conflicts
    for (const { time } of this.#pending) this.#seconds.push(time)
    this.#pending = []
  }

  #nothingGood(): AppError {
    const name = basename(this.#options.path)
    const first = this.#refused[0]
    const why = first === undefined ? 'It holds no lines.' : `Line ${first.line}: ${first.reason}, and so on.`
    return new AppError(
      'no_usable_rows',
      `${name} has no order-book message that can be used. ${why} Nothing was stored.`,
      { field: 'file', details: { refused: this.#refused, refused_count: this.#refusedCount } },
    )
  }

  #report(sha256: string): BookImportReport {
    const counts = this.#book?.counts
    const applied = counts?.applied ?? 0
    const dropped = counts?.dropped ?? 0
    const duplicates = counts?.duplicates ?? 0
    return {
      file: basename(this.#options.path),
      sha256,
      kind: 'book',
      market: this.#options.market,
      rule: this.#rule,
      lines: this.#lines,
      snapshots: this.#snapshots,
      diffs: this.#diffs,
      applied,
      dropped_before_snapshot: dropped,
      duplicates,
      not_joined: this.#diffs - applied - dropped - duplicates,
      old_snapshots: counts?.oldSnapshots ?? 0,
      resyncs_count: counts?.resyncs ?? 0,
      resyncs: this.#resyncs,
      crossed: counts?.crossed ?? 0,
      refused_count: this.#refusedCount,
      refused: this.#refused,
      seconds_added: this.#stored.added,
      seconds_present: this.#stored.present,
      seconds_conflicts: this.#stored.conflicts,
      recorded: runsOf(this.#seconds, SECOND),
      duration_ms: performance.now() - this.#started,
    }
  }
}
