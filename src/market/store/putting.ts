// Putting rows where others may stand: when they become known, which of two stands, and what came of it.
import type { EpochMs } from '../../core/time.ts'
import type { Candle } from '../types.ts'
import type { Claim } from './what-stands.ts'

/** When rows become known: a first row by its own end (null) or at a time; a corrected one at `corrected`. */
export interface Knowledge {
  readonly first: EpochMs | null
  readonly corrected: EpochMs
}

/** Two different rows for one place, as JSON arrays: what was stored, what came, and whether what came stands now. */
export interface Difference {
  readonly time: EpochMs
  readonly stored: string
  readonly given: string
  readonly stands: 'stored' | 'given'
}

/** How many rows were new, there already, or different from the venue's own row that was there; of these the first. */
export interface PutResult {
  added: number
  present: number
  conflicts: number
  readonly differences: Difference[]
}

/** Differences that one write names. */
export const MOST_DIFFERENCES = 20

/** How rows are put where others stand. */
export interface Overriding<Row> {
  readonly win?: boolean
  /** Told what streams or downloads say of a place where that does not stand by itself, before or beside an import's. */
  readonly aside?: (claim: Claim<Row>) => void
}

/** `stored`: open time, open, high, low, close, volume. */
export function differenceOf(
  stored: readonly (number | null)[],
  candle: Candle,
  stands: Difference['stands'],
): Difference {
  const { openTime, open, high, low, close, volume } = candle
  const given = JSON.stringify([open, high, low, close, volume])
  return { time: openTime, stored: JSON.stringify(stored.slice(1, 6)), given, stands }
}

/** A fixed order among different rows of one slot: more volume first, then the larger open, high, low, close. */
export function isFuller(candle: Candle, row: readonly unknown[]): boolean {
  const [, open, high, low, close, volume] = row as [unknown, number, number, number, number, number]
  const differences = [
    candle.volume - volume,
    candle.open - open,
    candle.high - high,
    candle.low - low,
    candle.close - close,
  ]
  return (differences.find((difference) => difference !== 0) ?? 0) > 0
}
