// Order books over real HTTP: as of an instant, the last seconds, several venues merged, and once a second in the event stream.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AnnotationOut, TestCaseFile } from '../../../src/contract/annotations.ts'
import type { CandlesOut } from '../../../src/contract/market.ts'
import type { ConsolidatedBookOut, OrderBookNowOut, OrderBooksOut } from '../../../src/contract/order-book.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import { epochMs, shift, toIso } from '../../../src/core/time.ts'
import type { Market } from '../../../src/market/types.ts'
import { NOW, startServer, type Answer, type Harness } from './harness.ts'
import { OpenApi } from './openapi.ts'

/** A venue's book of second NOW + `seconds`. */
function record(server: Harness, market: Market, seconds: number, middle: number): void {
  const time = shift(NOW, seconds * 1000)
  server.app.books.append(market, [
    {
      time,
      eventTime: epochMs(time - 40),
      arrivedAt: epochMs(time - 10),
      lastUpdateId: 1,
      bids: [middle - 0.1, 3, middle - 0.3, 1],
      asks: [middle + 0.2, 1, middle + 0.4, 1],
    },
  ])
}

const ETH = 'symbol=ETH/USDT'

async function serve(kind: 'demo' | 'stored') {
  // Nothing is stored of the demo market: what is asked about here is what its server draws at its start and when it is asked.
  const server = await startServer(kind, kind === 'demo' ? { fill: () => undefined } : {})
  const api = new OpenApi((await server.call<object>('GET', '/api/openapi.json')).body)
  const get = async <T>(path: string): Promise<Answer<T>> => {
    const answer = await server.call<T>('GET', path)
    expect(api.faults('GET', path, answer.status, answer.body)).toEqual([])
    return answer
  }
  return { server, api, get }
}

describe('on stored data', () => {
  let served: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    served = await serve('stored')
  })
  afterAll(() => served.server.stop())
  const imported = { venue: 'imported', symbol: 'ETH/USDT' }

  it('says in words that no book is recorded', async () => {
    for (const path of ['order-book', 'order-books', 'consolidated-order-book']) {
      const { status, body } = await served.get<ErrorBody>(`/api/${path}?${ETH}`)
      expect(status).toBe(422)
      expect(body.error).toMatchObject({ code: 'no_order_book', recorded: [] })
      expect(body.error.message).toContain('No order book of ETH/USDT on imported is recorded')
    }
  })

  it('gives the book as of an instant, and nothing at or later than it', async () => {
    for (const second of [-3, -2, 0]) record(served.server, imported, second, 2400 + second)
    const at = async (ms: number): Promise<OrderBookNowOut> =>
      (await served.get<OrderBookNowOut>(`/api/order-book?${ETH}&at=${NOW + ms}`)).body
    expect(await at(0)).toEqual({
      ...imported,
      timestamp: toIso(NOW),
      event_time: toIso(shift(NOW, -40)),
      arrived_at: toIso(shift(NOW, -10)),
      bids: [
        [2399.9, 3],
        [2399.7, 1],
      ],
      asks: [
        [2400.2, 1],
        [2400.4, 1],
      ],
      spread: 0.3,
      mid: 2400.05,
      imbalance: 2 / 6,
      age_ms: 40,
      stale: false,
      stream: null,
    })
    expect(await at(6000)).toMatchObject({ timestamp: toIso(NOW), age_ms: 6040, stale: true })
    expect((await at(-1)).timestamp).toBe(toIso(shift(NOW, -2000)))
    expect((await at(-2001)).timestamp).toBe(toIso(shift(NOW, -3000)))
  })

  it('has nothing where the last book is too old, or none came before', async () => {
    for (const ms of [-3001, 60_001]) {
      const { status, body } = await served.get<ErrorBody>(`/api/order-book?${ETH}&at=${NOW + ms}`)
      expect([status, body.error.code]).toEqual([422, 'no_order_book'])
      expect(body.error.message).toContain('Recorded: 2026-01-15T10:30:02Z to 2026-01-15T10:30:04Z')
    }
  })

  it('lists the last seconds, and only those that are recorded', async () => {
    const { body } = await served.get<OrderBooksOut>(`/api/order-books?${ETH}&at=${NOW}&seconds=3`)
    expect(body.order_books.map(({ timestamp }) => Date.parse(timestamp) - NOW)).toEqual([-2000, 0])
    const all = await served.get<OrderBooksOut>(`/api/order-books?${ETH}&at=${NOW}`)
    expect(all.body.order_books).toHaveLength(3)
  })

  it('merges the venues of a symbol, and names those that dropped out', async () => {
    record(served.server, { venue: 'kraken', symbol: 'ETH/USDT' }, 0, 2400)
    record(served.server, { venue: 'okx', symbol: 'ETH/USDT' }, -2, 2400)
    record(served.server, { venue: 'demo-1', symbol: 'ETH/USDT' }, 0, 2400)
    const { body } = await served.get<ConsolidatedBookOut>(`/api/consolidated-order-book?${ETH}&at=${NOW}`)
    expect(body.bids[0]).toEqual({
      price: 2399.9,
      amount: 6,
      venues: [
        { venue: 'imported', amount: 3 },
        { venue: 'kraken', amount: 3 },
      ],
    })
    expect(body.venues.map(({ venue, state }) => [venue, state])).toEqual([
      ['imported', 'live'],
      ['kraken', 'live'],
      ['okx', 'out_of_step'],
    ])
    expect(body.venues[2]).toMatchObject({ stale: true, event_time: toIso(shift(NOW, -2040)), age_ms: 2040 })
    expect(body.venues[2]!.reason).toContain('not certain, or is not recorded')
    expect(body).toMatchObject({ crossed: false, spread: 0.3, timestamp: toIso(NOW) })
  })

  it('refuses what it cannot understand, naming the field', async () => {
    const failures: [query: string, status: number, code: string, field: string][] = [
      [`${ETH}&at=noon`, 400, 'invalid_timestamp', 'at'],
      ['symbol=BTC/EUR', 404, 'unknown_symbol', 'symbol'],
      [`${ETH}&venue=nowhere`, 404, 'unknown_venue', 'venue'],
      ['', 400, 'invalid_request', 'symbol'],
      [`${ETH}&depth=5`, 400, 'invalid_request', 'depth'],
    ]
    for (const [query, status, code, field] of failures) {
      const answer = await served.get<ErrorBody>(`/api/order-book?${query}`)
      expect([query, answer.status, answer.body.error.code, answer.body.error.field]).toEqual([
        query,
        status,
        code,
        field,
      ])
    }
    const many = await served.get<ErrorBody>(`/api/order-books?${ETH}&seconds=601`)
    expect(many.body.error.field).toBe('seconds')
  })
})

