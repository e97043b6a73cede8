// All promoted patterns of a model in one session, over HTTP with checkpoints of the instant model: agreement, contradiction, promotion, restart, replay.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SessionOut, SignalOut } from '../../../src/contract/inference.ts'
import type { CallOut } from '../../../src/contract/live-calls.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import { SECOND, shift, type EpochMs } from '../../../src/core/time.ts'
import { patient } from '../../patience.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'
import { EAGER, publishInstant } from './checkpoint.ts'

const ALL = { model: 'instant', symbol: 'ETH/USDT', pattern: '*' }
const NEVER = { on: 0.999, off: 0.999, pauseSeconds: 3 }
/** Of a side that is as likely as all else together. EAGER changes sides every other second, so that they contradict each other, whichever opens when. */
const ONE_SIDED = { on: 0.5, off: 0, pauseSeconds: 3 }
const CALIBRATION = { n: 40, hits: 30, intercept: 1, slope: 0.5 }
let server: Harness
let second: EpochMs = NOW
let id = ''

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await server.call<T>(method, path, body === undefined ? {} : { body })
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
  return answer.body
}
const session = (of: string) => ask<SessionOut>('GET', `/api/inference-sessions/${of}`)
const promote = (checkpoint: string, pattern: string) =>
  ask('POST', '/api/models/instant/promote', { checkpoint, pattern, reason: 'a test' })
const callsOf = async (of: string) =>
  (await ask<{ calls: CallOut[] }>('GET', `/api/calls?session=${of}`)).calls
/** Oldest first. */
const signalsOf = async (of: string) =>
  (await ask<{ signals: SignalOut[] }>('GET', `/api/signals?session=${of}&limit=1000`)).signals.toReversed()

/** The newest signals, one for each of so many seconds. */
async function live(seconds: number): Promise<SignalOut[]> {
  for (let n = 0; n < seconds; n++) {
    const had = (await signalsOf(id)).length
    second = shift(second, SECOND)
    server.clock.moveTo(second)
    await vi.waitUntil(async () => (await signalsOf(id)).length > had, {
      timeout: patient(10_000),
      interval: 5,
    })
  }
  return (await signalsOf(id)).slice(-seconds)
}

/** The first signal from now on that is such a one. */
async function liveUntil(isIt: (signal: SignalOut) => boolean): Promise<SignalOut> {
  for (let n = 0; n < 200; n++) {
    const [signal] = await live(1)
    if (signal !== undefined && isIt(signal)) return signal
  }
  throw new Error('200 seconds, and none was such a one')
}

/** What one says of a second by which it can be held against another session's. */
function said({
  timestamp,
  action,
  scores,
  confidence,
  price,
  call_id,
  call_opens,
  reason,
  parts,
}: SignalOut) {
  const openedAt = (call: string | null): string | undefined => call?.split('.').at(-1)
  const each = parts?.map((part) => ({ ...part, session: '', call_id: openedAt(part.call_id) }))
  return {
    timestamp,
    action,
    scores,
    confidence,
    price,
    call: openedAt(call_id),
    call_opens,
    reason,
    parts: each,
  }
}

beforeAll(async () => {
  server = await startServer('demo', { checkEvery: 1 })
  const root = server.workspace.checkpoints
  await publishInstant(root, { rule: EAGER, calibration: CALIBRATION, pattern: 'breakout' })
  await publishInstant(root, { rule: NEVER, calibration: null, pattern: 'fade' }, -1)
  await publishInstant(root, { rule: ONE_SIDED, calibration: null, pattern: 'fade' }, -20)
})
afterAll(() => server.stop())

