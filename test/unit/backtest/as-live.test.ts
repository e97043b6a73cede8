// A backtest over a span that was live says what the live sessions said, signal by signal, to the last bit.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SessionOut, SignalOut } from '../../../src/contract/inference.ts'
import type { BacktestOrder } from '../../../src/backtest/order.ts'
import { blocksOf } from '../../../src/backtest/block-source.ts'
import { openBacktest } from '../../../src/backtest/open-backtest.ts'
import { runBacktest } from '../../../src/backtest/run-backtest.ts'
import { epochMs, MINUTE, SECOND, shift, toIso, type EpochMs } from '../../../src/core/time.ts'
import type { LiveSignal } from '../../../src/inference/session.ts'
import { StateSweep } from '../../../src/market-state/sweep.ts'
import { learnOddness } from '../../../src/moments/learn-oddness.ts'
import { MomentMaker } from '../../../src/moments/moment-rows.ts'
import { oddnessFile } from '../../../src/moments/oddness-file.ts'
import { publishUntrained, EAGER, type Untrained } from '../inference/checkpoint.ts'
import { patient } from '../../patience.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'
import { blocksWith } from './blocks-with.ts'

const MODELS = ['cnn', 'dqn', 'cob_rl'] as const
const MARKET = { venue: 'demo-1', symbol: 'ETH/USDT' }
const SECONDS = 70
const BLOCK = 10 * SECOND
let begun = 0
const UNMARKED = { agentCosts: {}, barriers: null, sweep: null, annotations: [], reviewed: [] }
let server: Harness
const live = new Map<Untrained, { session: SessionOut; signals: SignalOut[] }>()

function order(model: Untrained, checkpoint: string, from: EpochMs, to: EpochMs): BacktestOrder {
  const stretches = [{ from, to }]
  const { root } = server.workspace
  const terms = { feePct: 0.1, slippagePct: 0, ...UNMARKED }
  return { id: model, workspace: root, model, checkpoint, market: MARKET, stretches, ...terms }
}

/** Begins once the process that scores beside this one has blocks in hand; `onBegun` is told it. */
async function backtest(asked: BacktestOrder, helpers: 0 | 1 = 0, onBegun?: (pid: number) => void) {
  const of = { ...asked, id: `${asked.model} ${(begun += 1)}` }
  const opened = await openBacktest(of)
  const blocks = of.stretches.flatMap((stretch) => blocksOf(stretch, BLOCK))
  const { source, pid } = await blocksWith({ ...opened, blocks, helpers })
  if (pid !== null) onBegun?.(pid)
  const signals: LiveSignal[] = []
  const onSignal = (signal: LiveSignal) => signals.push(signal)
  const parts = { ...opened, source, blockLength: BLOCK, onProgress: () => {}, onSignal }
  try {
    return { result: await runBacktest(parts), signals }
  } finally {
    source.close()
    await opened.close()
  }
}

/** Thresholds among what the network says, so that calls come soon and go soon. */
async function publishLively(model: Untrained): Promise<void> {
  const root = server.workspace.checkpoints
  const first = await publishUntrained(root, { rule: EAGER, calibration: null }, model)
  const { signals } = await backtest(order(model, first, shift(NOW, -2 * MINUTE), NOW))
  const scores = signals.flatMap(({ scores: said }) => (said === null ? [] : [Math.max(said.BUY, said.SELL)]))
  expect(scores.length).toBe(120)
  const sorted = scores.toSorted((a, b) => a - b)
  const rule = { on: sorted[10]!, off: sorted[110]!, pauseSeconds: 3 }
  const oddness = await learntBefore()
  await publishUntrained(root, { rule, calibration: null, oddness }, model)
}

/** What the minutes before look like; no limit, so that every second is answered. */
async function learntBefore() {
  const range = { from: shift(NOW, -8 * MINUTE), to: NOW }
  const slice = await server.app.reader.slice(MARKET, range)
  const maker = await MomentMaker.open()
  const instants = Array.from({ length: 480 }, (_, i) => shift(range.from, i * SECOND))
  const { values } = await maker.rows(new StateSweep(slice), instants)
  await maker.close()
  return oddnessFile(learnOddness(values, null)!)
}

beforeAll(async () => {
  server = await startServer('demo')
  const from = NOW - 10 * MINUTE
  const isThere = () => server.app.books.recorded(MARKET).some((range) => range.from <= from)
  await vi.waitUntil(isThere, { timeout: patient(60_000), interval: 50 })
  for (const model of MODELS) await publishLively(model)
  const started = new Map<Untrained, string>()
  for (const model of MODELS) {
    const body = { model, checkpoint: '0002', symbol: MARKET.symbol }
    started.set(model, (await server.call<SessionOut>('POST', '/api/inference-sessions', { body })).body.id)
  }
  for (let n = 1; n <= SECONDS; n++) {
    server.clock.moveTo(shift(NOW, n * SECOND))
    const isAnswered = async () => (await server.app.inference.record.counts()).signals >= n * MODELS.length
    await vi.waitUntil(isAnswered, { timeout: patient(10_000), interval: 2 })
  }
  for (const [model, id] of started) {
    const session = (await server.call<SessionOut>('POST', `/api/inference-sessions/${id}/stop`)).body
    const signals = await server.app.inference.record.signals({ session: id, limit: 1000 })
    live.set(model, { session, signals: signals.toReversed() })
  }
}, patient(180_000))
afterAll(() => server.stop())

