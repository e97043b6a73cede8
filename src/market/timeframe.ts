// The timeframes and how they nest: 1d ← 1h ← 1m ← 1s. Open times are multiples since the epoch, UTC.
import { DAY, HOUR, MINUTE, SECOND, type DurationMs } from '../core/time.ts'

export type Timeframe = '1s' | '1m' | '1h' | '1d'

/** Finest first. */
export const TIMEFRAMES: readonly Timeframe[] = ['1s', '1m', '1h', '1d']

const DURATIONS: Record<Timeframe, DurationMs> = { '1s': SECOND, '1m': MINUTE, '1h': HOUR, '1d': DAY }

const LOWER: Record<Timeframe, Timeframe | null> = { '1s': null, '1m': '1s', '1h': '1m', '1d': '1h' }

export function durationOf(timeframe: Timeframe): DurationMs {
  return DURATIONS[timeframe]
}

/** The timeframe that `timeframe` is composed from; null for 1s, which is made of trades. */
export function lowerOf(timeframe: Timeframe): Timeframe | null {
  return LOWER[timeframe]
}