describe('a session of all patterns', () => {
  it('is refused where nothing is promoted for any, or a checkpoint is named', async () => {
    const none = await server.call<ErrorBody>('POST', '/api/inference-sessions', { body: ALL })
    expect(none).toMatchObject({ status: 409, body: { error: { code: 'no_checkpoint', field: 'pattern' } } })
    const named = { ...ALL, model: 'instant@0001' }
    const two = await server.call<ErrorBody>('POST', '/api/inference-sessions', { body: named })
    expect(two).toMatchObject({ status: 400, body: { error: { code: 'two_checkpoints' } } })
  })

  it('runs a part for each on the same seconds, made once, and tells the call of the one that calls', async () => {
    await promote('0001', 'breakout')
    await promote('0002', 'fade')
    const started = await ask<SessionOut>('POST', '/api/inference-sessions', ALL)
    id = started.id
    expect(started).toMatchObject({ model: 'instant', checkpoint: '*', pattern: null })
    expect(started.parts).toMatchObject([
      { pattern: 'breakout', checkpoint: '0001', to: null },
      { pattern: 'fade', checkpoint: '0002', to: null },
    ])
    const states = server.app.inference.statesMade
    const [first, opening, lasting] = await live(3)
    expect(server.app.inference.statesMade - states).toBe(3)
    expect(first).toMatchObject({
      action: 'HOLD',
      checkpoint: '*',
      pattern: null,
      scores: null,
      reason: null,
    })
    const [breakout, fade] = opening!.parts!
    expect(opening).toMatchObject({
      checkpoint: '0001',
      pattern: 'breakout',
      call_opens: true,
      confidence_n: 40,
      action: breakout!.action,
      scores: breakout!.scores,
      confidence: breakout!.confidence,
      call_id: breakout!.call_id,
    })
    expect(breakout!.confidence).not.toBeNull()
    expect(fade).toMatchObject({ pattern: 'fade', checkpoint: '0002', action: 'HOLD', call_id: null })
    expect(fade!.scores).not.toEqual(breakout!.scores)
    expect(lasting).toMatchObject({ call_id: opening!.call_id, call_opens: false })
    const calls = await callsOf(id)
    expect(calls).toMatchObject([
      { id: opening!.call_id, checkpoint: '0001', session: breakout!.session, part_of: id, withheld: false },
    ])
    expect(await session(id)).toMatchObject({
      signals: 3,
      calls: 1,
      missed_seconds: 0,
      outcomes: { open: 1 },
    })
  })

  it('takes what is promoted meanwhile at a second that it names, and abstains where two contradict each other', async () => {
    const told: CallOut[] = []
    const end = server.app.bus.on('call', (call) => told.push(call))
    await promote('0003', 'fade')
    const disagree = await liveUntil(({ reason }) => reason === 'patterns_disagree')
    end()
    const { warnings, parts } = await session(id)
    const [, before, now] = parts!
    expect([before, now]).toMatchObject([
      { pattern: 'fade', checkpoint: '0002', to: now!.from },
      { pattern: 'fade', checkpoint: '0003', to: null },
    ])
    expect(warnings).toEqual([
      `Pattern "fade" goes by checkpoint 0003 from ${now!.from} on. Until then it went by 0002.`,
    ])
    expect((await session(before!.session)).stop_reason).toBe('another_promoted')
    expect(disagree).toMatchObject({
      action: 'HOLD',
      checkpoint: '*',
      pattern: null,
      scores: null,
      confidence: null,
      call_id: null,
    })
    expect(disagree.parts!.map(({ action }) => action).toSorted()).toEqual(['BUY', 'SELL'])
    expect(disagree.parts!.every(({ scores }) => scores !== null)).toBe(true)
    const [withheld] = (await callsOf(now!.session)).slice(-1)
    expect(withheld).toMatchObject({ checkpoint: '0003', part_of: id, withheld: true, outcome: 'open' })
    expect(told).toContainEqual(expect.objectContaining({ id: withheld!.id, withheld: true }))
    expect((await callsOf(id)).map((call) => call.id)).not.toContain(withheld!.id)
  })

  it('tells what calls again once nothing contradicts it, and opens each call once', async () => {
    await ask('POST', '/api/models/instant/rollback?pattern=fade')
    await liveUntil(({ parts, action }) => parts![1]!.checkpoint === '0002' && action !== 'HOLD')
    const signals = (await signalsOf(id)).filter(({ call_id: call }) => call !== null)
    const opening = signals.filter((each) => each.call_opens).map((each) => each.call_id)
    expect(opening).toEqual([...new Set(signals.map((each) => each.call_id))])
    expect((await callsOf(id)).map((call) => call.id).toReversed()).toEqual(opening)
    expect((await session(id)).calls).toBe(opening.length)
    expect((await session(id)).warnings).toHaveLength(2)
  })

  it('ends with its parts, and they not without it', async () => {
    const { parts } = await session(id)
    const part = parts!.find(({ to }) => to === null)!
    const refused = await server.call<ErrorBody>('POST', `/api/inference-sessions/${part.session}/stop`)
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'part_of_session' } } })
    const stopped = await ask<SessionOut>('POST', `/api/inference-sessions/${id}/stop`)
    expect(stopped).toMatchObject({ state: 'stopped', stop_reason: 'stopped_by_user' })
    expect(stopped.parts!.every(({ to }) => to !== null)).toBe(true)
    expect(await session(part.session)).toMatchObject({ state: 'stopped', mismatched_seconds: 0 })
  })
})

