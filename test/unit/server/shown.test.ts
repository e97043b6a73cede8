// /api/shown on a real server: what one page showed another's mark is judged by, over a restart too.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { CandlesOut } from '../../../src/contract/market.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import type { ShownOut } from '../../../src/contract/shown.ts'
import { NOW, startServer, type Answer, type Harness } from './harness.ts'
import { OpenApi } from './openapi.ts'

const SECOND = 1000
const MINUTE = 60_000
const symbol = 'ETH/USDT'
const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')

let server: Harness
let api: OpenApi
beforeAll(async () => {
  server = await startServer('demo')
  api = new OpenApi((await server.call<object>('GET', '/api/openapi.json')).body)
})
afterAll(() => server.stop())

async function call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const answer = await server.call<T>(method, path, body === undefined ? {} : { body })
  expect(api.faults(method, path, answer.status, answer.body)).toEqual([])
  return answer
}

/** A page shows [from, to) on the chart of minutes; `entry` where one is chosen there. */
const show = async (from: number, to: number, entry?: number, timeframe = '1m') =>
  (await call<ShownOut>('POST', '/api/shown', { symbol, spans: [{ timeframe, from, to }], entry })).body

/** Saved by a page that says it hid the future. */
async function mark(entry: number, seconds = 300): Promise<AnnotationOut> {
  const query = `symbol=${symbol}&timeframe=1s&from=${entry - SECOND}&to=${entry}`
  const price = (await call<CandlesOut>('GET', `/api/candles?${query}`)).body.candles[0]?.[4] ?? 0
  return (
    await call<AnnotationOut>('POST', '/api/annotations', {
      symbol,
      direction: 'LONG',
      entry: { timestamp: entry, price },
      exit: { timestamp: entry + seconds * SECOND, price: price * 1.01 },
      provenance: { mode: 'replay', visible_until: entry, seconds_spent: 7 },
    })
  ).body
}

it('believes a page that hid the future where nothing later was ever told of', async () => {
  const entry = NOW - 300 * MINUTE
  expect(await mark(entry)).toMatchObject({ provenance: { mode: 'replay', visible_until: iso(entry) } })
})

it('takes what was shown up to the entry as replay, though the exit is shown afterwards', async () => {
  const entry = NOW - 240 * MINUTE
  expect(await show(entry - 90 * MINUTE, entry, entry)).toEqual({ visible_until: null })
  await show(entry - 90 * MINUTE, entry + 5 * MINUTE)
  const saved = await mark(entry)
  expect(saved.provenance).toMatchObject({ mode: 'replay', visible_until: iso(entry), seconds_spent: 7 })
  // Notes written later change nothing of it.
  const { direction, entry: at, exit, provenance } = saved
  const { mode, visible_until, seconds_spent } = provenance
  const body = {
    symbol,
    direction,
    entry: at,
    exit,
    notes: 'why',
    provenance: { mode, visible_until, seconds_spent },
  }
  const replaced = await call<AnnotationOut>('PUT', `/api/annotations/${saved.id}`, body)
  expect(replaced.body.provenance).toMatchObject({ mode: 'replay', visible_until: iso(entry) })
  // An entry that is moved with the exit in view is no longer chosen without knowing.
  const moved = { ...body, entry: { ...at, timestamp: iso(entry + SECOND) } }
  const second = await call<AnnotationOut>('PUT', `/api/annotations/${saved.id}`, moved)
  expect(second.body.provenance).toMatchObject({ mode: 'hindsight', visible_until: iso(entry + 5 * MINUTE) })
})

it('is hindsight where another page, or the same before, showed what came; also after a restart', async () => {
  const entry = NOW - 180 * MINUTE
  await show(entry - 30 * MINUTE, entry + 20 * MINUTE)
  expect(await show(entry - 90 * MINUTE, entry, entry)).toEqual({ visible_until: iso(entry + 20 * MINUTE) })
  const hindsight = { mode: 'hindsight', visible_until: iso(entry + 20 * MINUTE) }
  expect((await mark(entry)).provenance).toMatchObject(hindsight)
  await server.restart()
  expect((await mark(entry + 7 * SECOND)).provenance).toMatchObject(hindsight)
  // What was shown beside it, within as many candles as a case holds, is of the same stretch; what was shown days of minutes off is not.
  const apart = entry - 100 * MINUTE
  expect((await mark(apart)).provenance.mode).toBe('hindsight')
})

it('asks no candles that are long beside the mark', async () => {
  const entry = NOW - 900 * MINUTE
  expect(await show(entry - 600 * MINUTE, entry + 60 * MINUTE, entry, '1h')).toEqual({ visible_until: null })
  expect((await mark(entry)).provenance.mode).toBe('replay')
  expect((await mark(entry + SECOND, 40 * 60)).provenance).toMatchObject({
    mode: 'hindsight',
    visible_until: iso(entry + 60 * MINUTE),
  })
})

it('refuses a stretch that ends before it begins, and a market that is not there', async () => {
  const spans = [{ timeframe: '1m', from: NOW, to: NOW }]
  const empty = await call<ErrorBody>('POST', '/api/shown', { symbol, spans })
  expect([empty.status, empty.body.error.code, empty.body.error.field]).toEqual([
    400,
    'invalid_span',
    'spans.0.to',
  ])
  const unknown = await call<ErrorBody>('POST', '/api/shown', { symbol: 'NO/SUCH', spans: [] })
  expect([unknown.status, unknown.body.error.code]).toEqual([404, 'unknown_symbol'])
})
