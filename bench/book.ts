// The order book: recorded messages parsed and applied, beside ccxt's book; snapshots encoded; what a day of them takes.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { openDatabase } from '../src/core/database.ts'
import { epochMs } from '../src/core/time.ts'
import { parseRecordedBookLine } from '../src/market/book/binance-messages.ts'
import { binanceFutures, binanceSpot } from '../src/market/book/binance-sequence.ts'
import { BookStore } from '../src/market/book/book-store.ts'
import { importBook } from '../src/market/book/import-book.ts'
import { orderBookWindow } from '../src/market/book/order-book-window.ts'
import { bookMigrations } from '../src/market/book/schema.ts'
import { decodeBlock, encodeBlock } from '../src/market/book/snapshot-codec.ts'
import { VenueBook } from '../src/market/book/venue-book.ts'
import { rangeOf } from '../src/market/ranges.ts'
import { marketMigrations } from '../src/market/store/schema.ts'
import type { Row } from './bench.ts'

export const title = 'Order book (Binance ETH/USDT, 2024-08-08, recorded)'

const DATA = fileURLToPath(new URL('../../shared/data/books/', import.meta.url))
const CHAINS = [
  { name: 'spot', venue: 'binance', rule: binanceSpot },
  { name: 'futures', venue: 'binanceusdm', rule: binanceFutures },
] as const
type Chain = (typeof CHAINS)[number]

const ROUNDS = 5

export async function run(): Promise<Row[]> {
  if (!existsSync(DATA)) {
    process.stderr.write(`Nothing measured: ${DATA} is not here.\n`)
    return []
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
    rows.push(...(await storeRows(chain)))
  }
  return rows
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
    close()
    rmSync(folder, { recursive: true })
  }
}

/** Seconds of the fastest of a few rounds. */
function bestOf(work: () => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now()
    work()
    best = Math.min(best, performance.now() - started)
  }
  return best / 1000
}
