// Live seconds made again of the store: equal where nothing happened to it, an alarm with both sides where something did.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SessionOut } from '../../../src/contract/inference.ts'
import type { MismatchesOut, MismatchOut } from '../../../src/contract/live-checks.ts'
import type { HealthOut } from '../../../src/contract/market.ts'
import { SECOND, epochMs, shift } from '../../../src/core/time.ts'
import { isSampled, LiveCheck } from '../../../src/inference/live-check.ts'
import { MismatchStore } from '../../../src/inference/mismatch-store.ts'
import { marketStateAt } from '../../../src/market-state/state.ts'
import { allocateInputs, writeState } from '../../../src/market-state/tensors.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'
import { OpenApi } from '../server/openapi.ts'
import { EAGER, publishUntrained } from './checkpoint.ts'

describe('the sample', () => {
  it.each([1, 7, 60, 100])(
    'of one in %i takes one second of each stretch, at every phase of the minute',
    (every) => {
      const sampled = Array.from({ length: 60 * every }, (_, n) => epochMs(NOW + n * SECOND)).filter(
        (second) => isSampled(second, every, 0),
      )
      expect(sampled).toHaveLength(60)
      if (every === 60) expect(new Set(sampled.map((second) => second % 60_000)).size).toBe(60)
    },
  )

  it('of sixty sessions takes another second of each', () => {
    for (let n = 0; n < 120; n++) {
      const second = epochMs(NOW + n * SECOND)
      const due = Array.from({ length: 60 }, (_, offset) => isSampled(second, 60, offset))
      expect(due.filter(Boolean)).toHaveLength(1)
    }
  })

  it('of none is empty', () => expect(isSampled(NOW, 0, 0)).toBe(false))
})

describe('a session', () => {
  let server: Harness
  let second = NOW
  beforeAll(async () => {
    server = await startServer('demo', { checkEvery: 3 })
    await publishUntrained(server.workspace.checkpoints, { rule: EAGER, calibration: null })
  })
  afterAll(() => server.stop())

  const get = async <T>(path: string): Promise<T> => (await server.call<T>('GET', path)).body
  const session = (id: string) => get<SessionOut>(`/api/inference-sessions/${id}`)
  const mismatches = async (id: string) =>
    (await get<{ mismatches: MismatchOut[] }>(`/api/inference-sessions/${id}/mismatches`)).mismatches

  async function start(): Promise<string> {
    const body = { model: 'cnn', symbol: 'ETH/USDT' }
    return (await server.call<SessionOut>('POST', '/api/inference-sessions', { body })).body.id
  }

  /** Lets the market live so many seconds; the one behind the last may still be under comparison. */
  async function live(id: string, seconds: number): Promise<void> {
    for (let n = 0; n < seconds; n++) {
      const { signals } = await session(id)
      second = shift(second, SECOND)
      server.clock.moveTo(second)
      await vi.waitUntil(async () => (await session(id)).signals > signals, { timeout: 10_000, interval: 5 })
    }
  }

  it('says how many seconds were compared, and finds nothing where nothing happened', async () => {
    const id = await start()
    await live(id, 40)
    // The last comparison may still be under way.
    await expect.poll(async () => (await session(id)).checked_seconds).toBeGreaterThanOrEqual(3)
    const { checked_seconds, mismatched_seconds, warnings } = await session(id)
    expect({ mismatched_seconds, warnings }).toEqual({ mismatched_seconds: 0, warnings: [] })
    expect(await mismatches(id)).toEqual([])
    const health = await get<HealthOut>('/api/health')
    expect(health.status).toBe('ok')
    expect(health.live_checks).toEqual({ checked: checked_seconds, mismatched: 0 })
    await server.call('POST', `/api/inference-sessions/${id}/stop`)
  })

  it('raises an alarm, with both sides, where a candle that it saw was changed behind its back', async () => {
    const id = await start()
    await live(id, 8)
    const seen = `(SELECT max(open_time) FROM candle WHERE timeframe = 1 AND open_time < ${NOW + 39 * SECOND})`
    const change = `UPDATE candle SET close = close + 1, high = high + 2 WHERE timeframe = 1 AND open_time = ${seen}`
    server.app.database.sqlite.exec(change)
    await live(id, 30)
    const { mismatched_seconds, warnings } = await session(id)
    expect(mismatched_seconds).toBeGreaterThan(0)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/^live_differs: .*ohlcv_1s high, \d+ candles before the last/)
    const found = (await mismatches(id)).at(-1)!
    expect(found.live.ohlcv_1s).toHaveLength(500)
    const differing = found.live.ohlcv_1s.flatMap((value, i) =>
      value === found.stored.ohlcv_1s[i] ? [] : [i % 5],
    )
    expect(differing).toEqual([1, 3])
    expect(found.live.scores).not.toEqual(found.stored.scores)
    await vi.waitFor(
      async () => {
        const { mismatched_seconds: mismatched } = await session(id)
        const health = await get<HealthOut>('/api/health')
        expect(health).toMatchObject({ status: 'degraded', live_checks: { mismatched } })
        expect(health.warnings.join()).toContain('live_differs')
        const metrics = (await server.call('GET', '/metrics')).text
        expect(metrics).toContain(`annotate_live_mismatched_seconds ${mismatched}`)
      },
      { timeout: 60_000, interval: 50 },
    )
  })

  it('keeps as nothing, in the contract’s form, what are no probabilities', async () => {
    const id = await start()
    const { reader, database } = server.app
    const market = { venue: 'demo-1', symbol: 'ETH/USDT' }
    const at = shift(second, -60 * SECOND)
    const state = marketStateAt(await reader.slice(market, { from: at, to: at }), at)
    const inputs = allocateInputs(1)
    writeState(state, inputs, 0)
    const mismatched = new MismatchStore(database)
    const check = new LiveCheck({
      predictor: { readsOrderBook: false, predict: async () => new Float32Array(3).fill(Number.NaN) },
      every: 1,
      offset: 0,
      rebuild: async () => state,
      onChecked: async (found) => mismatched.add(id, found),
    })
    const scores = { BUY: 0.2, SELL: 0.3, HOLD: 0.5 }
    check.saw({ second: at, seenAt: null, inputs, account: null, scores, own: null })
    await check.look(second)
    const path = `/api/inference-sessions/${id}/mismatches`
    const { body } = await server.call<MismatchesOut>('GET', path)
    const api = new OpenApi((await server.call<object>('GET', '/api/openapi.json')).body)
    expect(api.faults('GET', path, 200, body)).toEqual([])
    expect(body.mismatches[0]).toMatchObject({ place: 'scores', live: { scores }, stored: { scores: null } })
  })

  it('is the last one of its market: what was kept of that is let go', async () => {
    await start()
    expect(server.app.inference.marketsKept).toBe(1)
    const { inference_sessions: sessions } = await get<{ inference_sessions: SessionOut[] }>(
      '/api/inference-sessions',
    )
    for (const { id } of sessions) await server.call('POST', `/api/inference-sessions/${id}/stop`)
    expect(server.app.inference.marketsKept).toBe(0)
  })
})
