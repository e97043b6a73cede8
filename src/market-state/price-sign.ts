// Prices of 0 and below: what models read of a price is its logarithm, so a market state that holds one is none.
import { CASE_TIMEFRAMES, WINDOW, type CaseTimeframe } from '../contract/timeframes.ts'
import { AppError } from '../core/errors.ts'
import { float64At } from '../core/number-at.ts'
import { epochMs, toIso, type EpochMs } from '../core/time.ts'
import type { StateColumns } from './window.ts'

/** A candle that went to 0 or below. */
export interface NotPositive {
  readonly timeframe: CaseTimeframe
  readonly openTime: EpochMs
  readonly low: number
}

/** The first such candle, finest timeframe first; null where every price is above 0. */
export function notPositiveIn(candles: Readonly<Record<CaseTimeframe, StateColumns>>): NotPositive | null {
  for (const timeframe of CASE_TIMEFRAMES) {
    const { low, openTime } = candles[timeframe]
    for (let slot = 0; slot < WINDOW; slot += 1) {
      const price = float64At(low, slot)
      if (price <= 0) return { timeframe, openTime: epochMs(float64At(openTime, slot)), low: price }
    }
  }
  return null
}

/** Whether every candle from slot `from` on stays above 0. */
export function isPositiveFrom({ low }: StateColumns, from: number): boolean {
  for (let slot = from; slot < WINDOW; slot += 1) if (float64At(low, slot) <= 0) return false
  return true
}

/** The 422 that says so. */
export function nonPositivePrice({ timeframe, openTime, low }: NotPositive, asOf: EpochMs): AppError {
  return new AppError(
    'non_positive_price',
    `As of ${toIso(asOf)} the ${timeframe} candle of ${toIso(openTime)} went down to ${low}: models read logarithms of prices, so a market state needs 100 candles of each timeframe that stay above 0. Choose an entry before it, or after it has left the ${WINDOW} candles of ${timeframe}.`,
    {
      status: 422,
      field: 'entry.timestamp',
      details: { timeframe, open_time: toIso(openTime), low },
    },
  )
}