it('goes on over a restart with its parts, tells the call that lasts no second time, and names a part that can not be opened', async () => {
  id = (await ask<SessionOut>('POST', '/api/inference-sessions', ALL)).id
  const [, opening] = await live(2)
  await server.restart({}, async () => {
    await rm(join(server.workspace.checkpoints, 'instant', '0002'), { recursive: true })
    second = shift(second, 3 * SECOND)
    server.clock.moveTo(second)
  })
  const [next] = await live(1)
  expect(next).toMatchObject({ call_id: opening!.call_id, call_opens: false, pattern: 'breakout' })
  expect(next!.parts!.map(({ pattern }) => pattern)).toEqual(['breakout'])
  const { warnings, parts, gaps, ...now } = await session(id)
  expect(now).toMatchObject({ state: 'running', signals: 3, missed_seconds: 3, calls: 1 })
  expect(gaps).toMatchObject([{ seconds: 3 }])
  expect(warnings).toContainEqual(expect.stringMatching(/^Pattern "fade" is not answered: checkpoint 0002/))
  expect(await session(parts![1]!.session)).toMatchObject({ stop_reason: 'unknown_checkpoint' })
  await ask('POST', `/api/inference-sessions/${id}/stop`)
})

it('a replay of the same seconds says the same, to the last bit', async () => {
  await promote('0003', 'fade')
  id = (await ask<SessionOut>('POST', '/api/inference-sessions', ALL)).id
  const from = second
  await liveUntil(({ reason }) => reason === 'patterns_disagree')
  await live(3)
  const before = (await signalsOf(id)).map(said)
  expect(new Set(before.map(({ reason }) => reason))).toEqual(new Set([null, 'patterns_disagree']))
  await ask('POST', `/api/inference-sessions/${id}/stop`)
  await server.restart({ source: { kind: 'replay', symbol: 'ETH/USDT', venue: 'demo-1', from, speed: 1 } })
  id = (await ask<SessionOut>('POST', '/api/inference-sessions', ALL)).id
  // The server ends at the very moment at which the data do.
  let closed: Promise<void> | undefined
  server.app.provider.onEnd(() => {
    closed ??= server.close()
  })
  // It waits for the session at each second, however far the clock went.
  const isClosed = (): boolean => {
    server.clock.moveTo(shift(server.clock.now(), SECOND))
    return closed !== undefined
  }
  await vi.waitUntil(isClosed, { timeout: patient(60_000), interval: 5 })
  await closed
  await server.open()
  const whole = await session(id)
  for (const each of [whole, ...(await Promise.all(whole.parts!.map((part) => session(part.session))))])
    expect(each).toMatchObject({ state: 'stopped', stop_reason: 'end_of_data' })
  expect((await signalsOf(id)).slice(0, before.length).map(said)).toEqual(before)
})
