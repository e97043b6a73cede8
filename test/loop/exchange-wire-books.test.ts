// Order-book messages that exchanges really sent, through ccxt and our keepers: the best levels after each message, and the exchanges' checksums.
import { describe, expect, it } from 'vitest'
import { crc32, gunzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { epochMs } from '../../src/core/time.ts'
import type { Resync } from '../../src/market/book/synchronizer.ts'
import type { TopSnapshot } from '../../src/market/book/top-snapshot.ts'
import { binanceFutures, binanceSpot } from '../../src/market/exchange/binance/book-sequence.ts'
import { CcxtKeeper } from '../../src/market/exchange/ccxt-keeper.ts'
import type { CcxtExchange, CcxtMarket } from '../../src/market/exchange/ccxt.ts'
import type { KeeperParts } from '../../src/market/exchange/order-book-keeper.ts'
import { OwnRulesKeeper } from '../../src/market/exchange/binance/book-keeper.ts'
import { profileOf } from '../../src/market/exchange/profiles.ts'
import { Rest } from '../../src/market/exchange/rest.ts'
import { hasRecordedBooks, recordedTops, type BookKind } from '../exchange/book-tape.ts'
import { connection, hasWire, recorded, withMarkets, type Inside } from '../exchange/wire.ts'

interface Told {
  readonly seconds: TopSnapshot[]
  readonly resyncs: Resync[]
  readonly useless: string[]
}

function partsOf(
  exchange: Inside,
  symbol: string,
  precision: CcxtMarket['precision'] = {},
): KeeperParts & Told {
  const told: Told = { seconds: [], resyncs: [], useless: [] }
  const streaming = exchange as unknown as CcxtExchange
  return {
    ...told,
    rest: new Rest({ exchange: streaming, onTrouble: () => undefined }),
    streaming,
    facts: { symbol, contract: false, contractSize: undefined, precision } as CcxtMarket,
    market: { venue: streaming.id, symbol },
    now: () => epochMs(1_700_000_000_000),
    onSecond: (snapshot) => told.seconds.push(snapshot),
    onResync: (resync) => told.resyncs.push(resync),
    onTrouble: () => undefined,
    onUseless: (words) => told.useless.push(words),
  }
}

/** A book in the plainest way: a map a side, from price as it was sent to amount as it was sent. */
class PlainBook {
  readonly bids = new Map<string, string>()
  readonly asks = new Map<string, string>()

  set(side: 'bids' | 'asks', price: string, amount: string): void {
    if (Number(amount) === 0) this[side].delete(price)
    else this[side].set(price, amount)
  }

  top(side: 'bids' | 'asks', count: number): [string, string][] {
    const sign = side === 'bids' ? -1 : 1
    return [...this[side]].toSorted(([a], [b]) => sign * (Number(a) - Number(b))).slice(0, count)
  }

  numbers(side: 'bids' | 'asks', count = 10): number[][] {
    return this.top(side, count).map((level) => level.map(Number))
  }
}

describe.skipIf(!hasRecordedBooks)('Binance (skipped where ../shared/data is absent)', () => {
  const cases = [
    ['binance', 'ETH/USDT', 'spot', binanceSpot, 650],
    ['binanceusdm', 'ETH/USDT:USDT', 'futures', binanceFutures, 345],
  ] as const

  it.each(cases)(
    '%s %s: diffs as ccxt hands them on, by our rules, in every second',
    async (id, symbol, kind, rule, seconds) => {
      const exchange = await withMarkets(id, { ETHUSDT: symbol }, kind === 'spot' ? 'spot' : 'swap')
      const parts = partsOf(exchange, symbol)
      const keeper = new OwnRulesKeeper(parts, rule)
      const url = kind === 'spot' ? 'wss://stream.binance.com:9443/ws/0' : 'wss://fstream.binance.com/ws/0'
      for (const { type, recv_ns: _, ...message } of linesOf(kind)) {
        if (type === 'snapshot') keeper.book.feed(snapshotOf(message as never))
        else exchange.handleMessage(connection(url), { e: 'depthUpdate', s: 'ETHUSDT', ...message })
      }
      const tops = recordedTops(kind)
      const found = parts.seconds.map(({ time, bids, asks }) => [time, [...bids, ...asks].join(',')])
      expect(found.length).toBeGreaterThanOrEqual(seconds - 1)
      expect(found).toEqual(found.map(([time]) => [time, tops.get(time as number)]))
      expect([parts.resyncs, keeper.counts.malformed]).toEqual([[], 0])
    },
  )
})

function linesOf(kind: BookKind): Record<string, unknown>[] {
  const venue = kind === 'spot' ? 'binance' : 'binanceusdm'
  const file = new URL(`../../../shared/data/books/${venue}-ETHUSDT-2024-08-08.jsonl.gz`, import.meta.url)
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

function snapshotOf(message: { lastUpdateId: number; bids: string[][]; asks: string[][] }) {
  const flat = (levels: string[][]): number[] => levels.flatMap((level) => level.map(Number))
  return {
    kind: 'snapshot' as const,
    lastUpdateId: message.lastUpdateId,
    eventTime: null,
    arrivedAt: epochMs(1_700_000_000_000),
    bids: flat(message.bids),
    asks: flat(message.asks),
    bidsCut: true,
    asksCut: true,
  }
}

describe.skipIf(!hasWire)('recorded order books (skipped where ../shared/data is absent)', () => {
  it('OKX v5: the ten best levels after each message, and its checksum of 25', async () => {
    const exchange = await withMarkets('okx', { 'BTC-USDT': 'BTC/USDT' })
    const parts = partsOf(exchange, 'BTC/USDT')
    const keeper = new CcxtKeeper(parts)
    const client = parts.streaming.client('wss://ws.okx.com:8443/ws/v5/public')
    Object.assign(client, { subscriptions: { 'books:BTC/USDT': true } })
    const messages = recorded(
      'okx/cryptofeed-OKX.ws.1.0.txt.gz',
      '"books","instId":"BTC-USDT"},"action"',
    ) as {
      data: [{ asks: string[][]; bids: string[][]; checksum: number; ts: string }]
    }[]
    const plain = new PlainBook()
    for (const message of messages) {
      const [{ asks, bids, checksum, ts }] = message.data
      for (const [price, amount] of asks) plain.set('asks', price!, amount!)
      for (const [price, amount] of bids) plain.set('bids', price!, amount!)
      expect(okxChecksum(plain)).toBe(checksum)
      exchange.handleMessage(client, message)
      expect(keeper.book.book.top(10)).toEqual({ bids: plain.numbers('bids'), asks: plain.numbers('asks') })
      expect(keeper.book.book.eventTime).toBe(Number(ts))
    }
    expect(messages.length).toBeGreaterThan(90)
    expect([parts.resyncs, parts.useless, keeper.book.counts.crossed]).toEqual([[], [], 0])
    expect(parts.seconds.length).toBeGreaterThan(5)
  })

  it('Coinbase Exchange: snapshot and l2update, ten markets', async () => {
    const products =
      'BAND-GBP SKL-GBP NU-GBP YFI-BTC SKL-BTC CRV-EUR BAND-BTC DASH-BTC NMR-EUR SKL-USD'.split(' ')
    let updates = 0
    let seconds = 0
    for (const product of products) {
      const symbol = product.replace('-', '/')
      const exchange = await withMarkets('coinbaseexchange', { [product]: symbol })
      const parts = partsOf(exchange, symbol)
      const keeper = new CcxtKeeper(parts)
      const client = parts.streaming.client('wss://ws-feed.exchange.coinbase.com')
      const file = 'coinbase/cryptofeed-COINBASE.ws.28.0.txt.gz'
      const messages = recorded(file, `"product_id":"${product}"`) as Record<string, never>[]
      const plain = new PlainBook()
      for (const message of messages) {
        const { type, asks, bids, changes, time } = message as {
          type?: string
          asks?: string[][]
          bids?: string[][]
          changes?: string[][]
          time?: string
        }
        if (type !== 'snapshot' && type !== 'l2update') continue
        for (const [price, amount] of asks ?? []) plain.set('asks', price!, amount!)
        for (const [price, amount] of bids ?? []) plain.set('bids', price!, amount!)
        for (const [side, price, amount] of changes ?? []) {
          plain.set(side === 'buy' ? 'bids' : 'asks', price!, amount!)
        }
        exchange.handleMessage(client, message)
        expect(keeper.book.book.top(10)).toEqual({ bids: plain.numbers('bids'), asks: plain.numbers('asks') })
        if (type === 'snapshot') continue
        expect(keeper.book.book.eventTime).toBe(Date.parse(time!))
        updates += 1
      }
      expect([parts.resyncs, parts.useless, keeper.book.counts.crossed]).toEqual([[], [], 0])
      seconds += parts.seconds.length
    }
    expect(updates).toBe(9719)
    expect(seconds).toBeGreaterThan(100)
  })

  it('are subscribed to without a key', async () => {
    const asked: [string, unknown][] = []
    for (const [id, pair] of [
      ['coinbaseexchange', 'ETH-BTC'],
      ['coinbase', 'ETH-BTC'],
      ['kraken', 'ETH/BTC'],
      ['okx', 'ETH-BTC'],
      ['bybit', 'ETHBTC'],
    ] as const) {
      const exchange = await withMarkets(id, { [pair]: 'ETH/BTC' })
      const ask = async (_url: string, _hash: string, message: unknown): Promise<object> => {
        asked.push([id, message])
        return { limit: () => null }
      }
      Object.assign(exchange, { watch: ask, watchMultiple: ask })
      const streaming = exchange as unknown as CcxtExchange
      const watch = profileOf(id).watchBook?.(streaming, 'ETH/BTC')
      await (watch === undefined ? streaming.watchOrderBook('ETH/BTC') : watch())
    }
    expect(asked).toMatchObject([
      ['coinbaseexchange', { type: 'subscribe', product_ids: ['ETH-BTC'], channels: ['level2_batch'] }],
      ['coinbase', { type: 'subscribe', product_ids: ['ETH-BTC'], channel: 'level2' }],
      ['kraken', { method: 'subscribe', params: { channel: 'book', symbol: ['ETH/BTC'] } }],
      ['okx', { op: 'subscribe', args: [{ channel: 'books', instId: 'ETH-BTC' }] }],
      ['bybit', { op: 'subscribe', args: ['orderbook.50.ETHBTC'] }],
    ])
    expect(JSON.stringify(asked)).not.toMatch(/"(key|signature|passphrase|jwt|api_key)"/)
  })

  describe('Kraken, whose recording is of v1, put into the form of v2', () => {
    const PAIRS = 'ADA/XBT ETH/CHF GRT/ETH KSM/XBT OCEAN/XBT OMG/USD SC/EUR WAVES/EUR XBT/CHF XMR/USD'.split(
      ' ',
    )

    it.each(PAIRS)('%s: the ten best levels, and the checksum, of every message', async (pair) => {
      const { messages, precision } = krakenMessages(pair)
      const exchange = await withMarkets('kraken', { [pair]: pair })
      const parts = partsOf(exchange, pair, precision)
      const keeper = new CcxtKeeper(parts)
      const client = parts.streaming.client('wss://ws.kraken.com/v2')
      const plain = new PlainBook()
      for (const { message, asks, bids } of messages) {
        for (const [price, amount] of asks) plain.set('asks', price!, amount!)
        for (const [price, amount] of bids) plain.set('bids', price!, amount!)
        exchange.handleMessage(client, message)
        expect(keeper.book.book.top(10)).toEqual({ bids: plain.numbers('bids'), asks: plain.numbers('asks') })
      }
      expect(messages.length).toBeGreaterThan(20)
      expect([parts.resyncs, parts.useless]).toEqual([[], []])
    })

    it('drops a book whose checksum is another', async () => {
      const { messages, precision } = krakenMessages('XMR/USD')
      const exchange = await withMarkets('kraken', { 'XMR/USD': 'XMR/USD' })
      const parts = partsOf(exchange, 'XMR/USD', precision)
      const keeper = new CcxtKeeper(parts)
      const client = parts.streaming.client('wss://ws.kraken.com/v2')
      for (const [index, { message }] of messages.slice(0, 60).entries()) {
        // One message is lost on the way.
        if (index !== 30) exchange.handleMessage(client, message)
        if (!keeper.book.inStep && index > 30) break
      }
      expect(keeper.book.inStep).toBe(false)
      expect(parts.resyncs).toHaveLength(1)
      expect(parts.useless[0]).toMatch(/checksum \d+ is not the book's, \d+/)
    })
  })

  it('Bybit of 2021 is another protocol than today’s: no book is made of it', async () => {
    const exchange = await withMarkets('bybit', { EOSUSD: 'EOS/USD' })
    const parts = partsOf(exchange, 'EOS/USD')
    const keeper = new CcxtKeeper(parts)
    const client = parts.streaming.client('wss://stream.bybit.com/v5/public/inverse')
    const messages = recorded('bybit/cryptofeed-BYBIT.ws.26.0.txt.gz', '"topic":"orderBookL2_25.EOSUSD"')
    expect(messages.length).toBeGreaterThan(10)
    for (const message of messages) exchange.handleMessage(client, message)
    expect([keeper.book.inStep, parts.seconds]).toEqual([false, []])
  })
})

/** https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel, "Checksum": as a signed 32-bit number. */
function okxChecksum(book: PlainBook): number {
  const [bids, asks] = [book.top('bids', 25), book.top('asks', 25)]
  const texts = Array.from({ length: 25 }, (_, at) => [bids[at], asks[at]]).flat()
  return (
    crc32(
      texts
        .filter((level) => level !== undefined)
        .map((level) => level.join(':'))
        .join(':'),
    ) | 0
  )
}

interface KrakenMessage {
  readonly message: object
  readonly asks: string[][]
  readonly bids: string[][]
}

/** v1: [channel, {as, bs} or {a?, b?, c}, …, name, pair], levels [price, amount, time]; v2 says the same with names, and numbers for texts. */
function krakenMessages(pair: string): {
  messages: KrakenMessage[]
  precision: NonNullable<CcxtMarket['precision']>
} {
  type Part = { as?: string[][]; bs?: string[][]; a?: string[][]; b?: string[][]; c?: string }
  const rows = recorded('kraken/cryptofeed-KRAKEN.ws.50.0.txt.gz', `"book-1000","${pair}"]`) as unknown[][]
  let places = { price: 0, amount: 0 }
  const messages = rows.map((row) => {
    const part = Object.assign({}, ...row.slice(1, -2)) as Part
    const asks = part.as ?? part.a ?? []
    const bids = part.bs ?? part.b ?? []
    const [price = '', amount = '', time] = [...asks, ...bids][0] ?? []
    places = { price: price.split('.')[1]!.length, amount: amount.split('.')[1]!.length }
    const v2 = (levels: string[][]): object[] =>
      levels.map((level) => ({ price: Number(level[0]), qty: Number(level[1]) }))
    const data = {
      symbol: pair,
      asks: v2(asks),
      bids: v2(bids),
      ...(part.c === undefined ? {} : { checksum: Number(part.c) }),
      timestamp: new Date(Number(time) * 1000).toISOString(),
    }
    const type = part.as === undefined ? 'update' : 'snapshot'
    return { message: { channel: 'book', type, data: [data] }, asks, bids }
  })
  return { messages, precision: { price: 10 ** -places.price, amount: 10 ** -places.amount } }
}
