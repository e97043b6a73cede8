// /api/suggestions on a real server: what is suggested, what each answer becomes, and that the next list knows it.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { CandlesOut } from '../../../src/contract/market.ts'
import type { RejectedHoldOut } from '../../../src/contract/rejected-holds.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import type { SuggestionAnswerOut, SuggestionOut, SuggestionsOut } from '../../../src/contract/suggestions.ts'
import { fillHours } from './demo-hours.ts'
import { NOW, startServer, type Answer, type Harness } from './harness.ts'
import { OpenApi } from './openapi.ts'
import { ETH } from './small-market.ts'

/** Of which each list looks at every fifth second. */
const HOURS = 5
const MARKET = ETH
const APART = 120_000
const HOLDING = 300_000

let server: Harness
let api: OpenApi
beforeAll(async () => {
  server = await startServer('stored', { fill: fillHours(HOURS) })
  api = new OpenApi((await server.call<object>('GET', '/api/openapi.json')).body)
})
afterAll(() => server.stop())

async function call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const answer = await server.call<T>(method, path, body === undefined ? {} : { body })
  expect(api.faults(method, path, answer.status, answer.body)).toEqual([])
  return answer
}

const list = async (query = 'limit=6'): Promise<SuggestionsOut> =>
  (await call<SuggestionsOut>('GET', `/api/suggestions?symbol=ETH/USDT&${query}`)).body

const give = (id: string, body: object): Promise<Answer<SuggestionAnswerOut & ErrorBody>> =>
  call('POST', `/api/suggestions/${id}`, body)

const instantOf = ({ entry }: { entry: { timestamp: string } }): number => Date.parse(entry.timestamp)

async function first(): Promise<SuggestionOut> {
  const [suggestion] = (await list()).suggestions
  if (suggestion === undefined) throw new Error('nothing is suggested')
  return suggestion
}

/** Whether a list asks about the moment of `suggestion` again, or one beside it. */
const asks = ({ suggestions }: SuggestionsOut, suggestion: SuggestionOut): boolean =>
  suggestions.some((other) => Math.abs(instantOf(other) - instantOf(suggestion)) < 30_000)

/** A trade of five minutes that began so many minutes ago, in the direction that paid. */
async function mark(minutes: number): Promise<AnnotationOut> {
  const entry = NOW - minutes * 60_000
  const query = `symbol=ETH/USDT&timeframe=1s&from=${entry - 1000}&to=${entry + HOLDING}`
  const { candles } = (await call<CandlesOut>('GET', `/api/candles?${query}`)).body
  const [open, close] = [candles[0]?.[4] ?? 0, candles.at(-1)?.[4] ?? 0]
  const { body } = await call<AnnotationOut>('POST', '/api/annotations', {
    symbol: 'ETH/USDT',
    direction: close >= open ? 'LONG' : 'SHORT',
    entry: { timestamp: entry, price: open },
    exit: { timestamp: entry + HOLDING, price: close },
    tags: ['breakout'],
  })
  return body
}

it('says what is missing before the first mark', async () => {
  expect(await list()).toMatchObject({
    suggestions: [],
    reason: expect.stringMatching(/create annotations first/),
  })
})

it('suggests moments apart from each other and from what is marked, with the trade that each would become', async () => {
  const marks = [await mark(200), await mark(120)]
  const { suggestions, reason } = await list()
  expect(reason).toBeNull()
  expect(suggestions).toHaveLength(6)
  expect(new Set(suggestions.map(({ kind }) => kind))).toEqual(new Set(['confident', 'uncertain']))
  expectApart((await list('limit=50')).suggestions)
  for (const suggestion of suggestions) {
    expect(suggestion).toMatchObject({ ...MARKET, pattern: 'breakout' })
    expect(Date.parse(suggestion.exit.timestamp) - instantOf(suggestion)).toBe(HOLDING)
    expect(Date.parse(suggestion.exit.timestamp)).toBeLessThanOrEqual(NOW)
    for (const annotation of marks)
      expect(Math.abs(instantOf(annotation) - instantOf(suggestion))).toBeGreaterThan(APART)
  }
  const sure = suggestions.filter(({ kind }) => kind === 'confident').map(({ score }) => score)
  expect(sure).toEqual(sure.toSorted((a, b) => b - a))
  expect((await list()).suggestions).toEqual(suggestions)
  expect((await list('limit=2')).suggestions).toEqual(suggestions.slice(0, 2))
})

it('makes a mark of an accepted one, entered where it was suggested, and does not ask again', async () => {
  const suggestion = await first()
  const { status, body } = await give(suggestion.id, { answer: 'accept' })
  expect(status).toBe(200)
  const id = body.annotation?.id ?? ''
  const { body: kept } = await call<AnnotationOut>('GET', `/api/annotations/${id}`)
  expect(kept).toMatchObject({
    ...MARKET,
    direction: suggestion.direction,
    entry: suggestion.entry,
    exit: suggestion.exit,
    tags: ['breakout'],
    provenance: { mode: 'proposal', visible_until: suggestion.entry.timestamp },
  })
  // The price is what a click there means: the last close.
  expect(kept.entry_check.last_close).toBe(suggestion.entry.price)
  expect(asks(await list(), suggestion)).toBe(false)
  const again = await give(suggestion.id, { answer: 'hold' })
  expect(again).toMatchObject({ status: 409, body: { error: { code: 'already_answered' } } })
  expect(await server.app.rejectedHolds.list(MARKET)).toEqual([])
  // Nor does it where the mark is taken back.
  await call('DELETE', `/api/annotations/${id}`)
  expect(asks(await list(), suggestion)).toBe(false)
  await call('POST', `/api/annotations/${id}/restore`)
})

