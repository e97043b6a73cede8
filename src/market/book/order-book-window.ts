// The last 100 seconds of an order book as the tensor that models read.
import { AppError } from '../../core/errors.ts'
import { SECOND, toIso, type EpochMs } from '../../core/time.ts'
import { at } from '../../core/at.ts'
import { float64At } from '../../core/number-at.ts'
import { rangeOf, rangeOut, runsOf } from '../ranges.ts'
import type { Market, TimeRange } from '../types.ts'
import {
  FILL_LIMIT,
  firstSecond,
  loadBookSlice,
  WINDOW,
  WINDOW_COLUMNS,
  type BookSlice,
} from './book-slice.ts'
import type { BookStore } from './book-store.ts'

export interface BookWindow {
  /** [100, 40], row by row, oldest first; raw prices and amounts. */
  readonly values: Float64Array
  /** Seconds S, as [S, S + 1 s) merged, whose row is filled from an earlier second. */
  readonly gaps: readonly TimeRange[]
  /** Whose books are in it, by name. */
  readonly venues: readonly string[]
}

/** `bookWindowAt` of one venue without its gaps, from the store: float64 [100, 40]. */
export function orderBookWindow(store: BookStore, market: Market, asOf: EpochMs): Float64Array {
  return bookWindowAt(loadBookSlice(store, market, rangeOf(asOf, asOf)), asOf).values
}

/**
 * A window in memory of its own; see `writeBookWindow`.
 * @throws AppError `no_order_book` (422, `{have, need, recorded}`) where a row has nothing to take.
 */
export function bookWindowAt(slice: BookSlice, asOf: EpochMs): BookWindow {
  const window = bookWindowIn(slice, asOf)
  if (window === null) throw noOrderBook(slice, asOf)
  return window
}

/** The same; null where a row has nothing to take. */
export function bookWindowIn(slice: BookSlice, asOf: EpochMs): BookWindow | null {
  const values = new Float64Array(WINDOW * WINDOW_COLUMNS)
  const filled = writeBookWindow(slice, asOf, values)
  if (filled === null) return null
  return { values, gaps: runsOf(filled, SECOND), venues: venuesOf(slice, asOf) }
}

/**
 * Writes the book as of the last 100 whole seconds up to `asOf` into `values` from `offset` and returns the seconds that are filled. Row i
 * is the snapshot of second asOf − 99 s + i, which holds every event before that second; row 99 is the book as of `asOf` itself, so nothing at
 * or later than `asOf` is in it. Row i ends where the i-th of the 100 one-second candles as of `asOf` ends.
 *
 * Columns: 10 times (ask price, ask amount, bid price, bid amount), best first: the layout of DeepLOB (Zhang, Zohren, Roberts 2019,
 * "DeepLOB: Deep Convolutional Neural Networks for Limit Order Books", IEEE Transactions on Signal Processing 67(11), arXiv:1808.03668).
 *
 * A second without a snapshot takes the last one before it, at most 60 s old. A side with fewer than 10 levels repeats its last price with
 * amount 0; an empty side takes the other side's best price. Null, and `values` of no use, where a row has nothing to take.
 */
export function writeBookWindow(
  { times, rows }: BookSlice,
  asOf: EpochMs,
  values: Float64Array,
  offset = 0,
): number[] | null {
  const first = firstSecond(asOf)
  const filled: number[] = []
  let next = countUpTo(times, first)
  for (let row = 0; row < WINDOW; row += 1) {
    const second = first + row * SECOND
    while (next < times.length && float64At(times, next) <= second) next += 1
    const from = next - 1
    if (from < 0 || second - float64At(times, from) > FILL_LIMIT) return null
    if (times[from] !== second) filled.push(second)
    const source = rows.subarray(from * WINDOW_COLUMNS, next * WINDOW_COLUMNS)
    values.set(source, offset + row * WINDOW_COLUMNS)
  }
  return filled
}

/** How many seconds are `second` or earlier. */
function countUpTo(times: Float64Array, second: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (float64At(times, middle) <= second) low = middle + 1
    else high = middle
  }
  return low
}

function venuesOf({ times, mix, mixes }: BookSlice, asOf: EpochMs): string[] {
  const from = Math.max(0, countUpTo(times, firstSecond(asOf)) - 1)
  const used = new Set(mix.subarray(from, countUpTo(times, asOf)))
  return [...new Set([...used].flatMap((index) => at(mixes, index)))].toSorted()
}

function noOrderBook({ market, times }: BookSlice, asOf: EpochMs): AppError {
  const have = times.filter((time) => time >= firstSecond(asOf) && time <= asOf).length
  const recorded = runsOf(times, SECOND).map(rangeOut)
  return new AppError(
    'no_order_book',
    `The order book of ${market.symbol} at ${market.venue} is not recorded for the ${WINDOW} seconds before ${toIso(asOf)} (${have} are). Choose a time within what is recorded, import a recording, or record from now on.`,
    { status: 422, details: { have, need: WINDOW, recorded } },
  )
}
