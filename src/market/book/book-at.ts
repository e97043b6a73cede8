// The recorded book as of an instant, or a statement in words that there is none.
import { AppError } from '../../core/errors.ts'
import { toIso, type EpochMs } from '../../core/time.ts'
import { rangeOf, rangeOut } from '../ranges.ts'
import type { Market } from '../types.ts'
import type { BookStore } from './book-store.ts'
import { FILL_LIMIT } from './book-slice.ts'
import type { TopSnapshot } from './top-snapshot.ts'

/**
 * The newest snapshot of a second up to and including `asOf`, at most a minute old: it holds only events before `asOf`.
 * @throws AppError `no_order_book` (422, `{recorded}`)
 */
export function bookAt(store: BookStore, market: Market, asOf: EpochMs): TopSnapshot {
  const [snapshot] = store.before(market, asOf, 1)
  if (snapshot !== undefined && asOf - snapshot.time <= FILL_LIMIT) return snapshot
  throw noOrderBook(store, market, asOf)
}

/**
 * The snapshots of the `seconds` whole seconds up to and including `asOf`, ascending; seconds that are not recorded are left out.
 * @throws AppError `no_order_book` where none is recorded
 */
export function booksBefore(store: BookStore, market: Market, asOf: EpochMs, seconds: number): TopSnapshot[] {
  const snapshots = store.range(market, rangeOf(asOf - seconds * 1000 + 1, asOf + 1))
  if (snapshots.length > 0) return snapshots
  throw noOrderBook(store, market, asOf)
}

/** The error that says in words what is recorded of a market's book, if anything is. */
export function noOrderBook(store: BookStore, market: Market, asOf: EpochMs): AppError {
  const recorded = store.recorded(market).map(rangeOut)
  const spans = recorded.slice(-3).map(({ from, to }) => `${from} to ${to}`)
  const book = `order book of ${market.symbol} on ${market.venue}`
  const message =
    spans.length === 0
      ? `No ${book} is recorded. Import one (annotate import book), or serve a market that sends one: it is recorded as it moves.`
      : `The ${book} is not recorded at ${toIso(asOf)}. Recorded: ${spans.join(', ')}. Choose a time within.`
  return new AppError('no_order_book', message, { status: 422, details: { recorded } })
}
