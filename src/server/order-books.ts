// Recorded order books as the HTTP interface and the event stream give them.
import type { ConsolidatedBookOut, OrderBookOut } from '../contract/order-book.ts'
import { floorTo, parseInstant, SECOND, toIso, type EpochMs } from '../core/time.ts'
import { noOrderBook } from '../market/book/book-at.ts'
import { bookFigures } from '../market/book/book-figures.ts'
import type { BookStore } from '../market/book/book-store.ts'
import { consolidate, type ConsolidatedLevel } from '../market/book/consolidated-book.ts'
import type { FlatLevels } from '../market/book/message.ts'
import type { TopSnapshot } from '../market/book/top-snapshot.ts'
import { rangeOf } from '../market/ranges.ts'
import type { Market } from '../market/types.ts'
import type { App } from './app.ts'

/**
 * What `at` means for a market: never later than what is known of a market that moves here, save in a replay, where any stored time may be
 * asked for; without `at` the newest known.
 */
export function instantOf(app: App, market: Market, at: string | number | undefined): EpochMs {
  const status = app.provider.statusOf(market)
  const wanted = at === undefined ? null : parseInstant(at, 'at')
  if (status === null) return wanted ?? endOf(app.books, market) ?? app.provider.asOf()
  const now = app.provider.asOf(market)
  if (wanted === null) return now
  return status.kind === 'replay' ? wanted : (Math.min(wanted, now) as EpochMs)
}

/** The second of the last recorded snapshot. */
function endOf(books: BookStore, market: Market): EpochMs | null {
  const last = books.recorded(market).at(-1)
  return last === undefined ? null : floorTo(last.to - 1, SECOND)
}

export function bookOut(market: Market, book: TopSnapshot): OrderBookOut {
  return {
    ...market,
    timestamp: toIso(book.time),
    event_time: toIso(book.eventTime),
    arrived_at: toIso(book.arrivedAt),
    bids: pairs(book.bids),
    asks: pairs(book.asks),
    ...bookFigures(book.bids, book.asks),
  }
}

/** What the event stream says each second; null where that second's book is not recorded. */
export function bookOfSecond(books: BookStore, market: Market, second: EpochMs): OrderBookOut | null {
  const book = recordedAt(books, market, second)
  return book === null ? null : bookOut(market, book)
}

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
  const second = floorTo(instantOf(app, first, at), SECOND)
  const tops = markets.map((market) => ({ venue: market.venue, top: recordedAt(app.books, market, second) }))
  if (tops.every(({ top }) => top === null)) throw noOrderBook(app.books, first, second)
  const { time, bids, asks, venues, crossed, locked } = consolidate(tops, second)
  return {
    symbol,
    timestamp: toIso(time),
    bids: bids.map(levelOut),
    asks: asks.map(levelOut),
    venues: venues.map(({ venue, state, eventTime }) => ({
      venue,
      state,
      event_time: eventTime === null ? null : toIso(eventTime),
    })),
    crossed,
    locked,
    ...bookFigures(flat(bids), flat(asks)),
  }
}

/** The markets of a symbol that have a recorded book, the served one first; simulated and real ones never together. */
function bookMarkets(app: App, symbol: string): Market[] {
  const { market: served } = app.provider.status()
  const isSimulated = ({ venue }: Market): boolean => venue.startsWith('demo-')
  const all = app.store.markets().filter((market) => market.symbol === symbol && app.books.has(market))
  const simulated = served.symbol === symbol ? isSimulated(served) : all.every(isSimulated)
  const isServed = ({ venue }: Market): number => (venue === served.venue ? 0 : 1)
  return all
    .filter((market) => isSimulated(market) === simulated)
    .toSorted((a, b) => isServed(a) - isServed(b))
}

/** The venue's book of that very second: where it is missing the venue is out of step. */
function recordedAt(books: BookStore, market: Market, second: EpochMs): TopSnapshot | null {
  return books.range(market, rangeOf(second, second + 1))[0] ?? null
}

function levelOut({ price, amount, venues }: ConsolidatedLevel): ConsolidatedBookOut['bids'][number] {
  return { price, amount, venues: venues.map((offer) => ({ ...offer })) }
}

function flat(levels: readonly ConsolidatedLevel[]): number[] {
  return levels.flatMap(({ price, amount }) => [price, amount])
}

function pairs(levels: FlatLevels): number[][] {
  return Array.from({ length: levels.length / 2 }, (_, k) => [levels[2 * k]!, levels[2 * k + 1]!])
}
