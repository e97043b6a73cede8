// Calls of live sessions over HTTP: followed to their end, also across a restart, with what they saw, and judged by the trader.
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { CallCountsOut } from '../../../src/contract/call-counts.ts'
import type { DriftOut } from '../../../src/contract/drift.ts'
import type { SessionOut, SignalOut } from '../../../src/contract/inference.ts'
import type { CallOut, CallStateOut, CallVerdictOut } from '../../../src/contract/live-calls.ts'
import { SECOND, epochMs, shift } from '../../../src/core/time.ts'
import { outcomeOf } from '../../../src/signals/outcome.ts'
import { allocateInputs } from '../../../src/market-state/tensors.ts'
import { loadPredictor } from '../../../src/orchestrator/load-predictor.ts'
import { statesOf } from '../../../src/training/data/case-states.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'
import { EAGER, publishUntrained } from './checkpoint.ts'

const MARKET = { venue: 'demo-1', symbol: 'ETH/USDT' }
/** Held so long: what the calls of these tests are given. */
const HELD = 6
let server: Harness
let second = NOW

beforeAll(async () => {
  server = await startServer('demo')
  await publishUntrained(server.workspace.checkpoints, { rule: EAGER, calibration: null })
})
afterAll(() => server.stop())

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await server.call<T>(method, path, body === undefined ? {} : { body })
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
  return answer.body
}
const start = () => ask<SessionOut>('POST', '/api/inference-sessions', { model: 'cnn', symbol: 'ETH/USDT' })
const session = (id: string) => ask<SessionOut>('GET', `/api/inference-sessions/${id}`)
const callsOf = async (query: string) => (await ask<{ calls: CallOut[] }>('GET', `/api/calls?${query}`)).calls
const signalsOf = async (id: string) =>
  (await ask<{ signals: SignalOut[] }>('GET', `/api/signals?session=${id}`)).signals

/** The market lives for some seconds, one at a time, each of them answered by the session. */
async function live(id: string, seconds: number): Promise<void> {
  for (let n = 0; n < seconds; n++) {
    const had = (await signalsOf(id)).length
    second = shift(second, SECOND)
    server.clock.moveTo(second)
    await vi.waitUntil(async () => (await signalsOf(id)).length > had, { timeout: 10_000, interval: 5 })
  }
}

async function mark(): Promise<AnnotationOut> {
  const [entry, exit] = [NOW - 600_000, NOW - 600_000 + HELD * SECOND]
  return ask('POST', '/api/annotations', {
    symbol: 'ETH/USDT',
    direction: 'LONG',
    entry: { timestamp: entry, price: 100 },
    exit: { timestamp: exit, price: 101 },
  })
}

it('stay open where nothing was marked when the session began', async () => {
  const { id, barriers } = await start()
  expect(barriers).toBeNull()
  await live(id, 2)
  expect(await callsOf(`session=${id}`)).toMatchObject([
    { outcome: 'open', outcome_pct: null, closed_at: null, verdict: null, matched_annotation: null, on: 0 },
  ])
  await ask('POST', `/api/inference-sessions/${id}/stop`)
  expect(await callsOf(`session=${id}`)).toMatchObject([{ closed_at: expect.any(String) }])
})

it('are followed to the outcome that what came after them says, session stopped or not, and told', async () => {
  await mark()
  const told: CallOut[] = []
  const end = server.app.bus.on('call', (call) => told.push(call))
  const { id, barriers } = await start()
  expect(barriers).toEqual({
    target_pct: 1,
    stop_pct: 0.5,
    stop_assumed: true,
    seconds: HELD,
    fee_pct_per_side: 0.1,
  })
  await live(id, 2)
  const [open] = await callsOf(`session=${id}`)
  expect((await signalsOf(id))[0]!.call_id).toBe(open!.id)
  expect((await session(id)).outcomes).toMatchObject({ open: 1, right: 0, right_share: null })
  const other = await start()
  await ask('POST', `/api/inference-sessions/${id}/stop`)
  await live(other.id, HELD + 1)
  end()
  const [call] = await callsOf(`session=${id}`)
  const opensAt = epochMs(Date.parse(call!.opened_at))
  const until = shift(opensAt, HELD * SECOND)
  const { series } = await server.app.reader.slice(MARKET, { from: opensAt, to: until })
  const truth = outcomeOf(
    { action: call!.action, opensAt, price: call!.price },
    barriers!,
    series['1s'].candles,
    until,
  )
  expect(truth.outcome).not.toBe('open')
  expect(call).toMatchObject({ outcome: truth.outcome, outcome_pct: truth.pct })
  expect(told.filter((each) => each.id === call!.id).map(({ outcome }) => outcome)).toEqual([
    'open',
    truth.outcome,
  ])
  const { outcomes } = await session(id)
  expect(outcomes).toMatchObject({
    open: 0,
    [truth.outcome]: 1,
    right_interval: [expect.any(Number), expect.any(Number)],
  })
  expect((await callsOf(`session=${id}&outcome=open`)).length).toBe(0)
  expect((await callsOf(`outcome=${truth.outcome}&model=cnn&venue=demo-1&limit=1`)).length).toBe(1)
  await ask('POST', `/api/inference-sessions/${other.id}/stop`)
})

