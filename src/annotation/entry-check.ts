// Whether the marked entry price could be had: it looks past the entry, so it stands with the annotation and never in the case.
import type { EntryCheck } from '../contract/annotations.ts'
import { SECOND, shift, type EpochMs } from '../core/time.ts'
import { float64At } from '../core/number-at.ts'
import { closeBefore, indexFrom, missingSlots } from '../market/series.ts'
import type { MarketSlice } from '../market/slice.ts'

/** The price is reachable where a trade of the last second before T or of so many seconds from T on touched it or passed it. */
export const REACH_SECONDS = 5

/** How long after T the next trade is looked for. */
const NEXT_TRADE_SECONDS = 60

/** Instants that the slice for `checkEntry` must serve. */
export function entryCheckRange(entry: EpochMs): { from: EpochMs; to: EpochMs } {
  return { from: entry, to: shift(entry, NEXT_TRADE_SECONDS * SECOND) }
}

/**
 * `last_close`: close of the second before T (quiet: the close before it). `next_open`: price of the first trade at or after T, null where none
 * within a minute is known. `deviation_pct`: of the price from `last_close`. `reachable`: null while the seconds after T are unknown.
 */
export function checkEntry(slice: MarketSlice, entry: EpochMs, price: number): EntryCheck {
  const lastClose = closeBefore(slice.series['1s'], entry)
  return {
    last_close: lastClose,
    next_open: nextOpen(slice, entry),
    deviation_pct: lastClose === null ? null : ((price - lastClose) / lastClose) * 100,
    reachable: reachable(slice, entry, price, lastClose),
  }
}

function nextOpen(slice: MarketSlice, entry: EpochMs): number | null {
  const { candles } = slice.series['1s']
  const end = entry + NEXT_TRADE_SECONDS * SECOND
  for (let index = indexFrom(candles, entry); index < candles.length; index += 1) {
    if (float64At(candles.openTime, index) >= end) return null
    if (float64At(candles.volume, index) > 0) return float64At(candles.open, index)
  }
  return null
}

function reachable(
  slice: MarketSlice,
  entry: EpochMs,
  price: number,
  lastClose: number | null,
): boolean | null {
  const { candles } = slice.series['1s']
  const end = entry + REACH_SECONDS * SECOND
  let low = lastClose ?? Number.POSITIVE_INFINITY
  let high = lastClose ?? Number.NEGATIVE_INFINITY
  for (let index = indexFrom(candles, entry - SECOND); index < candles.length; index += 1) {
    if (float64At(candles.openTime, index) >= end) break
    low = Math.min(low, float64At(candles.low, index))
    high = Math.max(high, float64At(candles.high, index))
  }
  if (low <= price && price <= high) return true
  return missingSlots(slice.series['1s'], SECOND, entry, end).length === 0 ? false : null
}
