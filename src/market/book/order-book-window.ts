// The last 100 seconds of a venue's order book as the tensor that models read.
import { AppError } from '../../core/errors.ts'
import { floorTo, SECOND, toIso, type EpochMs } from '../../core/time.ts'
import { rangeOf, runsOf } from '../ranges.ts'
import type { Market, TimeRange } from '../types.ts'
import type { BookStore } from './book-store.ts'
import type { FlatLevels } from './message.ts'
import type { TopSnapshot } from './top-snapshot.ts'

/** Seconds of a window. */
export const WINDOW = 100
const WINDOW_LEVELS = 10
/** Ask price, ask amount, bid price, bid amount of each level. */
export const WINDOW_COLUMNS = 4 * WINDOW_LEVELS
/** A missing second takes the snapshot of at most this long before it. */
export const FILL_LIMIT = 60_000

/** A stretch of one venue's recorded book in memory: everything that windows as of any instant in [asOf.from, asOf.to] need. */
export interface BookSlice {
  readonly market: Market
  readonly asOf: TimeRange
  /** Ascending; may hold seconds later than an as-of, which a window never looks at. */
  readonly snapshots: readonly TopSnapshot[]
}

export interface BookWindow {
  /** [100, 40], row by row, oldest first; raw prices and amounts. */
  readonly values: Float64Array
  /** Seconds S, as [S, S + 1 s) merged, whose row is filled from an earlier second. */
  readonly gaps: readonly TimeRange[]
}

export function loadBookSlice(store: BookStore, market: Market, asOf: TimeRange): BookSlice {
  const from = firstSecond(asOf.from) - FILL_LIMIT
  return { market, asOf, snapshots: store.range(market, rangeOf(from, asOf.to + 1)) }
}

/** `bookWindowAt` without its gaps, from the store: float64 [100, 40]. */
export function orderBookWindow(store: BookStore, market: Market, asOf: EpochMs): Float64Array {
  return bookWindowAt(loadBookSlice(store, market, rangeOf(asOf, asOf)), asOf).values
}

/** A window in memory of its own; see `writeBookWindow`. */
export function bookWindowAt(slice: BookSlice, asOf: EpochMs): BookWindow {
  const values = new Float64Array(WINDOW * WINDOW_COLUMNS)
  return { values, gaps: writeBookWindow(slice, asOf, values) }
}

/**
 * Writes the book as of the last 100 whole seconds up to `asOf` into `values` from `offset` and returns the gaps. Row i is the snapshot of
 * second asOf − 99 s + i, which holds every event before that second; row 99 is the book as of `asOf` itself, so nothing at or later than
 * `asOf` is in it. Row i ends where the i-th of the 100 one-second candles as of `asOf` ends.
 *
 * Columns: 10 times (ask price, ask amount, bid price, bid amount), best first: the layout of DeepLOB (Zhang, Zohren, Roberts 2019,
 * "DeepLOB: Deep Convolutional Neural Networks for Limit Order Books", IEEE Transactions on Signal Processing 67(11), arXiv:1808.03668).
 *
 * A second without a snapshot takes the last one before it, at most 60 s old, and stands in the gaps. A side with fewer than 10 levels
 * repeats its last price with amount 0; an empty side takes the other side's best price.
 * @throws AppError `no_order_book` (422, `{have, need, recorded}`) where a row has nothing to take.
 */
export function writeBookWindow(
  slice: BookSlice,
  asOf: EpochMs,
  values: Float64Array,
  offset = 0,
): TimeRange[] {
  const { snapshots } = slice
  const first = firstSecond(asOf)
  const filled: number[] = []
  let next = countUpTo(snapshots, first)
  for (let row = 0; row < WINDOW; row += 1) {
    const second = first + row * SECOND
    while (next < snapshots.length && snapshots[next]!.time <= second) next += 1
    const snapshot = snapshots[next - 1]
    if (snapshot === undefined || second - snapshot.time > FILL_LIMIT) throw noOrderBook(slice, asOf)
    if (snapshot.time !== second) filled.push(second)
    writeRow(values, offset + row * WINDOW_COLUMNS, snapshot)
  }
  return runsOf(filled, SECOND)
}

function firstSecond(asOf: EpochMs): number {
  return floorTo(asOf, SECOND) - (WINDOW - 1) * SECOND
}

/** How many snapshots are of `second` or earlier. */
function countUpTo(snapshots: readonly TopSnapshot[], second: number): number {
  let low = 0
  let high = snapshots.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (snapshots[middle]!.time <= second) low = middle + 1
    else high = middle
  }
  return low
}

function writeRow(values: Float64Array, at: number, { asks, bids }: TopSnapshot): void {
  writeSide(values, at, asks, bids[0] ?? Number.NaN)
  writeSide(values, at + 2, bids, asks[0] ?? Number.NaN)
}

function writeSide(values: Float64Array, at: number, levels: FlatLevels, otherBest: number): void {
  const end = Math.min(levels.length, 2 * WINDOW_LEVELS)
  const lastPrice = end === 0 ? otherBest : levels[end - 2]!
  for (let level = 0; level < WINDOW_LEVELS; level += 1) {
    const held = 2 * level < end
    values[at + 4 * level] = held ? levels[2 * level]! : lastPrice
    values[at + 4 * level + 1] = held ? levels[2 * level + 1]! : 0
  }
}

function noOrderBook({ market, snapshots }: BookSlice, asOf: EpochMs): AppError {
  const seconds = snapshots.map(({ time }) => time)
  const have = seconds.filter((time) => time >= firstSecond(asOf) && time <= asOf).length
  const recorded = runsOf(seconds, SECOND).map(({ from, to }) => ({ from: toIso(from), to: toIso(to) }))
  return new AppError(
    'no_order_book',
    `The order book of ${market.symbol} at ${market.venue} is not recorded for the ${WINDOW} seconds before ${toIso(asOf)} (${have} are). Choose a time within what is recorded, import a recording, or record from now on.`,
    { status: 422, details: { have, need: WINDOW, recorded } },
  )
}
