// Sessions over a restart of the server: they go on under the same id, the seconds between named once; those that can not say why.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SessionOut, SignalOut } from '../../../src/contract/inference.ts'
import type { CallOut } from '../../../src/contract/live-calls.ts'
import { HOUR, MINUTE, SECOND, epochMs, shift, toIso } from '../../../src/core/time.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'
import { EAGER, publishUntrained, restateUntrained } from './checkpoint.ts'

let server: Harness
let second = NOW

beforeAll(async () => {
  server = await startServer('demo')
  await publishUntrained(server.workspace.checkpoints, { rule: EAGER, calibration: null })
  await publishUntrained(server.workspace.checkpoints, { rule: EAGER, calibration: null })
})
afterEach(async () => {
  const { inference_sessions: all } = await ask<{ inference_sessions: SessionOut[] }>(
    'GET',
    '/api/inference-sessions?state=running',
  )
  for (const { id } of all) await ask('POST', `/api/inference-sessions/${id}/stop`)
})
afterAll(() => server.stop())

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await server.call<T>(method, path, body === undefined ? {} : { body })
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
  return answer.body
}
const start = (checkpoint = '0001') =>
  ask<SessionOut>('POST', '/api/inference-sessions', { model: 'cnn', symbol: 'ETH/USDT', checkpoint })
const session = (id: string) => ask<SessionOut>('GET', `/api/inference-sessions/${id}`)
const stop = (id: string) => ask<SessionOut>('POST', `/api/inference-sessions/${id}/stop`)
const callsOf = async (id: string) =>
  (await ask<{ calls: CallOut[] }>('GET', `/api/calls?session=${id}`)).calls
/** Oldest first. */
const signalsOf = async (id: string) =>
  (await ask<{ signals: SignalOut[] }>('GET', `/api/signals?session=${id}&limit=1000`)).signals.toReversed()

/** The market lives for some seconds, one at a time, each of them answered by the session. */
async function live(id: string, seconds: number): Promise<SignalOut[]> {
  for (let n = 0; n < seconds; n++) {
    const had = (await signalsOf(id)).length
    second = shift(second, SECOND)
    server.clock.moveTo(second)
    await vi.waitUntil(async () => (await signalsOf(id)).length > had, { timeout: 10_000, interval: 5 })
  }
  return signalsOf(id)
}

/** Time passes while no server runs. */
async function restartAfter(ms: number): Promise<void> {
  second = shift(second, ms)
  await server.restart({}, () => server.clock.moveTo(second))
}

describe('a session over a restart', () => {
  it('goes on under its id with its checkpoint, its signals as they were, and the gap named once', async () => {
    const { id } = await start('0001')
    const before = await live(id, 3)
    const last = second
    await restartAfter(10 * MINUTE)
    expect(await session(id)).toMatchObject({ state: 'running', checkpoint: '0001', signals: 3, gaps: [] })
    const after = await live(id, 2)
    expect(after.slice(0, 3)).toEqual(before)
    expect(after.slice(3).map(({ timestamp }) => timestamp)).toEqual([
      toIso(shift(second, -1_000)),
      toIso(second),
    ])
    const seconds = (10 * MINUTE) / SECOND
    expect(await session(id)).toMatchObject({
      state: 'running',
      stop_reason: null,
      stopped_at: null,
      signals: 5,
      missed_seconds: seconds,
      gaps: [{ from: toIso(shift(last, SECOND)), to: toIso(shift(second, -1_000)), seconds }],
    })
    expect((await stop(id)).stop_reason).toBe('stopped_by_user')
  })

  it('that lost no second has no gap, and answers none twice', async () => {
    const { id } = await start()
    await live(id, 2)
    await server.restart()
    await server.restart()
    const all = await live(id, 2)
    const first = Date.parse(all[0]!.timestamp)
    expect(all.map(({ timestamp }) => (Date.parse(timestamp) - first) / SECOND)).toEqual([0, 1, 2, 3])
    expect(await session(id)).toMatchObject({ missed_seconds: 0, gaps: [] })
  })

  it('keeps the call that lasts, as the rule says', async () => {
    const { id } = await start()
    await live(id, 2)
    const [open] = await callsOf(id)
    expect(open).toMatchObject({ closed_at: null })
    await restartAfter(3 * SECOND)
    const [, , next] = await live(id, 1)
    expect(next).toMatchObject({ call_id: open!.id, call_opens: false, action: open!.action })
    expect(await callsOf(id)).toHaveLength(1)
    await restartAfter(5 * MINUTE)
    await live(id, 1)
    const [ended] = await callsOf(id)
    expect(ended).toMatchObject({
      id: open!.id,
      closed_at: toIso(epochMs(Date.parse(open!.opened_at) + 60_000)),
    })
  })

  it('takes the thresholds that its checkpoint has got meanwhile, and says so, as one does that runs on', async () => {
    const root = server.workspace.checkpoints
    const strict = { ...EAGER, on: 1 }
    const version = await publishUntrained(root, { rule: strict, calibration: null })
    const { id } = await start(version)
    await live(id, 3)
    expect(await callsOf(id)).toEqual([])
    const calibration = { n: 40, hits: 30, intercept: 1, slope: 0.5 }
    await server.restart({}, () => restateUntrained(root, version, { rule: EAGER, calibration }))
    expect(await session(id)).toMatchObject({ confidence_n: 40 })
    await live(id, 2)
    expect((await session(id)).warnings).toEqual([
      expect.stringMatching(/calls open at 0\.00, where it was 1\.00/),
    ])
    expect(await callsOf(id)).toMatchObject([{ on: 0, confidence_n: 40 }])
    await restateUntrained(root, version, { rule: { on: 0.01, off: 1, pauseSeconds: 0 }, calibration })
    await server.app.inference.restated('cnn', version)
    await live(id, 14)
    expect((await callsOf(id))[0]).toMatchObject({ on: 0.01 })
  })

  it('can be stopped before its first second', async () => {
    const { id } = await start()
    await live(id, 1)
    await server.restart()
    expect(await stop(id)).toMatchObject({ state: 'stopped', stop_reason: 'stopped_by_user', gaps: [] })
    await server.restart()
    expect((await session(id)).state).toBe('stopped')
  })

  it('is told of when its gap is known', async () => {
    const { id } = await start()
    await live(id, 1)
    await restartAfter(10 * SECOND)
    const told: SessionOut[] = []
    const end = server.app.bus.on('session', (each) => told.push(each))
    await live(id, 1)
    await vi.waitUntil(() => told.length > 0)
    end()
    expect(told).toMatchObject([{ id, state: 'running', gaps: [{ seconds: 10 }] }])
  })
})

