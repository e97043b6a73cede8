// The order book: recorded messages parsed and applied, beside ccxt's book; snapshots encoded; what a day of them takes.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { openDatabase } from '../src/core/database.ts'
import { epochMs } from '../src/core/time.ts'
import { parseRecordedBookLine } from '../src/market/exchange/binance/book-messages.ts'
import { binanceFutures, binanceSpot } from '../src/market/exchange/binance/book-sequence.ts'
import { BookStore } from '../src/market/book/book-store.ts'
import { importBook } from '../src/market/book/import-book.ts'
import { orderBookWindow } from '../src/market/book/order-book-window.ts'
import { bookMigrations } from '../src/market/book/schema.ts'
import { decodeBlock, encodeBlock } from '../src/market/book/snapshot-codec.ts'
import { VenueBook } from '../src/market/book/venue-book.ts'
import {
  loadExchange,
  type CcxtClient,
  type CcxtExchange,
  type CcxtMarket,
} from '../src/market/exchange/ccxt.ts'
import type { KeeperParts } from '../src/market/exchange/order-book-keeper.ts'
import { OwnRulesKeeper } from '../src/market/exchange/binance/book-keeper.ts'
import { Rest } from '../src/market/exchange/rest.ts'
import { rangeOf } from '../src/market/ranges.ts'
import { marketMigrations } from '../src/market/store/schema.ts'
import type { Market } from '../src/market/types.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'Order book (Binance ETH/USDT, 2024-08-08, recorded)'

const DATA = fileURLToPath(new URL('../../shared/data/books/', import.meta.url))
const CHAINS = [
  {
    name: 'spot',
    venue: 'binance',
    symbol: 'ETH/USDT',
    rule: binanceSpot,
    url: 'wss://stream.binance.com:9443/ws/0',
  },
  {
    name: 'futures',
    venue: 'binanceusdm',
    symbol: 'ETH/USDT:USDT',
    rule: binanceFutures,
    url: 'wss://fstream.binance.com/ws/0',
  },
] as const
type Chain = (typeof CHAINS)[number]

/** Measured rounds; the fastest counts. */
const ROUNDS: Readonly<Record<Effort, number>> = { full: 5, short: 1 }
let rounds = ROUNDS.full

export async function run(effort: Effort): Promise<Row[]> {
  rounds = ROUNDS[effort]
  if (!existsSync(DATA)) {
    return [{ name: 'recorded books', value: Number.NaN, unit: '', note: `left out: ${DATA} is absent` }]
  }
  const rows: Row[] = []
  for (const chain of CHAINS) {
    const lines = linesOf(chain)
    const peer = await ccxtRate(lines)
    rows.push({
      name: `${chain.name}: messages parsed, checked, applied`,
      value: lines.length / bestOf(() => replay(chain, lines)),
      unit: 'messages/s',
      ...(peer === null ? {} : { peer: { name: 'ccxt', value: peer } }),
      note: `${(levelsOf(lines) / lines.length).toFixed(0)} levels a message; ccxt's own book, no checks`,
    })
    rows.push(await liveRow(chain, lines))
    rows.push(...(await storeRows(chain)))
  }
  return rows
}

/** The way of a live message: text into ccxt's connection, its handler, our rules or ccxt's, the book. */
async function liveRow(chain: Chain, lines: readonly string[]): Promise<Row> {
  const texts = lines.filter((line) => !line.includes('"snapshot"')).map(asSent)
  const snapshot = lines
    .map((line) => parseRecordedBookLine(line))
    .find((message) => message.kind === 'snapshot')!
  const ours = await streaming(chain)
  const theirs = await streaming(chain)
  const market = { venue: chain.venue, symbol: chain.symbol }
  const mine = bestOf(() => {
    const keeper = new OwnRulesKeeper(partsOf(ours.exchange, market), chain.rule)
    for (const text of texts.slice(0, EARLY)) ours.client.onMessage({ data: text })
    keeper.book.feed(snapshot)
    for (const text of texts.slice(EARLY)) ours.client.onMessage({ data: text })
    if (!keeper.book.inStep) throw new Error('The book is out of step.')
  })
  const own = theirs.exchange as CcxtExchange & { orderBook(snapshot: object): object }
  const books = own.orderbooks as Record<string, object>
  const peer = bestOf(() => {
    const pairs = (flat: readonly number[]): number[][] =>
      Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at]!, flat[2 * at + 1]!])
    const { bids, asks, lastUpdateId: nonce } = snapshot
    books[chain.symbol] = own.orderBook({ bids: pairs(bids), asks: pairs(asks), nonce })
    for (const text of texts) theirs.client.onMessage({ data: text })
    if (books[chain.symbol] === undefined) throw new Error('ccxt has given up its book.')
  })
  return {
    name: `${chain.name}: live messages through ccxt's connection to the book`,
    value: texts.length / mine,
    unit: 'messages/s',
    peer: { name: 'ccxt', value: texts.length / peer },
    note: "text to book, sequence checked; ccxt's own book likewise",
  }
}

/** Diffs that come before the snapshot does. */
const EARLY = 3

function asSent(line: string): string {
  const { type: _, recv_ns: __, ...message } = JSON.parse(line) as Record<string, unknown>
  return JSON.stringify({ e: 'depthUpdate', s: 'ETHUSDT', ...message })
}

