// Recorded order books as the HTTP interface and the event stream give them.
import type { BookStreamOut } from '../contract/market.ts'
import type { OrderBookNowOut, OrderBookOut } from '../contract/order-book.ts'
import { AppError } from '../core/errors.ts'
import { floorTo, parseInstant, SECOND, toIso, type EpochMs } from '../core/time.ts'
import { numberIn } from '../core/number-at.ts'
import { bookFigures } from '../market/book/book-figures.ts'
import type { BookReport } from '../market/book/book-report.ts'
import type { BookStore } from '../market/book/book-store.ts'
import { STALE_AFTER } from '../market/book/consolidated-book.ts'
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

/** The same, with how old it is as of `at`, and how the live book does now. */
export function bookNowOut(app: App, market: Market, book: TopSnapshot, at: EpochMs): OrderBookNowOut {
  const age = at - book.eventTime
  return { ...bookOut(market, book), age_ms: age, stale: age > STALE_AFTER, stream: streamOf(app, market) }
}

/** Null where the market is not followed, or is no real one. */
function streamOf(app: App, market: Market): BookStreamOut | null {
  const report = app.provider.statusOf(market)?.connection?.orderBook ?? null
  return report === null ? null : bookStreamOut(report)
}

export function bookStreamOut(report: BookReport): BookStreamOut {
  const { lastEvent, lastResync } = report
  return {
    state: report.state,
    reason: report.reason,
    last_event: lastEvent === null ? null : toIso(lastEvent),
    resyncs: report.resyncs,
    last_resync: lastResync === null ? null : { ...lastResync, at: toIso(lastResync.at) },
    reconnects: report.reconnects,
    snapshots: report.snapshots,
    duplicates: report.duplicates,
    malformed_messages: report.malformed,
    missed_seconds: report.missedSeconds,
  }
}

/** `no_order_book` of a market that is followed says why there is none now. */
export function withStream(app: App, market: Market, error: unknown): unknown {
  const stream = streamOf(app, market)
  if (!(error instanceof AppError) || error.code !== 'no_order_book' || stream === null) return error
  const why = stream.reason === null ? '' : ` The live order book is ${WORDS[stream.state]}: ${stream.reason}`
  const { code, message, status, details } = error
  return new AppError(code, message + why, { status, details: { ...details, stream }, cause: error })
}

const WORDS = {
  connecting: 'not there yet',
  live: 'live',
  stale: 'stale',
  out_of_step: 'out of step',
} as const

/** What the event stream says each second; null where that second's book is not recorded. */
export function bookOfSecond(books: BookStore, market: Market, second: EpochMs): OrderBookOut | null {
  const book = recordedAt(books, market, second)
  return book === null ? null : bookOut(market, book)
}

/** The venue's book of that very second: where it is missing the venue is out of step. */
export function recordedAt(books: BookStore, market: Market, second: EpochMs): TopSnapshot | null {
  return books.range(market, rangeOf(second, second + 1))[0] ?? null
}

function pairs(levels: FlatLevels): [number, number][] {
  return Array.from({ length: levels.length / 2 }, (_, k) => [
    numberIn(levels, 2 * k),
    numberIn(levels, 2 * k + 1),
  ])
}