function asTold(signal: LiveSignal) {
  const { timestamp, action, scores, price, call, opens, reason, intent, oddness } = signal
  const told = { timestamp: toIso(timestamp), action, scores, price, call_opens: opens, reason, oddness }
  return { ...told, call: call?.id ?? null, intent: intent ?? undefined }
}

function asStored(signal: SignalOut) {
  const { timestamp, action, scores, price, call_opens, reason, call_id, intent, oddness } = signal
  const call = call_id?.split('.').at(-1) ?? null
  return { timestamp, action, scores, price, call_opens, reason, call, intent, oddness }
}

describe.each(MODELS)('%s', (model) => {
  it('says each second what it said live', async () => {
    const { session, signals } = live.get(model)!
    expect(session).toMatchObject({ signals: SECONDS, missed_seconds: 0 })
    const span = [shift(NOW, SECOND), shift(NOW, (SECONDS + 1) * SECOND)] as const
    const gone = await backtest(order(model, '0002', ...span))
    expect(gone.signals.map(asTold)).toEqual(signals.map(asStored))
    expect(signals.every(({ oddness }) => oddness !== undefined)).toBe(true)
    const calls = signals.filter((each) => each.call_opens)
    expect(calls.length).toBeGreaterThan(1)
    expect(gone.result.calls.map(({ timestamp }) => timestamp)).toEqual(calls.map((each) => each.timestamp))
    if (model === 'cnn') return
    const { position } = session
    expect(gone.signals.at(-1)!.position).toEqual(position)
    expect(gone.result.trades.filter(({ outcome }) => outcome === 'closed')).toHaveLength(position!.trades)
    expect(gone.result.trades.length).toBeGreaterThan(0)
  })

  it('says the same where two processes score', async () => {
    const span = [shift(NOW, SECOND), shift(NOW, (SECONDS + 1) * SECOND)] as const
    const one = await backtest(order(model, '0002', ...span))
    const two = await backtest(order(model, '0002', ...span), 1)
    expect(two).toEqual(one)
    expect(two.signals.map(asTold)).toEqual(live.get(model)!.signals.map(asStored))
  })
})

it('does the blocks of a killed process again', async () => {
  const span = [shift(NOW, SECOND), shift(NOW, (SECONDS + 1) * SECOND)] as const
  const kill = (pid: number) => void process.kill(pid, 'SIGKILL')
  const { signals } = await backtest(order('cnn', '0002', ...span), 1, kill)
  expect(signals.map(asTold)).toEqual(live.get('cnn')!.signals.map(asStored))
})

it('abstains from the seconds past the limit, and says of the others what it said', async () => {
  const { signals } = live.get('cnn')!
  const limit = signals.map(({ oddness }) => oddness!).toSorted((a, b) => a - b)[SECONDS / 2]!
  const { bytes, facts } = await learntBefore()
  const oddness = { bytes, facts: { ...facts, limit } }
  const root = server.workspace.checkpoints
  const version = await publishUntrained(root, { rule: EAGER, calibration: null, oddness })
  const span = [shift(NOW, SECOND), shift(NOW, (SECONDS + 1) * SECOND)] as const
  const { result, signals: gone } = await backtest(order('cnn', version, ...span))
  const isUnlike = signals.map((signal) => signal.oddness! > limit)
  expect(gone.map(({ reason }) => reason)).toEqual(isUnlike.map((is) => (is ? 'unlike_training' : null)))
  expect(gone.map(({ scores }) => scores)).toEqual(
    signals.map(({ scores }, i) => (isUnlike[i]! ? null : scores)),
  )
  expect(result.figures.abstained).toEqual({ unlike_training: SECONDS / 2 - 1 })
})

it('begins each stretch as a session does: without a call, however the one before ended', async () => {
  const at = (n: number) => epochMs(shift(NOW, n * SECOND))
  const whole = await backtest(order('cnn', '0002', at(1), at(60)))
  const two = await backtest({
    ...order('cnn', '0002', at(1), at(60)),
    stretches: [
      { from: at(1), to: at(30) },
      { from: at(30), to: at(60) },
    ],
  })
  expect(two.signals.map(({ scores }) => scores)).toEqual(whole.signals.map(({ scores }) => scores))
  expect(two.signals[29]).toMatchObject({ call: null, timestamp: at(30) })
})