async function streaming({
  venue,
  symbol,
  url,
}: Chain): Promise<{ exchange: CcxtExchange; client: CcxtClient }> {
  const exchange = await loadExchange(venue, {})
  const inside = exchange as CcxtExchange & {
    setMarkets(markets: object[]): void
    safeMarketStructure(market: object): object
  }
  const contract = symbol.includes(':')
  const facts = { id: 'ETHUSDT', symbol, base: 'ETH', quote: 'USDT', active: true, contract, contractSize: 1 }
  const type = contract ? { type: 'swap', swap: true, linear: true } : { type: 'spot', spot: true }
  inside.setMarkets([inside.safeMarketStructure({ ...facts, ...type })])
  return { exchange, client: exchange.client(url) }
}

function partsOf(exchange: CcxtExchange, market: Market): KeeperParts {
  const nothing = (): undefined => undefined
  return {
    rest: new Rest({ exchange, onTrouble: nothing }),
    streaming: exchange,
    facts: { symbol: market.symbol, contract: false } as CcxtMarket,
    market,
    now: () => epochMs(1_700_000_000_000),
    onSecond: nothing,
    onResync: nothing,
    onTrouble: nothing,
    onUseless: nothing,
  }
}

function linesOf({ venue }: Chain): string[] {
  const path = join(DATA, `${venue}-ETHUSDT-2024-08-08.jsonl.gz`)
  return gunzipSync(readFileSync(path)).toString().trimEnd().split('\n')
}

function levelsOf(lines: readonly string[]): number {
  let levels = 0
  for (const line of lines) {
    const { bids, asks } = parseRecordedBookLine(line)
    levels += (bids.length + asks.length) / 2
  }
  return levels
}

function replay({ venue, rule }: Chain, lines: readonly string[]): void {
  const book = new VenueBook({ market: { venue, symbol: 'ETH/USDT' }, rule })
  for (const line of lines) book.feed(parseRecordedBookLine(line))
  if (!book.inStep) throw new Error('The book is out of step.')
}

interface CcxtSide {
  store(price: number, amount: number): void
}

/** The same text parsed and applied by ccxt's order book, without sequence checks; null where ccxt has moved it. */
async function ccxtRate(lines: readonly string[]): Promise<number | null> {
  const path = new URL('../node_modules/ccxt/js/src/base/ws/OrderBook.js', import.meta.url).href
  const module = (await import(path).catch(() => null)) as {
    OrderBook: new (snapshot: object, depth?: number) => { bids: CcxtSide; asks: CcxtSide }
  } | null
  if (module === null) return null
  const pairs = (levels: readonly (readonly [string, string])[]): number[][] => {
    return levels.map(([price, amount]) => [Number(price), Number(amount)])
  }
  const seconds = bestOf(() => {
    let book: { bids: CcxtSide; asks: CcxtSide } | null = null
    for (const line of lines) {
      const message = JSON.parse(line) as Record<'bids' | 'asks' | 'b' | 'a', [string, string][]> & {
        type: string
      }
      if (message.type === 'snapshot') {
        book = new module.OrderBook({ bids: pairs(message.bids), asks: pairs(message.asks) })
      } else if (book !== null) {
        for (const [price, amount] of message.b) book.bids.store(Number(price), Number(amount))
        for (const [price, amount] of message.a) book.asks.store(Number(price), Number(amount))
      }
    }
  })
  return lines.length / seconds
}

async function storeRows({ name, venue }: Chain): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-book-'))
  const { sqlite, close } = openDatabase(join(folder, 'annotate.db'), [
    ...marketMigrations,
    ...bookMigrations,
  ])
  try {
    const store = new BookStore(sqlite)
    const market = { venue, symbol: 'ETH/USDT' }
    const report = await importBook({
      path: join(DATA, `${venue}-ETHUSDT-2024-08-08.jsonl.gz`),
      market,
      store,
    })
    const { bytes, seconds } = store.size(market)
    const blocks = store.blocks(market, rangeOf(0, 1e14)).map(({ data }) => data)
    const decoded = blocks.map((block) => decodeBlock(block))
    const last = epochMs(report.recorded[0]!.to - 1000)
    const windows = 200
    return [
      {
        name: `${name}: a day of snapshots, 10 levels a side`,
        value: (bytes / seconds) * 86_400,
        unit: 'bytes',
        note: `${(bytes / seconds).toFixed(0)} a second, from ${seconds} seconds`,
      },
      {
        name: `${name}: snapshots encoded`,
        value: seconds / bestOf(() => decoded.forEach((block) => encodeBlock(block))),
        unit: 'snapshots/s',
      },
      {
        name: `${name}: snapshots decoded`,
        value: seconds / bestOf(() => blocks.forEach((block) => decodeBlock(block))),
        unit: 'snapshots/s',
      },
      {
        name: `${name}: window of 100 seconds read from the store`,
        value:
          (1000 / windows) *
          bestOf(() => {
            for (let index = 0; index < windows; index += 1) {
              orderBookWindow(store, market, epochMs(last - 1000 * index))
            }
          }),
        unit: 'ms',
      },
    ]
  } finally {
    await close()
    rmSync(folder, { recursive: true })
  }
}

/** Seconds of the fastest of a few rounds. */
function bestOf(work: () => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now()
    work()
    best = Math.min(best, performance.now() - started)
  }
  return best / 1000
}
