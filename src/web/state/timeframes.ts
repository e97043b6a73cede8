// The four timeframes of a market state, as the page shows them: coarse to fine.

export type Timeframe = '1s' | '1m' | '1h' | '1d'

export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

/** Coarsest first, the order of the charts on the page. */
export const TIMEFRAMES: readonly Timeframe[] = ['1d', '1h', '1m', '1s']

const DURATIONS: Record<Timeframe, number> = { '1s': SECOND, '1m': MINUTE, '1h': HOUR, '1d': DAY }
const FINER: Record<Timeframe, Timeframe | null> = { '1d': '1h', '1h': '1m', '1m': '1s', '1s': null }

/** Length of one candle, ms. */
export function durationOf(timeframe: Timeframe): number {
  return DURATIONS[timeframe]
}

/** The next finer timeframe; null for 1s. */
export function finerOf(timeframe: Timeframe): Timeframe | null {
  return FINER[timeframe]
}

/** The open time of the candle of `step` ms that `instant` falls into, UTC ms. */
export function openOf(instant: number, step: number): number {
  return Math.floor(instant / step) * step
}
