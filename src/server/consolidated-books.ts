// The consolidated order book of a symbol, as the HTTP interface gives it: merged from what is recorded of its venues.
import { isSimulated } from '../contract/market-name.ts'
import type { ConsolidatedBookOut } from '../contract/order-book.ts'
import { floorTo, SECOND, toIso, type EpochMs } from '../core/time.ts'
import { noOrderBook } from '../market/book/book-at.ts'
import { bookFigures } from '../market/book/book-figures.ts'
import {
  consolidate,
  STALE_AFTER,
  type ConsolidatedLevel,
  type VenueStatus,
} from '../market/book/consolidated-book.ts'
import { FILL_LIMIT } from '../market/book/book-slice.ts'
import type { Market } from '../market/types.ts'
import type { App } from './app.ts'
import { instantOf, recordedAt } from './order-books.ts'

/** Venues decide their seconds at different moments: the newest second of all is that of the slowest, if it is no slower than this. */
const SLOWEST = 2 * SECOND

/**
 * The recorded books of all real venues of `symbol`, as of one whole second; of the simulated one where that is served.
 * @throws AppError `no_order_book` where none of them has one
 */
export function consolidatedAt(
  app: App,
  symbol: string,
  at: string | number | undefined,
): ConsolidatedBookOut {
  const markets = bookMarkets(app, symbol)
  const first = markets[0] ?? app.provider.resolve(symbol)
  const second = secondOf(app, markets, first, at)
  const tops = markets.map((market) => ({ venue: market.venue, top: recordedAt(app.books, market, second) }))
  if (tops.every(({ top }) => top === null)) throw noOrderBook(app.books, first, second)
  const { time, bids, asks, venues, crossed, locked } = consolidate(tops, second)
  return {
    symbol,
    timestamp: toIso(time),
    bids: bids.map(levelOut),
    asks: asks.map(levelOut),
    venues: venues.map((status) => venueOut(app, { venue: status.venue, symbol }, status, second)),
    crossed,
    locked,
    ...bookFigures(flat(bids), flat(asks)),
  }
}

function secondOf(
  app: App,
  markets: readonly Market[],
  first: Market,
  at: string | number | undefined,
): EpochMs {
  const wanted = instantOf(app, first, at)
  const followed = markets.filter((market) => app.provider.statusOf(market) !== null)
  const known = followed.map((market) => app.provider.asOf(market)).filter((asOf) => asOf > wanted - SLOWEST)
  return floorTo(Math.min(wanted, ...known), SECOND)
}

/** A venue that takes no part shows its last event all the same, if it is at most a minute old. */
function venueOut(
  app: App,
  market: Market,
  { venue, state, eventTime }: VenueStatus,
  second: EpochMs,
): ConsolidatedBookOut['venues'][number] {
  const [last] = eventTime === null ? app.books.before(market, second, 1) : []
  const known = last !== undefined && second - last.time <= FILL_LIMIT ? last.eventTime : null
  const at = eventTime ?? known
  return {
    venue,
    state,
    stale: state !== 'live',
    event_time: at === null ? null : toIso(at),
    age_ms: at === null ? null : second - at,
    reason: state === 'live' ? null : reasonOf(app, market, state),
  }
}

function reasonOf(app: App, market: Market, state: VenueStatus['state']): string {
  const live = app.provider.statusOf(market)?.connection?.orderBook?.reason
  if (live !== null && live !== undefined) return live
  return state === 'stale'
    ? `Its last event is more than ${STALE_AFTER / SECOND} s old.`
    : 'Its book of this second is not certain, or is not recorded.'
}

/** The markets of a symbol whose book is recorded or streams, the served one first; simulated and real ones never together. */
function bookMarkets(app: App, symbol: string): Market[] {
  const { market: served } = app.provider.status()
  const all = app.store.markets().filter((market) => market.symbol === symbol && hasBook(app, market))
  const simulated = served.symbol === symbol ? isSimulated(served) : all.every(isSimulated)
  const isServed = ({ venue }: Market): number => (venue === served.venue ? 0 : 1)
  return all
    .filter((market) => isSimulated(market) === simulated)
    .toSorted((a, b) => isServed(a) - isServed(b))
}

function hasBook(app: App, market: Market): boolean {
  const streamed = app.provider.statusOf(market)?.connection?.orderBook ?? null
  return streamed !== null || app.books.has(market)
}

function levelOut({ price, amount, venues }: ConsolidatedLevel): ConsolidatedBookOut['bids'][number] {
  return { price, amount, venues: venues.map((offer) => ({ ...offer })) }
}

function flat(levels: readonly ConsolidatedLevel[]): number[] {
  return levels.flatMap(({ price, amount }) => [price, amount])
}
