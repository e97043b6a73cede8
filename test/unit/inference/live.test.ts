// Live inference on the demo market: a signal a second, the state that test cases have, sessions that end.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SessionOut, SignalOut } from '../../../src/contract/inference.ts'
import type { CandlesOut } from '../../../src/contract/market.ts'
import { epochMs, shift } from '../../../src/core/time.ts'
import { marketStateAt } from '../../../src/market-state/state.ts'
import { allocateInputs, writeState } from '../../../src/market-state/tensors.ts'
import { loadPredictor } from '../../../src/orchestrator/load-predictor.ts'
import { confidenceOf } from '../../../src/signals/confidence.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'
import { EAGER, publishUntrained } from './checkpoint.ts'

const CALIBRATION = { n: 40, hits: 30, intercept: 1, slope: 0.5 }
let server: Harness
let second = NOW

beforeAll(async () => {
  server = await startServer('demo')
  const root = server.workspace.checkpoints
  await publishUntrained(root, { rule: EAGER, calibration: CALIBRATION })
  await publishUntrained(root, { rule: EAGER, calibration: { ...CALIBRATION, n: 4 } })
})
afterAll(() => server.stop())

async function start(checkpoint?: string): Promise<SessionOut> {
  const body = { model: 'cnn', symbol: 'ETH/USDT', ...(checkpoint === undefined ? {} : { checkpoint }) }
  const answer = await server.call<SessionOut>('POST', '/api/inference-sessions', { body })
  expect(answer.status).toBe(201)
  return answer.body
}

async function session(id: string): Promise<SessionOut> {
  return (await server.call<SessionOut>('GET', `/api/inference-sessions/${id}`)).body
}

async function signalsOf(id: string): Promise<SignalOut[]> {
  return (await server.call<{ signals: SignalOut[] }>('GET', `/api/signals?session=${id}`)).body.signals
}

/** Lets the market live for some seconds, one at a time; returns the session's signals, oldest first. */
async function live(id: string, seconds: number): Promise<SignalOut[]> {
  for (let n = 0; n < seconds; n++) {
    const had = (await signalsOf(id)).length
    second = shift(second, 1_000)
    server.clock.moveTo(second)
    await vi.waitUntil(async () => (await signalsOf(id)).length > had, { timeout: 10_000, interval: 5 })
  }
  return (await signalsOf(id)).toReversed()
}

