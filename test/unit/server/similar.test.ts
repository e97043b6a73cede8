// /api/similar on a real server: what looks like a mark or an instant, as OpenAPI describes it.
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { LedgerOut } from '../../../src/contract/ledger.ts'
import type { CandlesOut, HealthOut } from '../../../src/contract/market.ts'
import type { SimilarOut } from '../../../src/contract/moments.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import { patient } from '../../patience.ts'
import { NOW, startServer, type Answer, type Harness } from './harness.ts'
import { OpenApi } from './openapi.ts'

const AT = NOW - 100 * 60_000

let server: Harness
let api: OpenApi
beforeAll(async () => {
  server = await startServer('demo', { keepsMoments: true })
  api = new OpenApi((await server.call<object>('GET', '/api/openapi.json')).body)
})
afterAll(() => server.stop())

async function get(query: string): Promise<Answer<SimilarOut & ErrorBody>> {
  const path = `/api/similar?${query}`
  const answer = await server.call<SimilarOut & ErrorBody>('GET', path)
  expect(api.faults('GET', path, answer.status, answer.body)).toEqual([])
  return answer
}

async function marked(direction: 'LONG' | 'SHORT'): Promise<string> {
  const query = `symbol=ETH/USDT&timeframe=1s&from=${AT - 1000}&to=${AT + 300_000}`
  const { candles } = (await server.call<CandlesOut>('GET', `/api/candles?${query}`)).body
  const { status, body } = await server.call<AnnotationOut>('POST', '/api/annotations', {
    body: {
      symbol: 'ETH/USDT',
      direction,
      entry: { timestamp: AT, price: candles[0]![4] },
      exit: { timestamp: AT + 300_000, price: candles.at(-1)![4] },
    },
  })
  expect(status).toBe(201)
  return body.id
}

it('refuses what it does not know, and says what to ask', async () => {
  expect((await get('limit=3')).body.error).toMatchObject({ code: 'choose_moment' })
  expect((await get(`annotation=x&at=${AT}`)).body.error).toMatchObject({ code: 'choose_moment' })
  expect((await get('annotation=00000000-0000-4000-8000-000000000000')).status).toBe(404)
  expect((await get(`at=${AT}&symbol=NOPE/USDT`)).body.error).toMatchObject({ code: 'unknown_symbol' })
  expect((await get(`at=${AT + 1}`)).body.error).toMatchObject({ code: 'invalid_timestamp', field: 'at' })
  expect((await get('at=2020-01-01T00:00:00Z')).body.error).toMatchObject({ code: 'not_enough_candles' })
})

it('takes the market of a mark where it is named, and refuses another one', async () => {
  const mark = `annotation=${await marked('LONG')}`
  for (const own of ['symbol=ETH/USDT', 'venue=demo-1', 'symbol=ETH/USDT&venue=demo-1'])
    expect((await get(`${mark}&${own}`)).status).toBe(200)
  for (const [field, other] of [
    ['symbol', 'symbol=BTC/USDT'],
    ['venue', 'symbol=ETH/USDT&venue=binance'],
  ]) {
    const { status, body } = await get(`${mark}&${other}`)
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'choose_moment', field })
  }
})

it('finds what looks like a mark, from what the table holds so far, which health tells', async () => {
  const id = await marked('SHORT')
  const found = await vi.waitUntil(
    async () => {
      const { status, body } = await get(`annotation=${id}&limit=5`)
      expect(status).toBe(200)
      return body.similar.length === 5 ? body.similar : null
    },
    { timeout: patient(30_000), interval: 200 },
  )
  const similarities = found.map(({ similarity }) => similarity)
  expect(similarities).toEqual(similarities.toSorted((a, b) => b - a))
  expect(found.every(({ symbol, venue }) => symbol === 'ETH/USDT' && venue === 'demo-1')).toBe(true)
  const instants = [AT, ...found.map(({ timestamp }) => Date.parse(timestamp))].toSorted((a, b) => a - b)
  for (const [i, instant] of instants.slice(1).entries()) {
    expect(instant - instants[i]!).toBeGreaterThanOrEqual(120_000)
  }
  const health = await vi.waitUntil(
    async () => {
      const { body } = await server.call<HealthOut>('GET', '/api/health')
      return body.moments !== null && body.moments.made_minutes > 0 ? body.moments : null
    },
    { timeout: patient(30_000), interval: 200 },
  )
  expect(health.wanted_minutes).toBeGreaterThanOrEqual(health.made_minutes)
  const { ledger } = (await server.call<LedgerOut>('GET', '/api/ledger')).body
  const moments = ledger.find(({ holds }) => holds === 'moments')
  expect(moments?.rows).toBeGreaterThan(0)
  expect(moments?.bytes).toBeGreaterThanOrEqual((moments?.rows ?? 0) * 484 * 2)
})

it('answers an instant as a long mark that enters there, and a short one the other way', async () => {
  const [short, instant] = [await marked('SHORT'), `at=${AT}&symbol=ETH/USDT`]
  // What is made goes on to grow: both are asked until they agree on the moments.
  const moments = ({ body }: Answer<SimilarOut>) => body.similar.map(({ timestamp }) => timestamp).join()
  const [down, up] = await vi.waitUntil(
    async () => {
      const both = await Promise.all([get(`annotation=${short}`), get(instant)])
      return moments(both[0]) === moments(both[1]) ? both : null
    },
    { timeout: patient(60_000), interval: 500 },
  )
  expect(up.body.similar.length).toBeGreaterThan(5)
  for (const [i, { direction }] of up.body.similar.entries()) {
    expect(down.body.similar[i]?.direction).toBe(direction === 'LONG' ? 'SHORT' : 'LONG')
  }
})

it('compares with the entries of annotations alone where asked to, and never with the one asked about', async () => {
  const { body: all } = await server.call<{ annotations: AnnotationOut[] }>('GET', '/api/annotations')
  const own = all.annotations[0]!
  // The others of this file enter at the same second, which is no likeness.
  const later = AT + 7 * 60_000
  const query = `symbol=ETH/USDT&timeframe=1s&from=${later - 1000}&to=${later + 60_000}`
  const { candles } = (await server.call<CandlesOut>('GET', `/api/candles?${query}`)).body
  const { body: other } = await server.call<AnnotationOut>('POST', '/api/annotations', {
    body: {
      symbol: 'ETH/USDT',
      direction: 'LONG',
      entry: { timestamp: later, price: candles[0]![4] },
      exit: { timestamp: later + 60_000, price: candles.at(-1)![4] },
    },
  })
  const { body } = await get(`annotation=${own.id}&among=annotations`)
  expect(body.similar).toMatchObject([{ timestamp: other.entry.timestamp, annotation_id: other.id }])
  const at = (await get(`at=${later}&symbol=ETH/USDT&among=annotations&limit=2`)).body.similar
  expect(at.map(({ annotation_id: id }) => id)).not.toContain(other.id)
  expect(at).toHaveLength(2)
})
