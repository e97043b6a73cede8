// REST of the local exchange, by https://developers.binance.com/docs/binance-spot-api-docs/rest-api: time, markets, trades, klines, depth.
import type { ServerResponse } from 'node:http'
import type { BookKind, BookTape } from './book-tape.ts'
import { sumOf, type AggregateTrade } from './tape.ts'

/** What REST tells of. */
export interface RestMarket {
  readonly options: {
    readonly lie: number
    readonly symbols: readonly string[]
    readonly kind: BookKind
  }
  /** Of the first symbol. */
  readonly books: Pick<BookTape, 'depth'>
  /** Prints with a smaller id are gone. */
  readonly oldestId: number
  /** The exchange's clock. */
  now(): number
  has(symbol: string): boolean
  past(now?: number, symbol?: string): readonly AggregateTrade[]
}

export type Kline = [
  number,
  string,
  string,
  string,
  string,
  string,
  number,
  string,
  number,
  string,
  string,
  string,
]

const SPANS: Readonly<Record<string, number>> = {
  '1s': 1000,
  '1m': 60_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
}

export function answerRest(exchange: RestMarket, url: URL, response: ServerResponse): void {
  const answer = ROUTES[url.pathname.replace(/^\/(api\/v3|fapi\/v1)\//, '')]
  if (answer === undefined) send(response, 404, { code: -1, msg: `no route ${url.pathname}` })
  else if (url.searchParams.has('symbol') && !exchange.has(url.searchParams.get('symbol')!))
    send(response, 400, { code: -1121, msg: 'Invalid symbol.' })
  else send(response, 200, answer(exchange, url.searchParams))
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

const PERPETUAL = { contractType: 'PERPETUAL', marginAsset: 'USDT' }

type Route = (exchange: RestMarket, query: URLSearchParams) => unknown

const ROUTES: Readonly<Record<string, Route>> = {
  ping: () => ({}),
  time: (exchange) => ({ serverTime: exchange.now() + exchange.options.lie }),
  exchangeInfo: (exchange) => ({
    timezone: 'UTC',
    serverTime: exchange.now(),
    rateLimits: [],
    exchangeFilters: [],
    symbols: [...new Set(['ETHUSDT', 'BTCUSDT', ...exchange.options.symbols])]
      .map((symbol) => symbolInfo(symbol.replace(/USDT$/, ''), 'USDT'))
      .concat(symbolInfo('ETH', 'BTC'))
      .map((info) => (exchange.options.kind === 'spot' ? info : { ...info, ...PERPETUAL })),
  }),
  // Only of the first symbol; others have an empty book.
  depth: (exchange, query) =>
    query.get('symbol') === exchange.options.symbols[0]
      ? exchange.books.depth(limitOf(query, 100))
      : { lastUpdateId: 1, bids: [], asks: [] },
  aggTrades: (exchange, query) => page(exchange, query, ({ id }) => id).map(aggregateOut),
  trades: (exchange, query) => past(exchange, query).slice(-limitOf(query, 500)).map(tradeOut),
  historicalTrades: (exchange, query) => page(exchange, query, ({ first }) => first).map(tradeOut),
  klines: (exchange, query) => {
    const interval = query.get('interval') ?? ''
    const span = SPANS[interval]!
    const now = exchange.now()
    const limit = limitOf(query, 500)
    const end = Math.min(Number(query.get('endTime') ?? now), now)
    const last = Math.floor(end / span) * span
    const from = query.get('startTime')
    const start = from === null ? last - (limit - 1) * span : Math.ceil(Number(from) / span) * span
    return klines(past(exchange, query, now), start, Math.min(last, start + (limit - 1) * span), span)
  },
}

function past(exchange: RestMarket, query: URLSearchParams, now?: number): readonly AggregateTrade[] {
  return exchange.past(now, query.get('symbol') ?? undefined)
}

/** From an id, or within a time window, or the newest: ascending, as Binance does. */
function page(
  exchange: RestMarket,
  query: URLSearchParams,
  idOf: (trade: AggregateTrade) => number,
): AggregateTrade[] {
  const known = past(exchange, query).filter(({ id }) => id >= exchange.oldestId)
  const limit = limitOf(query, 500)
  const [fromId, start, end] = ['fromId', 'startTime', 'endTime'].map((name) => query.get(name))
  if (fromId !== null) return known.filter((trade) => idOf(trade) >= Number(fromId)).slice(0, limit)
  if (start === null && end === null) return known.slice(-limit)
  const until = end === null ? Number.POSITIVE_INFINITY : Number(end)
  return known.filter(({ time }) => time >= Number(start) && time <= until).slice(0, limit)
}

function limitOf(query: URLSearchParams, usual: number): number {
  return Math.min(1000, Number(query.get('limit') ?? usual))
}

function aggregateOut({ id, price, amount, first, last, time, maker }: AggregateTrade): object {
  return { a: id, p: price, q: amount, f: first, l: last, T: time, m: maker, M: true }
}

function tradeOut({ first, price, amount, time, maker }: AggregateTrade): object {
  return { id: first, price, qty: amount, time, isBuyerMaker: maker, isBestMatch: true }
}

function symbolInfo(base: string, quote: string): object {
  return {
    symbol: base + quote,
    status: 'TRADING',
    baseAsset: base,
    baseAssetPrecision: 8,
    quoteAsset: quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    orderTypes: ['LIMIT', 'MARKET'],
    icebergAllowed: true,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      {
        filterType: 'PRICE_FILTER',
        minPrice: '0.01000000',
        maxPrice: '1000000.00000000',
        tickSize: '0.01000000',
      },
      { filterType: 'LOT_SIZE', minQty: '0.00010000', maxQty: '9000.00000000', stepSize: '0.00010000' },
    ],
    permissions: ['SPOT'],
    permissionSets: [['SPOT']],
  }
}

/** Candles of the trades, quiet ones repeated; before the first trade, made-up ones whose price is that trade's. Opens start ≤ open ≤ last. */
export function klines(
  trades: readonly AggregateTrade[],
  start: number,
  last: number,
  span: number,
): Kline[] {
  const bySlot = new Map<number, AggregateTrade[]>()
  for (const trade of trades) {
    const open = Math.floor(trade.time / span) * span
    if (open < start || open > last) continue
    const slot = bySlot.get(open)
    if (slot === undefined) bySlot.set(open, [trade])
    else slot.push(trade)
  }
  const before = trades.findLast(({ time }) => time < start) ?? trades[0]!
  const rows: Kline[] = []
  let close = before.price
  for (let open = start; open <= last; open += span) {
    const made = klineOf(open, span, bySlot.get(open) ?? [], close, open + span <= trades[0]!.time)
    close = made[4]
    rows.push(made)
  }
  return rows
}

function klineOf(
  open: number,
  span: number,
  trades: readonly AggregateTrade[],
  close: string,
  old: boolean,
): Kline {
  const prices = trades.length === 0 ? [close] : trades.map(({ price }) => price)
  let [high, low] = [prices[0]!, prices[0]!]
  for (const price of prices) {
    if (Number(price) > Number(high)) high = price
    if (Number(price) < Number(low)) low = price
  }
  const volume = old ? '1.50000000' : sumOf('0', ...trades.map(({ amount }) => amount))
  const { length } = trades
  return [open, prices[0]!, high, low, prices.at(-1)!, volume, open + span - 1, '0', length, '0', '0', '0']
}