it('keeps a rejected one as a HOLD, and what the model thinks of others changes', async () => {
  const before = await list()
  const [suggestion, other] = before.suggestions
  if (suggestion === undefined || other === undefined) throw new Error('nothing is suggested')
  const { body } = await give(suggestion.id, { answer: 'hold' })
  expect(body).toEqual({
    id: suggestion.id,
    answer: 'hold',
    annotation: null,
    rejected_hold_id: expect.any(String),
  })
  expect(await server.app.rejectedHolds.list(MARKET)).toEqual([instantOf(suggestion)])
  const after = await list()
  expect(asks(after, suggestion)).toBe(false)
  expect(after.suggestions.find(({ id }) => id === other.id)?.score).not.toBe(other.score)
  const path = `/api/rejected-holds/${body.rejected_hold_id}`
  expect((await call('DELETE', path)).body).toMatchObject({
    ...MARKET,
    timestamp: suggestion.entry.timestamp,
  })
  expect(await server.app.rejectedHolds.list(MARKET)).toEqual([])
  expect((await call<ErrorBody>('DELETE', path)).body.error.code).toBe('unknown_rejected_hold')
  expect(asks(await list(), suggestion)).toBe(false)
})

it('keeps any whole second that is said to be HOLD, once, until it is taken back', async () => {
  const [suggestion] = (await list()).suggestions
  if (suggestion === undefined) throw new Error('nothing is suggested')
  const said = { symbol: 'ETH/USDT', timestamp: suggestion.entry.timestamp }
  const kept = await call<RejectedHoldOut>('POST', '/api/rejected-holds', said)
  expect(kept).toMatchObject({ status: 201, body: { ...MARKET, timestamp: said.timestamp } })
  expect((await call<RejectedHoldOut>('POST', '/api/rejected-holds', said)).body).toEqual(kept.body)
  expect(await server.app.rejectedHolds.list(MARKET)).toEqual([instantOf(suggestion)])
  expect(asks(await list(), suggestion)).toBe(false)
  await call('DELETE', `/api/rejected-holds/${kept.body.id}`)
  expect(await server.app.rejectedHolds.list(MARKET)).toEqual([])
  for (const timestamp of [instantOf(suggestion) + 1, NOW + 86_400_000]) {
    const refused = await call<ErrorBody>('POST', '/api/rejected-holds', { ...said, timestamp })
    expect(refused.body.error).toMatchObject({ code: 'invalid_timestamp', field: 'timestamp' })
  }
})

it('makes a mark of the other side, with the exit that was chosen and what was seen', async () => {
  const suggestion = await first()
  const exit = { timestamp: toText(instantOf(suggestion) + 60_000), price: suggestion.entry.price * 1.01 }
  const seen = { visible_until: toText(instantOf(suggestion) + 5000), seconds_spent: 4.5 }
  const { body } = await give(suggestion.id, { answer: 'other_side', exit, ...seen })
  expect(body.annotation).toMatchObject({
    provenance: { mode: 'proposal', ...seen },
    direction: suggestion.direction === 'LONG' ? 'SHORT' : 'LONG',
    entry: suggestion.entry,
    exit,
  })
  expect(asks(await list(), suggestion)).toBe(false)
})

it('does not ask about a skipped one again, after a restart neither, and learns nothing of it', async () => {
  const suggestion = await first()
  const holds = await server.app.rejectedHolds.list(MARKET)
  expect((await give(suggestion.id, { answer: 'skip' })).status).toBe(200)
  expect(asks(await list(), suggestion)).toBe(false)
  expect(await server.app.rejectedHolds.list(MARKET)).toEqual(holds)
  await server.restart()
  expect(asks(await list(), suggestion)).toBe(false)
  expect((await give(suggestion.id, { answer: 'accept' })).status).toBe(409)
})

it('refuses what it does not know, and an exit before the entry leaves the suggestion open', async () => {
  expect((await give('nothing', { answer: 'skip' })).body.error).toMatchObject({ code: 'unknown_suggestion' })
  const suggestion = await first()
  const exit = { timestamp: toText(instantOf(suggestion) - 60_000), price: 1 }
  const { status, body } = await give(suggestion.id, { answer: 'accept', exit })
  expect({ status, code: body.error.code }).toEqual({ status: 400, code: 'invalid_exit' })
  expect((await give(suggestion.id, { answer: 'skip' })).status).toBe(200)
})

it('suggests nothing of what is reviewed, nor a call that opened there', async () => {
  const entries = (await list('limit=50')).suggestions.map(instantOf)
  const spans = entries.map((entry) => ({ from: entry - 1000, to: entry + 1000 }))
  spans.push({ from: NOW - 3_600_000, to: NOW - 600_000 })
  for (const span of spans) await call('POST', '/api/reviewed-spans', { symbol: 'ETH/USDT', ...span })
  const { suggestions } = await list('limit=50')
  expect(suggestions.length).toBeGreaterThan(0)
  expectApart(suggestions)
  for (const suggestion of suggestions) {
    const entry = instantOf(suggestion)
    expect(spans.filter(({ from, to }) => entry >= from && entry < to)).toEqual([])
  }
})

function expectApart(suggestions: readonly SuggestionOut[]): void {
  const instants = suggestions.map(instantOf).toSorted((a, b) => a - b)
  for (const [i, instant] of instants.slice(1).entries())
    expect(instant - (instants[i] ?? 0)).toBeGreaterThanOrEqual(APART)
}

function toText(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z')
}
