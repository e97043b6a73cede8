// /api/preview and its event on a real server: what there is to be said, as OpenAPI describes it.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { CandlesOut } from '../../../src/contract/market.ts'
import type { PreviewOut } from '../../../src/contract/preview.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import { NOW, startServer, type Answer, type Harness } from './harness.ts'
import { OpenApi } from './openapi.ts'

let server: Harness
let api: OpenApi
beforeAll(async () => {
  server = await startServer('demo')
  api = new OpenApi((await server.call<object>('GET', '/api/openapi.json')).body)
})
afterAll(() => server.stop())

async function get(query: string): Promise<Answer<PreviewOut & ErrorBody>> {
  const path = `/api/preview?${query}`
  const answer = await server.call<PreviewOut & ErrorBody>('GET', path)
  expect(api.faults('GET', path, answer.status, answer.body)).toEqual([])
  return answer
}

/** A trade of five minutes that began so many minutes ago, in the direction that paid. */
async function mark(minutes: number): Promise<string> {
  const entry = NOW - minutes * 60_000
  const query = `symbol=ETH/USDT&timeframe=1s&from=${entry - 1000}&to=${entry + 300_000}`
  const { candles } = (await server.call<CandlesOut>('GET', `/api/candles?${query}`)).body
  const [first, last] = [candles[0]![4], candles.at(-1)![4]]
  const { status, body } = await server.call<AnnotationOut>('POST', '/api/annotations', {
    body: {
      symbol: 'ETH/USDT',
      direction: last >= first ? 'LONG' : 'SHORT',
      entry: { timestamp: entry, price: first },
      exit: { timestamp: entry + 300_000, price: last },
    },
  })
  expect(status).toBe(201)
  return body.id
}

it('has nothing to say before the first marks, and says why', async () => {
  const { status, body } = await get('symbol=ETH/USDT')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    symbol: 'ETH/USDT',
    venue: 'demo-1',
    pattern: null,
    calls: [],
    annotations: 0,
  })
  expect(body.reason).toMatch(/create annotations first/)
})

it('refuses what it does not know', async () => {
  expect((await get('symbol=NOPE/USDT')).body.error).toMatchObject({ code: 'unknown_symbol' })
  const { body } = await get('symbol=ETH/USDT&from=yesterday')
  expect(body.error).toMatchObject({ code: 'invalid_timestamp', field: 'from' })
})

it('is told to who asks for it after each mark, as GET answers it', async () => {
  const leave = new AbortController()
  const stream = await fetch(new URL('/api/events?types=preview', server.http.url), { signal: leave.signal })
  const chunks = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
  const told = async (annotations: number): Promise<PreviewOut> => {
    for (let text = ''; ;) {
      const { value } = await chunks.read()
      text += value ?? ''
      const found = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as PreviewOut)
      const wanted = found.find((preview) => preview.annotations === annotations)
      if (wanted !== undefined) return wanted
    }
  }
  await mark(200)
  expect((await told(1)).reason).toMatch(/one episode/)
  const second = await mark(120)
  const preview = await told(2)
  expect(preview.reason).toBeNull()
  expect(preview.hits + preview.missed).toBe(2)
  expect((await get('symbol=ETH/USDT')).body).toEqual(preview)
  const { body } = await get(`symbol=ETH/USDT&from=${NOW - 150 * 60_000}&to=${NOW}`)
  expect(body.misses.every(({ annotation_id }) => annotation_id === second)).toBe(true)
  leave.abort()
})