describe('a session that can not go on', () => {
  async function left(checkpoint?: string): Promise<string> {
    const { id } = await start(checkpoint)
    await live(id, 2)
    return id
  }

  it('ends where sessions are not to be resumed, with the server and with the next one', async () => {
    const id = await left()
    await server.restart({ sessions: 'end' })
    expect(await session(id)).toMatchObject({ state: 'stopped', stop_reason: 'server_restarted', signals: 2 })
    const other = await left()
    await server.restart()
    expect(await session(other)).toMatchObject({ state: 'stopped', stop_reason: 'server_restarted' })
    expect(await callsOf(other)).toMatchObject([{ closed_at: expect.any(String) }])
  })

  it('waits for the next server where another process has the workspace meanwhile', async () => {
    const id = await left()
    await server.restart({ sessions: 'leave' })
    const own = await left()
    expect((await session(id)).signals).toBe(2)
    await server.restart()
    expect(await session(own)).toMatchObject({ state: 'stopped', stop_reason: 'server_restarted' })
    expect((await live(id, 1)).length).toBe(3)
  })

  it('was left by a version that kept nothing to go on from', async () => {
    const id = await left()
    server.app.database.sqlite.prepare('UPDATE inference_session SET resumes = 0 WHERE id = ?').run(id)
    await server.restart()
    expect(await session(id)).toMatchObject({ state: 'stopped', stop_reason: 'server_restarted' })
  })

  it('has lost its checkpoint', async () => {
    const root = server.workspace.checkpoints
    const version = await publishUntrained(root, { rule: EAGER, calibration: null })
    const id = await left(version)
    await rm(join(root, 'cnn', version), { recursive: true })
    await server.restart()
    expect(await session(id)).toMatchObject({ state: 'stopped', stop_reason: 'unknown_checkpoint' })
  })

  it('was on a market that this server does not have', async () => {
    const id = await left()
    server.app.database.sqlite.prepare("UPDATE inference_session SET venue = 'demo-2' WHERE id = ?").run(id)
    await server.restart()
    await vi.waitUntil(async () => (await session(id)).state === 'stopped', { timeout: 10_000 })
    expect((await session(id)).stop_reason).toBe('market_not_live')
  })

  it('was live on a market that is replayed now', async () => {
    const id = await left()
    const from = shift(second, -60_000)
    await server.restart({ source: { kind: 'replay', symbol: 'ETH/USDT', venue: 'demo-1', from, speed: 1 } })
    expect(await session(id)).toMatchObject({ state: 'stopped', stop_reason: 'replaying' })
    const { id: replayed } = await start()
    await server.restart()
    expect(await session(replayed)).toMatchObject({ state: 'stopped', stop_reason: 'server_restarted' })
  })

  it('answered a second that the clock is far from', async () => {
    const id = await left()
    const memory = `json_set(memory, '$.tracker.last', ${second + HOUR})`
    server.app.database.sqlite.prepare(`UPDATE inference_session SET memory = ${memory} WHERE id = ?`).run(id)
    await server.restart()
    expect(await session(id)).toMatchObject({ state: 'stopped', stop_reason: 'clock_went_back' })
  })
})
