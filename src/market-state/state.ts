// The market state: 100 candles of each timeframe, and the order book where it is recorded, as of one instant: one code path for all.
import { CASE_TIMEFRAMES, tableOf, type CaseTimeframe } from '../contract/timeframes.ts'
import { AppError } from '../core/errors.ts'
import { SECOND, type EpochMs } from '../core/time.ts'
import type { BookSlice } from '../market/book/book-slice.ts'
import { bookWindowIn, type BookWindow } from '../market/book/order-book-window.ts'
import type { Gap } from '../market/gap.ts'
import type { MarketSlice } from '../market/slice.ts'
import type { Market } from '../market/types.ts'
import { notEnoughCandles, shortfallAt } from './availability.ts'
import { nonPositivePrice, notPositiveIn } from './price-sign.ts'
import { allocateColumns, fillWindow, type StateColumns } from './window.ts'

export interface MarketState {
  readonly market: Market
  /** T: events with event time < T are known, nothing else. A whole second. */
  readonly asOf: EpochMs
  readonly candles: Readonly<Record<CaseTimeframe, StateColumns>>
  /** Merged runs, finest timeframe first; of a forming candle the unknown stretches of its elapsed part. */
  readonly gaps: readonly Gap[]
  /** The order book of the last 100 seconds; null where it is not recorded, or was not asked for. */
  readonly orderBook: BookWindow | null
}

/**
 * The market state as of `asOf`, a pure function of what the slice knows before that instant: nothing at or later than it has any influence.
 * @throws AppError 422 `not_enough_candles` with `{timeframe, have, need, available, how}`, `non_positive_price` with
 * `{timeframe, open_time, low}`; `invalid_timestamp` unless `asOf` is a whole second.
 */
export function marketStateAt(slice: MarketSlice, asOf: EpochMs, books?: BookSlice): MarketState {
  const state = pricesAsOf(slice, asOf, books)
  const found = notPositiveIn(state.candles)
  if (found !== null) throw nonPositivePrice(found, asOf)
  return state
}

/** The same before its prices are looked at: for who has another answer where `notPositiveIn` finds one than an error. */
export function pricesAsOf(slice: MarketSlice, asOf: EpochMs, books?: BookSlice): MarketState {
  requireWithin(slice, asOf)
  const found = shortfallAt(slice, asOf)
  if (found !== null) throw notEnoughCandles(found, asOf)
  const candles = allocateCandles()
  const gaps: Gap[] = []
  fillState(slice, asOf, candles, gaps)
  const orderBook = books === undefined ? null : bookWindowIn(books, asOf)
  return { market: slice.market, asOf, candles, gaps, orderBook }
}

export function allocateCandles(): Record<CaseTimeframe, StateColumns> {
  return tableOf(CASE_TIMEFRAMES, allocateColumns)
}

/** Writes into `candles`, adds to `gaps`; `shortfallAt` must be null. A sweep does the same with the windows it has. */
function fillState(
  slice: MarketSlice,
  asOf: EpochMs,
  candles: Readonly<Record<CaseTimeframe, StateColumns>>,
  gaps: Gap[],
): void {
  for (const timeframe of CASE_TIMEFRAMES) fillWindow(slice, timeframe, asOf, candles[timeframe], gaps)
}

/** Guards against a slice that was fetched for other instants. */
export function requireWithin(slice: MarketSlice, asOf: EpochMs): void {
  if (!Number.isInteger(asOf / SECOND)) {
    throw new AppError('invalid_timestamp', `The as-of instant ${asOf} is no whole second.`)
  }
  if (asOf < slice.asOf.from || asOf > slice.asOf.to) {
    throw new RangeError(`The slice serves ${slice.asOf.from} to ${slice.asOf.to}, not ${asOf}.`)
  }
}
