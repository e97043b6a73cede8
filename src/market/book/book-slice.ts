// A stretch of recorded order books in memory, as plain arrays: one venue's, or all of a symbol's merged second by second.
import { isSimulated } from '../../contract/market-name.ts'
import { HOUR, SECOND, type EpochMs } from '../../core/time.ts'
import { numberIn } from '../../core/number-at.ts'
import { rangeOf } from '../ranges.ts'
import type { Market, TimeRange } from '../types.ts'
import type { BookStore } from './book-store.ts'
import { consolidate, type ConsolidatedLevel } from './consolidated-book.ts'
import type { FlatLevels } from './message.ts'
import type { TopSnapshot } from './top-snapshot.ts'

/** Seconds of a window (`order-book-window.ts`). */
export const WINDOW = 100
export const WINDOW_LEVELS = 10
/** Ask price, ask amount, bid price, bid amount of each level. */
export const WINDOW_COLUMNS = 4 * WINDOW_LEVELS
/** A missing second takes the snapshot of at most this long before it. */
export const FILL_LIMIT = 60_000

/** Everything that windows as of any instant in [asOf.from, asOf.to] need. Plain values: sent to other processes as it is. */
export interface BookSlice {
  readonly market: Market
  readonly asOf: TimeRange
  /** Seconds that have a book, ascending; may hold some later than an as-of, which a window never looks at. */
  readonly times: Float64Array
  /** [times.length, 40]: the columns of a window. */
  readonly rows: Float64Array
  /** Of each second, which of `mixes` it is made of. */
  readonly mix: Uint16Array
  /** Venues by name. */
  readonly mixes: readonly (readonly string[])[]
}

/** What one second's row is made of. */
interface Second {
  readonly time: EpochMs
  readonly asks: FlatLevels
  readonly bids: FlatLevels
  readonly venues: readonly string[]
}

/** Snapshots are decoded so much at once. */
const PART = HOUR

/** One venue's own recorded book. */
export function loadBookSlice(store: BookStore, market: Market, asOf: TimeRange): BookSlice {
  return sliceOf(market, asOf, secondsOf(store, [market], asOf))
}

/**
 * The book that models read: of every second the books of all real venues of the symbol that have a snapshot of that very second, merged
 * (`consolidate`: stale ones drop out); where one alone has, its own. Of a simulated market only its own. Each second's row is a
 * function of that second's snapshots and nothing else.
 */
export function loadSymbolBookSlice(store: BookStore, market: Market, asOf: TimeRange): BookSlice {
  return sliceOf(market, asOf, secondsOf(store, bookMarkets(store, market), asOf))
}

/** The markets whose books make up the book of `market`, by venue. */
export function bookMarkets(store: BookStore, market: Market): Market[] {
  if (isSimulated(market)) return [market]
  return store.marketsOf(market.symbol).filter((other) => !isSimulated(other))
}

/** The first second of the window as of an instant. */
export function firstSecond(asOf: EpochMs): number {
  return Math.floor(asOf / SECOND) * SECOND - (WINDOW - 1) * SECOND
}

interface Recording {
  readonly venue: string
  /** Ascending, one a second. */
  readonly snapshots: readonly TopSnapshot[]
}

function* secondsOf(store: BookStore, markets: readonly Market[], asOf: TimeRange): Generator<Second> {
  const end = asOf.to + 1
  for (let from = firstSecond(asOf.from) - FILL_LIMIT; from < end; from += PART) {
    const part = rangeOf(from, Math.min(end, from + PART))
    const recordings = markets.map(({ venue, symbol }) => ({
      venue,
      snapshots: store.range({ venue, symbol }, part),
    }))
    yield* merged(recordings.filter(({ snapshots }) => snapshots.length > 0))
  }
}

function* merged(recordings: readonly Recording[]): Generator<Second> {
  const [only] = recordings
  if (only !== undefined && recordings.length === 1) return yield* ownBooks(only)
  const bySecond = new Map<EpochMs, { venue: string; top: TopSnapshot }[]>()
  for (const { venue, snapshots } of recordings) {
    for (const top of snapshots) {
      const tops = bySecond.get(top.time) ?? []
      bySecond.set(top.time, tops)
      tops.push({ venue, top })
    }
  }
  for (const [time, tops] of [...bySecond].toSorted(([a], [b]) => a - b)) {
    const [first] = tops
    const isAlone = first !== undefined && tops.length === 1
    const second = isAlone ? ownBook(first) : jointBook(time, tops)
    if (second !== null) yield second
  }
}

function* ownBooks({ venue, snapshots }: Recording): Generator<Second> {
  const venues = [venue]
  for (const { time, asks, bids } of snapshots) yield { time, asks, bids, venues }
}

function ownBook({ venue, top }: { venue: string; top: TopSnapshot }): Second {
  return { time: top.time, asks: top.asks, bids: top.bids, venues: [venue] }
}

/** Null where every venue is stale. */
function jointBook(time: EpochMs, tops: readonly { venue: string; top: TopSnapshot }[]): Second | null {
  const { asks, bids, venues } = consolidate(tops, time, { levels: WINDOW_LEVELS })
  const live = venues.filter(({ state }) => state === 'live').map(({ venue }) => venue)
  return live.length === 0 ? null : { time, asks: flat(asks), bids: flat(bids), venues: live }
}

function flat(levels: readonly ConsolidatedLevel[]): number[] {
  return levels.flatMap(({ price, amount }) => [price, amount])
}

function sliceOf(market: Market, asOf: TimeRange, seconds: Iterable<Second>): BookSlice {
  const most = Math.max(0, Math.ceil((asOf.to + 1 - firstSecond(asOf.from) + FILL_LIMIT) / SECOND)) + 1
  const times = new Float64Array(most)
  const rows = new Float64Array(most * WINDOW_COLUMNS)
  const mix = new Uint16Array(most)
  const mixes: (readonly string[])[] = []
  const known = new Map<string, number>()
  const indexOf = (venues: readonly string[]): number => {
    const key = venues.join(' ')
    const index = known.get(key) ?? mixes.push(venues) - 1
    known.set(key, index)
    return index
  }
  let count = 0
  let index = 0
  let before: readonly string[] | null = null
  for (const second of seconds) {
    if (second.venues !== before) index = indexOf(second.venues)
    before = second.venues
    times[count] = second.time
    mix[count] = index
    writeRow(rows, count * WINDOW_COLUMNS, second)
    count += 1
  }
  return {
    market,
    asOf,
    times: times.slice(0, count),
    rows: rows.slice(0, count * WINDOW_COLUMNS),
    mix: mix.slice(0, count),
    mixes,
  }
}

function writeRow(values: Float64Array, at: number, { asks, bids }: Second): void {
  writeSide(values, at, asks, bids[0] ?? Number.NaN)
  writeSide(values, at + 2, bids, asks[0] ?? Number.NaN)
}

function writeSide(values: Float64Array, at: number, levels: FlatLevels, otherBest: number): void {
  const end = Math.min(levels.length, 2 * WINDOW_LEVELS)
  const lastPrice = end === 0 ? otherBest : numberIn(levels, end - 2)
  for (let level = 0; level < WINDOW_LEVELS; level += 1) {
    const held = 2 * level < end
    values[at + 4 * level] = held ? numberIn(levels, 2 * level) : lastPrice
    values[at + 4 * level + 1] = held ? numberIn(levels, 2 * level + 1) : 0
  }
}
