// The timeframes of a market state, which the page charts: coarse to fine.
import { CASE_TIMEFRAMES, LENGTHS, tableOf, type CaseTimeframe } from '../../contract/timeframes.ts'

export type Timeframe = CaseTimeframe

export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000
export const WEEK = 7 * DAY

/** Weeks begin on Mondays; the epoch was a Thursday. */
const MONDAY = 4 * DAY

/** Coarsest first, the order of the charts on the page. */
export const TIMEFRAMES: readonly Timeframe[] = CASE_TIMEFRAMES.toReversed()

const FINER = tableOf(TIMEFRAMES, (timeframe) => TIMEFRAMES[TIMEFRAMES.indexOf(timeframe) + 1] ?? null)

/** Whether a candle of this timeframe belongs on one of the charts. */
export function isCharted(timeframe: string): timeframe is Timeframe {
  return timeframe in FINER
}

/** Length of one candle, ms. */
export function durationOf(timeframe: Timeframe): number {
  return LENGTHS[timeframe]
}

/** The next finer timeframe; null for 1s. */
export function finerOf(timeframe: Timeframe): Timeframe | null {
  return FINER[timeframe]
}

/** The open time of the candle of `step` ms that `instant` falls into, UTC ms: a multiple since the epoch, of whole weeks a Monday. */
export function openOf(instant: number, step: number): number {
  const shift = step % WEEK === 0 ? MONDAY : 0
  return Math.floor((instant - shift) / step) * step + shift
}
