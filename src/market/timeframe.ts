// How the timeframes nest: 1d ← 1h ← 1m ← 1s, each composed from the one before it in the list.
import { LENGTHS, TIMEFRAMES as NAMES, tableOf, type Timeframe as Name } from '../contract/timeframes.ts'
import type { DurationMs } from '../core/time.ts'

export type Timeframe = Name

/** Finest first. */
export const TIMEFRAMES: readonly Timeframe[] = NAMES

const LOWER = tableOf(TIMEFRAMES, (timeframe) => TIMEFRAMES[TIMEFRAMES.indexOf(timeframe) - 1] ?? null)

export function durationOf(timeframe: Timeframe): DurationMs {
  return LENGTHS[timeframe] as DurationMs
}

/** The timeframe that `timeframe` is composed from; null for 1s, which is made of trades. */
export function lowerOf(timeframe: Timeframe): Timeframe | null {
  return LOWER[timeframe]
}
