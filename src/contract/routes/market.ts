// Candles, order books, the markets that are followed, and the past that exchanges still have.
import {
  ExchangesOut,
  HistoryCostOut,
  HistoryOut,
  HistoryStretch,
  SymbolsOut,
  SymbolsQuery,
} from '../exchanges.ts'
import { ForgetQuery, ForgottenOut, ImportsOut, ImportsQuery } from '../imports.ts'
import { LedgerOut, LedgerQuery } from '../ledger.ts'
import { CandlesOut, CandlesQuery, MarketOut, MarketsOut, StreamBody, StreamQuery } from '../market.ts'
import {
  ConsolidatedBookOut,
  ConsolidatedBookQuery,
  OrderBookNowOut,
  OrderBookQuery,
  OrderBooksOut,
  OrderBooksQuery,
} from '../order-book.ts'

const tag = 'market'
const UNKNOWN = ['unknown_symbol', 'unknown_venue'] as const
const EXCHANGE = ['unknown_exchange', 'unsupported_market'] as const
const OF_EXCHANGE = { 502: ['exchange_unreachable', 'exchange_refused'] } as const
const PAST = [...UNKNOWN, 'no_history', 'too_much_history'] as const
const STARTING = { 503: ['not_started'] } as const

export const marketRoutes = {
  getCandles: {
    summary: 'Candles of one timeframe, ascending by open time, with the gaps between them',
    tag,
    query: CandlesQuery,
    answers: { 200: CandlesOut },
    errors: UNKNOWN,
  },
  listMarkets: {
    summary: 'Markets that are followed or stored: how far each reaches, and where test cases are possible',
    tag,
    answers: { 200: MarketsOut },
  },
  followMarket: {
    summary: 'Follow a market of an exchange, beside those that are followed; 200 where it is one of them',
    description: 'Its past is fetched in the background: the state is `connecting` until its first second.',
    tag,
    body: StreamBody,
    answers: { 200: MarketOut, 201: MarketOut },
    errors: [...UNKNOWN, ...EXCHANGE, 'replaying', 'too_many_markets'],
    failures: OF_EXCHANGE,
  },
  unfollowMarket: {
    summary: 'Stop following a market; what is stored of it stays. The one that is served can not be stopped',
    tag,
    query: StreamQuery,
    answers: { 200: MarketOut },
    errors: [...UNKNOWN, 'primary_market'],
  },
  getLedger: {
    summary:
      'What is held of each market and timeframe: span, rows, gaps, content hash, and where it came from',
    tag,
    query: LedgerQuery,
    answers: { 200: LedgerOut },
  },
  listImports: {
    summary: 'What came in from files, exchanges and streams, newest first: when, from where, rows, span',
    tag,
    query: ImportsQuery,
    answers: { 200: ImportsOut },
  },
  forgetImport: {
    summary: 'Take out what an import brought; what others gave of the same rows stays or stands again',
    description: 'Test cases and runs that stood on it are named; the cases become `revised`.',
    tag,
    query: ForgetQuery,
    answers: { 200: ForgottenOut },
    errors: ['unknown_import', 'import_not_kept'],
  },

  listExchanges: { summary: 'Exchanges that can be streamed', tag, answers: { 200: ExchangesOut } },
  listSymbols: {
    summary: 'Symbols of an exchange that contain a text; asks the exchange',
    tag,
    query: SymbolsQuery,
    answers: { 200: SymbolsOut },
    errors: EXCHANGE,
    failures: OF_EXCHANGE,
  },
  getHistoryCost: {
    summary: 'What of a stretch is missing, and what fetching it would take',
    tag,
    query: HistoryStretch,
    answers: { 200: HistoryCostOut },
    errors: PAST,
    failures: STARTING,
  },
  fetchHistory: {
    summary: 'Fetch and store what of a stretch is missing',
    tag,
    body: HistoryStretch,
    answers: { 200: HistoryOut },
    errors: [...PAST, ...EXCHANGE],
    failures: { ...OF_EXCHANGE, ...STARTING },
  },

  getOrderBook: {
    summary: 'The order book of a venue as of an instant: its best levels, at most a minute old',
    tag,
    query: OrderBookQuery,
    answers: { 200: OrderBookNowOut },
    errors: [...UNKNOWN, 'no_order_book'],
  },
  listOrderBooks: {
    summary: 'The order books of the last seconds up to an instant, ascending',
    tag,
    query: OrderBooksQuery,
    answers: { 200: OrderBooksOut },
    errors: [...UNKNOWN, 'no_order_book'],
  },
  getConsolidatedOrderBook: {
    summary: 'The books of all venues of a symbol, merged by price; stale venues drop out and are listed',
    tag,
    query: ConsolidatedBookQuery,
    answers: { 200: ConsolidatedBookOut },
    errors: [...UNKNOWN, 'no_order_book'],
  },
} as const