describe('a session', () => {
  // First, while nothing is measured: on a machine that is busy with other things, so many would be refused after that.
  it('shares its market’s state and its network with any number of others', async () => {
    const body = { model: 'cnn', symbol: 'ETH/USDT' }
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => server.call<SessionOut>('POST', '/api/inference-sessions', { body })),
    )
    const started = answers.map((answer) => answer.body.id)
    const states = server.app.inference.statesMade
    const all = async () => Promise.all(started.map((id) => signalsOf(id)))
    for (const n of [1, 2]) {
      second = shift(second, 1_000)
      server.clock.moveTo(second)
      const answered = async () => (await all()).every((own) => own.length === n)
      await vi.waitUntil(answered, { timeout: 60_000, interval: 100 })
    }
    const scores = (await all()).map((own) => JSON.stringify(own.map((signal) => signal.scores)))
    expect(new Set(scores).size).toBe(1)
    expect(server.app.inference.statesMade - states).toBe(2)
    for (const id of started) await server.call('POST', `/api/inference-sessions/${id}/stop`)
  })

  it('answers every second once, with the promoted checkpoint', async () => {
    const { id, checkpoint, state } = await start()
    expect({ checkpoint, state }).toEqual({ checkpoint: '0001', state: 'running' })
    const begin = second
    const signals = await live(id, 5)
    expect(signals.map(({ timestamp }) => Date.parse(timestamp))).toEqual(
      [1, 2, 3, 4, 5].map((n) => begin + n * 1_000),
    )
    for (const { scores, reason, model, venue, symbol } of signals) {
      expect({ reason, model, venue, symbol }).toEqual({
        reason: null,
        model: 'cnn',
        venue: 'demo-1',
        symbol: 'ETH/USDT',
      })
      expect(scores!.BUY + scores!.SELL + scores!.HOLD).toBeCloseTo(1, 5)
    }
    const stopped = (await server.call<SessionOut>('POST', `/api/inference-sessions/${id}/stop`)).body
    expect(stopped).toMatchObject({
      state: 'stopped',
      stop_reason: 'stopped_by_user',
      signals: 5,
      missed_seconds: 0,
      accuracy: null,
    })
    expect(stopped.signals_per_minute).toBe(60)
    expect(stopped.latency_ms.p50).toBeGreaterThanOrEqual(0)
    expect(stopped.latency_ms.p99).toBeGreaterThanOrEqual(stopped.latency_ms.p50!)
  })

  it('opens calls by the rule, and is as sure as the calibration says', async () => {
    const { id } = await start()
    const signals = await live(id, 3)
    expect(signals.map((each) => each.call_opens)).toEqual([false, true, false])
    expect(signals[0]).toMatchObject({ action: 'HOLD', confidence: null, call_id: null })
    const opening = signals[1]!
    const side = opening.scores!.SELL > opening.scores!.BUY ? 'SELL' : 'BUY'
    expect(opening.action).toBe(side)
    expect(opening.confidence).toBe(confidenceOf(CALIBRATION, opening.scores![side]).confidence)
    expect(opening.confidence_n).toBe(40)
    expect(signals[2]).toMatchObject({
      action: side,
      call_id: opening.call_id,
      confidence: opening.confidence,
    })
    await server.call('POST', `/api/inference-sessions/${id}/stop`)
    const calls = await server.call<{ signals: SignalOut[] }>('GET', `/api/signals?session=${id}&calls=true`)
    expect(calls.body.signals.map((each) => each.id)).toEqual([opening.id])
  })

  it('shows no confidence under 5 calls', async () => {
    const { id, confidence_n: n } = await start('0002')
    expect(n).toBe(4)
    const opening = (await live(id, 2))[1]!
    expect(opening).toMatchObject({ call_opens: true, confidence: null, confidence_n: 4 })
    await server.call('POST', `/api/inference-sessions/${id}/stop`)
  })

  it('saw what a test case at that second holds, to the last bit', async () => {
    const { id } = await start()
    const [signal] = await live(id, 1)
    const asOf = epochMs(Date.parse(signal!.timestamp))
    const market = { venue: 'demo-1', symbol: 'ETH/USDT' }
    const state = marketStateAt(await server.app.reader.slice(market, { from: asOf, to: asOf }), asOf)
    const inputs = allocateInputs(1)
    writeState(state, inputs, 0)
    const predictor = await loadPredictor(await server.app.orchestrator.checkpoint('cnn', '0001'))
    const [BUY, SELL, HOLD] = await predictor.predict(inputs)
    await predictor.close()
    expect(signal!.scores).toEqual({ BUY, SELL, HOLD })
    const candles = await server.call<CandlesOut>('GET', '/api/candles?symbol=ETH/USDT&timeframe=1s&limit=1')
    expect(signal!.price).toBe(candles.body.candles[0]![4])
    await server.call('POST', `/api/inference-sessions/${id}/stop`)
  })

  it('has an accuracy once annotations or reviewed spans say something of its calls', async () => {
    const { id } = await start()
    const { action, price, timestamp } = (await live(id, 2))[1]!
    expect((await session(id)).accuracy).toBeNull()
    const from = Date.parse(timestamp)
    const span = { symbol: 'ETH/USDT', from, to: from + 1_000 }
    await server.call('POST', '/api/reviewed-spans', { body: span })
    expect((await session(id)).accuracy).toBe(0)
    const direction = action === 'BUY' ? 'LONG' : 'SHORT'
    const exit = { timestamp: from + 60_000, price: price! * (action === 'BUY' ? 1.01 : 0.99) }
    const body = { symbol: 'ETH/USDT', direction, entry: { timestamp, price }, exit }
    expect((await server.call('POST', '/api/annotations', { body })).status).toBe(201)
    expect((await session(id)).accuracy).toBe(1)
    const stopped = await server.call<SessionOut>('POST', `/api/inference-sessions/${id}/stop`)
    expect(stopped.body.accuracy).toBe(1)
  })

  it('tells of each signal what GET answers, and no more', async () => {
    const told: SignalOut[] = []
    const end = server.app.bus.on('signal', (signal) => told.push(signal))
    const { id } = await start()
    const stored = await live(id, 2)
    end()
    expect(told).toEqual(stored)
    await server.call('POST', `/api/inference-sessions/${id}/stop`)
  })
})
