// /api/data-set/health on a real server: answered at once, made in another process, and made again after a mark changed.
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { CandlesOut } from '../../../src/contract/market.ts'
import type { DataSetHealth, DataSetHealthOut } from '../../../src/contract/data-set-health.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import type { SecondLookOut, SecondLooksOut } from '../../../src/contract/second-looks.ts'
import { epochMs, toIso } from '../../../src/core/time.ts'
import { NOW, startServer, type Harness } from './harness.ts'
import { OpenApi } from './openapi.ts'

let server: Harness
let api: OpenApi
beforeAll(async () => {
  server = await startServer('demo')
  api = new OpenApi((await server.call<object>('GET', '/api/openapi.json')).body)
})
afterAll(() => server.stop())

const PATH = '/api/data-set/health'

async function get(): Promise<DataSetHealthOut> {
  const { status, body } = await server.call<DataSetHealthOut>('GET', PATH)
  expect(api.faults('GET', PATH, status, body)).toEqual([])
  expect(status).toBe(200)
  return body
}

const current = (): Promise<DataSetHealth> =>
  vi.waitUntil(
    async () => {
      const { state, health } = await get()
      return state === 'current' && health
    },
    { timeout: 60_000, interval: 200 },
  )

/** A mark of five minutes that began so many minutes ago. */
async function mark(minutes: number, tag: string): Promise<void> {
  const entry = NOW - minutes * 60_000
  const query = `symbol=ETH/USDT&timeframe=1s&from=${entry - 1000}&to=${entry + 300_000}`
  const { candles } = (await server.call<CandlesOut>('GET', `/api/candles?${query}`)).body
  const [first, last] = [candles[0]?.[4] ?? 0, candles.at(-1)?.[4] ?? 0]
  const { status } = await server.call('POST', '/api/annotations', {
    body: {
      symbol: 'ETH/USDT',
      direction: last >= first ? 'LONG' : 'SHORT',
      entry: { timestamp: entry, price: first },
      exit: { timestamp: entry + 300_000, price: last },
      tags: [tag],
    },
  })
  expect(status).toBe(201)
}

it('says at once that it is being computed, then what there is', async () => {
  expect(await get()).toEqual({ state: 'being_computed', health: null, made_at: null, took_ms: null })
  expect(await current()).toMatchObject({ annotations: 0, counts: { tag: [] }, doubtful: { scored: 0 } })
})

it('says of what it has that it is of earlier marks, until it is made again', async () => {
  await mark(30, 'break')
  await mark(20, 'break')
  const { state, health } = await get()
  expect(state).toBe('being_computed')
  expect(health).toMatchObject({ annotations: 0 })
  const made = await current()
  expect(made).toMatchObject({ annotations: 2, counts: { tag: [{ value: 'break' }] } })
  const [entry] = [30, 20].map((minutes) => new Date(NOW - minutes * 60_000))
  const there = await server.call<DataSetHealthOut>('GET', `${PATH}?timezone=Asia/Kolkata`)
  expect(api.faults('GET', PATH, there.status, there.body)).toEqual([])
  expect(there.body.health?.timezone).toBe('Asia/Kolkata')
  const hours = there.body.health?.counts.hour.filter(({ long, short }) => long + short > 0) ?? []
  const clock = entry?.toLocaleTimeString('en-GB', { timeZone: 'Asia/Kolkata', hour: '2-digit' })
  expect(hours.map(({ value }) => value)).toContain(clock)
  const nowhere = await server.call<ErrorBody>('GET', `${PATH}?timezone=Asia/Nowhere`)
  expect(nowhere.status).toBe(400)
  expect(nowhere.body.error).toMatchObject({ code: 'unknown_timezone', field: 'timezone' })
  expect(made.doubtful.reasons[0]).toMatch(/^ETH\/USDT of demo-1: marks at 2 separate times; from 5 on/)
})

it('draws labelled moments without saying their labels, and keeps the answers beside what stands', async () => {
  const path = '/api/data-set/second-looks?symbol=ETH/USDT&limit=5&seed=3'
  const { status, body } = await server.call<SecondLooksOut>('GET', path)
  expect(api.faults('GET', path, status, body)).toEqual([])
  const entries = [30, 20].map((minutes) => toIso(epochMs(NOW - minutes * 60_000)))
  expect(new Set(body.moments.map(({ timestamp }) => timestamp))).toEqual(new Set(entries))
  expect(Object.keys(body.moments[0] ?? {})).toEqual(['symbol', 'venue', 'timestamp'])

  const before = (await server.call<object>('GET', '/api/annotations')).body
  for (const timestamp of entries) {
    const answer = { symbol: 'ETH/USDT', timestamp, answer: 'HOLD', seconds_spent: 4 }
    const kept = await server.call<SecondLookOut>('POST', '/api/data-set/second-looks', { body: answer })
    expect(api.faults('POST', '/api/data-set/second-looks', kept.status, kept.body)).toEqual([])
    expect(kept).toMatchObject({ status: 201, body: { timestamp, answer: 'HOLD' } })
  }
  expect((await server.call<object>('GET', '/api/annotations')).body).toEqual(before)
  const { agreement } = await current()
  expect(agreement).toMatchObject({ looks: 2, agreed: 0, total: 2 })
  expect(agreement.rows.every(({ answer, mark: { label } }) => answer === 'HOLD' && label !== 'HOLD')).toBe(
    true,
  )
})

it('refuses a second look at a moment of which nothing was said, and at part of a second', async () => {
  const post = (timestamp: number) =>
    server.call<ErrorBody>('POST', '/api/data-set/second-looks', {
      body: { symbol: 'ETH/USDT', timestamp, answer: 'LONG' },
    })
  expect(await post(NOW - 25 * 60_000)).toMatchObject({
    status: 404,
    body: { error: { code: 'unlabelled_moment' } },
  })
  expect(await post(NOW - 30 * 60_000 + 1)).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_timestamp' } },
  })
})
