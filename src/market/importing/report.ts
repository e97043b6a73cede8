// What an import found in a file and did with it.
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
  readonly file: string
  /** Of the file as it lies on disk. */
  readonly sha256: string
  /** By its content. */
  readonly format: FileFormat
  /** A checksum file lay beside it, and agreed. */
  readonly checksum_verified: boolean
  readonly kind: 'trades' | 'candles'
  readonly market: Market
  readonly timeframe: Timeframe | null
  /** Rows of the file, header and blank lines apart; refused ones count. */
  readonly rows: number
  readonly added: number
  /** Stored before this import, with the same values. */
  readonly already_present: number
  /** The same candle, or the same trade id, once more in this file. */
  readonly repeats: number
  /** Rows with an earlier time than a row above them. They are kept. */
  readonly out_of_order: number
  /** Rows that differ from one with the same key (open time, trade id); the fuller one is kept. */
  readonly conflicts: number
  /** Stretches between the file's first and last candle that it has no candles for; none where absent candles are quiet. */
  readonly gaps: readonly ImportGap[]
  readonly refused_count: number
  /** The first 100 refusals. */
  readonly refused: readonly Refusal[]
  /** What is known now because of this file, from first to last; null where it covers no whole slot. */
  readonly coverage: TimeRange | null
  readonly duration_ms: number
}

export interface ImportProgress extends FileProgress {
  readonly rows: number
}

/** Counts that grow while a file is read. */
export class Tally {
  rows = 0
  added = 0
  present = 0
  repeats = 0
  outOfOrder = 0
  conflicts = 0
  refusedCount = 0
  readonly refused: Refusal[] = []

  refuse(line: number, reason: string): void {
    this.refusedCount += 1
    if (this.refused.length < 100) this.refused.push({ line, reason })
  }

  put(result: { added: number; present: number; conflicts: number }): void {
    this.added += result.added
    this.present += result.present
    this.conflicts += result.conflicts
  }
}
