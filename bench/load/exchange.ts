// An exchange under load, as a process of its own: Binance's spot protocol for any number of symbols, each trade a function of its id.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

/** What the parent asks for, by the process's arguments: symbols, and trades a second of each. */
const [symbols, rate] = process.argv.slice(2).map(Number) as [number, number]
const STEP_MS = 10
const FIRST_ID = 1_000_000
const SPANS: Readonly<Record<string, number>> = {
  '1s': 1000,
  '1m': 60_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
}

const NAMES = Array.from({ length: symbols }, (_, index) => `S${index}USDT`)
const began = Math.ceil(Date.now() / 1000) * 1000 - 120_000
let jumped = 0
const now = (): number => Date.now() + jumped
const timeOf = (n: number): number => began + Math.floor((n * 1000) / rate)
/** How many trades have happened before an instant. */
const countAt = (instant: number): number => Math.max(0, Math.ceil(((instant - began) * rate) / 1000))
const priceOf = (n: number): number => 2000 + ((n * 7919) % 1000) / 100
const amountOf = (n: number): number => ((n % 97) + 1) / 1000

function trade(n: number): object {
  const id = FIRST_ID + n
  return {
    a: id,
    p: priceOf(n).toFixed(2),
    q: amountOf(n).toFixed(3),
    f: id,
    l: id,
    T: timeOf(n),
    m: n % 3 === 0,
    M: true,
  }
}

function aggTrades(query: URLSearchParams): object[] {
  const limit = Math.min(1000, Number(query.get('limit') ?? 500))
  const end = Math.min(
    countAt(now()),
    query.has('endTime') ? countAt(Number(query.get('endTime')) + 1) : Infinity,
  )
  const fromId = query.get('fromId')
  const since = query.get('startTime')
  const first =
    fromId !== null ? Number(fromId) - FIRST_ID : since !== null ? countAt(Number(since)) : end - limit
  const rows: object[] = []
  for (let n = Math.max(0, first); n < end && rows.length < limit; n += 1) rows.push(trade(n))
  return rows
}

function klines(query: URLSearchParams): unknown[] {
  const span = SPANS[query.get('interval') ?? '1m']!
  const limit = Math.min(1000, Number(query.get('limit') ?? 500))
  const last = Math.floor(now() / span) * span
  const since = query.get('startTime')
  const start = since === null ? last - (limit - 1) * span : Math.ceil(Number(since) / span) * span
  const rows: unknown[] = []
  for (let open = start; open <= last && rows.length < limit; open += span) rows.push(kline(open, span))
  return rows
}

function kline(open: number, span: number): unknown[] {
  const [from, to] = [countAt(open), countAt(open + span)]
  if (to <= from) return [open, '2000', '2000', '2000', '2000', '1', open + span - 1, '0', 1, '0', '0', '0']
  let [high, low, volume] = [0, Infinity, 0]
  for (let n = from; n < to; n += 1) {
    high = Math.max(high, priceOf(n))
    low = Math.min(low, priceOf(n))
    volume += Math.round(amountOf(n) * 1000)
  }
  const prices = [priceOf(from), high, low, priceOf(to - 1)].map((price) => price.toFixed(2))
  return [open, ...prices, (volume / 1000).toFixed(3), open + span - 1, '0', to - from, '0', '0', '0']
}

function info(): object {
  const filters = [
    { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000000', tickSize: '0.01' },
    { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '9000', stepSize: '0.001' },
  ]
  const market = (symbol: string): object => ({
    symbol,
    status: 'TRADING',
    baseAsset: symbol.replace('USDT', ''),
    baseAssetPrecision: 8,
    quoteAsset: 'USDT',
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    orderTypes: ['LIMIT'],
    isSpotTradingAllowed: true,
    filters,
    permissions: ['SPOT'],
    permissionSets: [['SPOT']],
  })
  return {
    timezone: 'UTC',
    serverTime: now(),
    rateLimits: [],
    exchangeFilters: [],
    symbols: NAMES.map(market),
  }
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://local')
  const route = url.pathname.replace('/api/v3/', '')
  const answers: Readonly<Record<string, () => unknown>> = {
    ping: () => ({}),
    time: () => ({ serverTime: now() }),
    exchangeInfo: info,
    aggTrades: () => aggTrades(url.searchParams),
    klines: () => klines(url.searchParams),
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(answers[route]?.() ?? {}))
})

const streams = new Map<string, Set<WebSocket>>()
const sockets = new WebSocketServer({ server })
sockets.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const { method, params, id } = JSON.parse(data.toString('utf8')) as {
      method: string
      params: string[]
      id: number
    }
    for (const stream of params) {
      const set = streams.get(stream) ?? new Set()
      streams.set(stream, set)
      if (method === 'SUBSCRIBE') set.add(socket)
      else set.delete(socket)
    }
    socket.send(JSON.stringify({ result: null, id }))
  })
  socket.on('close', () => {
    for (const set of streams.values()) set.delete(socket)
  })
})

let next = countAt(now())
setInterval(() => {
  const end = countAt(now())
  for (; next < end; next += 1) {
    for (const name of NAMES) {
      const subscribers = streams.get(`${name.toLowerCase()}@aggTrade`)
      if (subscribers === undefined || subscribers.size === 0) continue
      const text = JSON.stringify({ e: 'aggTrade', E: now(), s: name, ...trade(next) })
      for (const socket of subscribers) socket.send(text)
    }
  }
}, STEP_MS)

process.on('message', (message: { jump: number }) => {
  jumped += message.jump
  next = countAt(now())
  for (const socket of sockets.clients) socket.terminate()
})
process.on('disconnect', () => process.exit(0))

server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port, began, firstId: FIRST_ID })
})