describe('on the demo market', () => {
  let served: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    served = await serve('demo')
  })
  afterAll(() => served.server.stop())

  it('has the last 100 seconds as soon as it is served, and never the future', async () => {
    const { body } = await served.get<OrderBooksOut>(`/api/order-books?${ETH}&at=${NOW + 60_000}`)
    expect(body.order_books).toHaveLength(100)
    expect(body.order_books.at(-1)!.timestamp).toBe(toIso(NOW))
    for (const { bids, asks, spread } of body.order_books) {
      expect([bids.length, asks.length]).toEqual([10, 10])
      expect(spread).toBeGreaterThan(0)
    }
  })

  it('has the order book of a mark hours ago, before the past is filled in that far', async () => {
    const at = NOW - 30 * 3_600_000
    const { candles } = (
      await served.get<CandlesOut>(`/api/candles?${ETH}&timeframe=1s&from=${at - 1000}&to=${at}`)
    ).body
    const price = candles[0]![4]
    const made = await served.server.call<AnnotationOut>('POST', '/api/annotations', {
      body: {
        symbol: 'ETH/USDT',
        direction: 'LONG',
        entry: { timestamp: at, price },
        exit: { timestamp: at + 60_000, price },
      },
    })
    expect(made.status).toBe(201)
    const { body } = await served.get<TestCaseFile>(`/api/test-cases/${made.body.test_case_id}`)
    expect(body.order_book?.timestamps).toHaveLength(100)
    expect(body.order_book?.gaps).toEqual([])
  })

  it('sends each second what GET answers, to those who asked for it', async () => {
    const leave = new AbortController()
    const url = new URL(`/api/events?${ETH}&types=order_book`, served.server.http.url)
    const response = await fetch(url, { signal: leave.signal })
    let text = ''
    const reading = (async () => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk
    })().catch(() => undefined)
    for (const second of [1, 2]) {
      served.server.clock.moveTo(shift(NOW, second * 1000))
      await vi.waitUntil(() => text.split('event: order_book').length > second)
    }
    leave.abort()
    await reading
    const events = [...text.matchAll(/event: (\w+)\ndata: (.*)\n/g)]
    expect(events.map(([, name]) => name)).toEqual(['order_book', 'order_book'])
    const { body } = await served.get<OrderBookNowOut>(`/api/order-book?${ETH}`)
    const { age_ms: _, stale: __, stream: ___, ...book } = body
    expect(JSON.parse(events.at(-1)![2]!)).toEqual(book)
    expect(body.timestamp).toBe(toIso(shift(NOW, 2000)))
  })
})
