// The best levels of one venue's book as of a whole second: what is recorded once a second.
import type { EpochMs } from '../../core/time.ts'
import type { OrderBook } from './order-book.ts'
import type { FlatLevels } from './message.ts'

/** Levels a side that are recorded unless told otherwise. */
export const LEVELS = 10

export interface TopSnapshot {
  /** The whole second as of which it holds: all events before it, none at or after it. */
  readonly time: EpochMs
  /** Exchange time of the last event in it; always before `time`. */
  readonly eventTime: EpochMs
  /** When that event reached us, by the receiver's clock, which may run before or behind the exchange's. */
  readonly arrivedAt: EpochMs
  /** The venue's number of the last update in it; 0 where the venue has none. */
  readonly lastUpdateId: number
  /** Best first, as price, amount, price, amount, … */
  readonly bids: FlatLevels
  readonly asks: FlatLevels
}

/** The best `levels` a side of a book, as of `time`, but none beyond what is certainly complete; null for a book with no level or no event. */
export function topSnapshotOf(book: OrderBook, time: EpochMs, levels: number): TopSnapshot | null {
  const { eventTime, arrivedAt, lastUpdateId } = book
  if (eventTime === null || arrivedAt === null || book.bids.length + book.asks.length === 0) return null
  const depth = Math.min(levels, book.knownDepth)
  return {
    time,
    eventTime,
    arrivedAt,
    lastUpdateId,
    bids: book.bids.topFlat(depth),
    asks: book.asks.topFlat(depth),
  }
}

export function isSameSnapshot(a: TopSnapshot, b: TopSnapshot): boolean {
  return (
    a.eventTime === b.eventTime &&
    a.arrivedAt === b.arrivedAt &&
    a.lastUpdateId === b.lastUpdateId &&
    sameNumbers(a.bids, b.bids) &&
    sameNumbers(a.asks, b.asks)
  )
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
