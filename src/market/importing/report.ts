// What an import found in a file and did with it.
import { MOST_DIFFERENCES, type Difference, type PutResult } from '../store/putting.ts'
import type { Timeframe } from '../timeframe.ts'
import type { Market, TimeRange } from '../types.ts'
import type { FileProgress } from './file-bytes.ts'
import type { FileFormat } from './formats.ts'

export interface ImportGap extends TimeRange {
  /** Candles that are missing in it. */
  readonly missing: number
}

export interface Refusal {
  /** Line of the file, from 1; where a format has no lines, the row. */
  readonly line: number
  readonly reason: string
}

export interface ImportReport {
  /** Its number in the ledger of imports: what `annotate forget --import` takes. */
  readonly import: number
  readonly file: string
  /** Of the file as it lies on disk. */
  readonly sha256: string
  /** By its content. */
  readonly format: FileFormat
  /** A checksum file lay beside it, and agreed. */
  readonly checksum_verified: boolean
  /** Whose files look like this one, such as Kraken OHLCVT; null where nothing was guessed. */
  readonly recognised: string | null
  readonly kind: 'trades' | 'candles'
  readonly market: Market
  readonly timeframe: Timeframe | null
  /** Rows of the file that are of this market, header and blank lines apart; refused ones count. */
  readonly rows: number
  /** Rows of other markets, by the file's own column: passed over. */
  readonly elsewhere: number
  readonly added: number
  /** Stored before this import, with the same values. */
  readonly already_present: number
  /** The same candle, or the same trade id, once more in this file. */
  readonly repeats: number
  /** Rows with an earlier time than a row above them. They are kept. */
  readonly out_of_order: number
  /** Rows that differ from one with the same key (open time, trade id); the fuller one is kept. */
  readonly conflicts: number
  /** The first of them: both rows as JSON, and which stands. */
  readonly differences: readonly {
    readonly time: string
    readonly stored: string
    readonly given: string
    readonly stands: 'stored' | 'given'
  }[]
  /** Rows within the file's span that it does not have and that went, where it replaces. */
  readonly replaced: number
  /**
   * Stretches between the file's first and last row that stay unknown: without candles, unless absent ones are quiet; where rows were
   * refused; and where nothing comes for so long that it is not taken for quiet.
   */
  readonly gaps: readonly ImportGap[]
  readonly refused_count: number
  /** The first 100 refusals. */
  readonly refused: readonly Refusal[]
  /** More than one row in ten was refused: how many and why; null otherwise. */
  readonly mostly_refused: string | null
  /** What was assumed about the file, and what to look at. */
  readonly notes: readonly string[]
  /** What is known now because of this file, from first to last; null where it covers no whole slot. */
  readonly coverage: TimeRange | null
  readonly duration_ms: number
}

export interface ImportProgress extends FileProgress {
  readonly rows: number
}

interface Reason {
  count: number
  /** The first row refused for it. */
  readonly line: number
  readonly reason: string
}

/** What differs between rows that are refused for the same reason. */
const VALUES = /"[^"]*"|\S*\d\S*/g
const MOST_REASONS = 1000

/** Counts that grow while a file is read. */
export class Tally {
  rows = 0
  elsewhere = 0
  added = 0
  present = 0
  repeats = 0
  outOfOrder = 0
  conflicts = 0
  replaced = 0
  refusedCount = 0
  readonly differences: Difference[] = []
  readonly refused: Refusal[] = []
  readonly notes: string[] = []
  readonly #reasons = new Map<string, Reason>()

  refuse(line: number, reason: string): void {
    this.refusedCount += 1
    if (this.refused.length < 100) this.refused.push({ line, reason })
    const kind = reason.replaceAll(VALUES, '#')
    const known = this.#reasons.get(kind)
    if (known !== undefined) known.count += 1
    else if (this.#reasons.size < MOST_REASONS) this.#reasons.set(kind, { count: 1, line, reason })
  }

  note(words: string): void {
    if (!this.notes.includes(words)) this.notes.push(words)
  }

  /** What most of the refused rows were refused for; null where none was. */
  get mainReason(): Readonly<Reason> | null {
    return [...this.#reasons.values()].toSorted((a, b) => b.count - a.count)[0] ?? null
  }

  put(result: PutResult): void {
    this.added += result.added
    this.present += result.present
    this.#differ(result)
  }

  /** Rows that this file gave before: what is there already is a repeat. */
  putAgain(result: PutResult): void {
    this.repeats += result.present
    this.#differ(result)
  }

  /** Two rows of the file for one place, before either is stored. */
  differ(difference: Difference): void {
    this.#differ({ conflicts: 1, differences: [difference] })
  }

  #differ({ conflicts, differences }: Pick<PutResult, 'conflicts' | 'differences'>): void {
    this.conflicts += conflicts
    this.differences.push(...differences.slice(0, MOST_DIFFERENCES - this.differences.length))
  }
}