it('saw what is rebuilt of them, to the last bit', async () => {
  const [call] = await callsOf('limit=1')
  const state = await ask<CallStateOut>('GET', `/api/calls/${call!.id}/state`)
  expect(state.call).toEqual(call)
  expect(state.thresholds).toEqual({ on: 0, off: 0 })
  expect(state.nearest_annotations).toHaveLength(1)
  const last = state.market_state.ohlcv_1s.timestamps.at(-1)!
  expect(Date.parse(last) + SECOND).toBe(Date.parse(call!.opened_at))
  const predictor = await loadPredictor(await server.app.orchestrator.checkpoint('cnn'))
  const [BUY, SELL, HOLD] = await predictor.predict({ ...allocateInputs(1), ...statesOf([state]) })
  await predictor.close()
  expect(state.scores).toEqual({ BUY, SELL, HOLD })
  expect((await server.call('GET', '/api/calls/none/state')).status).toBe(404)
})

/** A mark that lost before fees is nothing to hit. */
function hitBy({ annotation }: CallVerdictOut): string | null {
  return annotation!.profit_loss_pct >= 0 ? annotation!.id : null
}

it('become a HOLD, a mark of either side, and nothing again', async () => {
  const [call] = await callsOf('limit=1')
  const judge = (verdict: string | null) =>
    server.call<CallVerdictOut>('POST', `/api/calls/${call!.id}/verdict`, { body: { verdict } })
  expect(await judge('hold')).toMatchObject({ status: 200, body: { verdict: 'hold', annotation: null } })
  expect(await server.app.rejectedHolds.list(MARKET)).toEqual([Date.parse(call!.opened_at)])
  const right = await judge('right')
  const direction = call!.action === 'BUY' ? 'LONG' : 'SHORT'
  expect(right).toMatchObject({
    status: 200,
    body: { verdict: 'right', matched_annotation: hitBy(right.body) },
  })
  expect(right.body.annotation).toMatchObject({
    direction,
    entry: { timestamp: call!.opened_at, price: call!.price },
    provenance: { mode: 'proposal' },
  })
  expect(await server.app.rejectedHolds.list(MARKET)).toEqual([])
  expect(await judge('right')).toMatchObject({ status: 200, body: { annotation: right.body.annotation } })
  const other = await judge('other_side')
  expect(other.body.annotation!.direction).not.toBe(direction)
  expect(other.body.matched_annotation).toBeNull()
  expect((await server.call('GET', `/api/annotations/${right.body.annotation!.id}`)).status).toBe(404)
  expect(await judge(null)).toMatchObject({ status: 200, body: { verdict: null, annotation: null } })
  expect((await server.call('GET', `/api/annotations/${other.body.annotation!.id}`)).status).toBe(404)
  expect((await judge('perhaps')).status).toBe(400)
})

it('that were open when the server ended get their outcome from the next one', async () => {
  const { id } = await start()
  await live(id, 2)
  const [open] = await callsOf(`session=${id}`)
  expect(open!.outcome).toBe('open')
  await server.restart()
  await live(id, HELD + 1)
  const [call, ...later] = (await callsOf(`session=${id}`)).toReversed()
  expect(call).toMatchObject({ id: open!.id })
  expect(call!.outcome, JSON.stringify(later)).not.toBe('open')
})

it('are told page by page, each once, also those of one second, and by their side', async () => {
  const both = [await start(), await start()]
  for (const { id } of both) await live(id, 1)
  const all = await callsOf('limit=10000')
  const [newest, twin] = all
  expect(newest!.opened_at).toBe(twin!.opened_at)
  const paged: CallOut[] = []
  for (let page = await callsOf('limit=1'); page.length > 0;) {
    paged.push(...page)
    page = await callsOf(`limit=1&before=${page[0]!.id}`)
  }
  expect(paged.map(({ id }) => id)).toEqual(all.map(({ id }) => id))
  for (const side of ['BUY', 'SELL'])
    expect(await callsOf(`action=${side}&limit=10000`)).toEqual(all.filter(({ action }) => action === side))
  const unknown = await server.call<{ error: { code: string } }>('GET', '/api/calls?before=none')
  expect([unknown.status, unknown.body.error.code]).toEqual([404, 'unknown_call'])
  for (const { id } of both) await ask('POST', `/api/inference-sessions/${id}/stop`)
})

it('are counted as the list tells them, and a session says what is known of its drift', async () => {
  const calls = await callsOf('model=cnn&limit=10000')
  const { counts, all } = await ask<CallCountsOut>('GET', '/api/calls/counts?by=market&model=cnn')
  expect(counts.map(({ name }) => name)).toEqual(['ETH/USDT demo-1'])
  for (const outcome of ['right', 'wrong', 'expired', 'open'] as const)
    expect(all[outcome]).toBe(calls.filter((call) => call.outcome === outcome).length)
  const { id } = await start()
  await live(id, 1)
  expect(await ask<DriftOut>('GET', `/api/inference-sessions/${id}/drift`)).toMatchObject({
    state: 'not_known',
    minutes: 1,
    parts: [],
  })
  await ask('POST', `/api/inference-sessions/${id}/stop`)
  expect(await ask<DriftOut>('GET', `/api/inference-sessions/${id}/drift`)).toMatchObject({
    state: 'not_kept',
  })
})
