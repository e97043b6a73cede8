// A backtest of all promoted patterns says what a live session of them said, signal by signal; its overlap is that of any of them.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { blocksOf } from '../../../src/backtest/block-source.ts'
import { openBacktest } from '../../../src/backtest/open-backtest.ts'
import type { BacktestOrder } from '../../../src/backtest/order.ts'
import { runBacktest } from '../../../src/backtest/run-backtest.ts'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { BacktestDetail } from '../../../src/contract/backtests.ts'
import type { SessionOut, SignalOut } from '../../../src/contract/inference.ts'
import type { CandlesOut } from '../../../src/contract/market.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import { MINUTE, SECOND, shift, toIso } from '../../../src/core/time.ts'
import type { LiveSignal } from '../../../src/inference/session.ts'
import { patient } from '../../patience.ts'
import { publishInstant } from '../inference/checkpoint.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'
import { blocksWith } from './blocks-with.ts'

const MARKET = { venue: 'demo-1', symbol: 'ETH/USDT' }
const ALL = { model: 'instant', symbol: MARKET.symbol, pattern: '*' }
const SECONDS = 120
const SPAN = { from: shift(NOW, SECOND), to: shift(NOW, (SECONDS + 1) * SECOND) }
const BLOCK = 30 * SECOND
const CALIBRATION = { n: 40, hits: 30, intercept: 1, slope: 0.5 }
/** Of what is stored: before the live span. */
const PAST = { from: NOW - 15 * MINUTE, to: NOW - 5 * MINUTE }
const HELD = 60 * SECOND
const TERMS = { fee_pct: 0, slippage_pct: 0, target_pct: 0.02, stop_pct: 0.02, hold_seconds: 30 }
let server: Harness
let live: SignalOut[] = []

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await server.call<T>(method, path, body === undefined ? {} : { body })
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
  return answer.body
}

/** A mark that one of the patterns was trained on. */
async function markAt(entry: number) {
  const query = `symbol=ETH/USDT&timeframe=1s&from=${entry - SECOND}&to=${entry + HELD}`
  const { candles } = await ask<CandlesOut>('GET', `/api/candles?${query}`)
  const [first, last] = [candles[0]![4], candles.at(-1)![4]]
  const { test_case_id } = await ask<AnnotationOut>('POST', '/api/annotations', {
    symbol: MARKET.symbol,
    direction: last >= first ? 'LONG' : 'SHORT',
    entry: { timestamp: entry, price: first },
    exit: { timestamp: entry + HELD, price: last },
  })
  const bytes = await readFile(join(server.workspace.testCases, `${test_case_id}.json`))
  const test_cases = [{ test_case_id, sha256: createHash('sha256').update(bytes).digest('hex') }]
  return { test_cases, hold_source: 'reviewed' }
}

beforeAll(async () => {
  server = await startServer('demo')
  const root = server.workspace.checkpoints
  const far = { test_cases: [], hold_source: 'reviewed' }
  const data = [await markAt(NOW - 10 * MINUTE), await markAt(NOW - 7 * MINUTE), far] as const
  const [breakout, fade] = [
    // Ten seconds at a time, so that it is told alone, contradicts, and leaves room for the other.
    { on: 0.14, off: 0.999, pauseSeconds: 40 },
    { on: 0.5, off: 0, pauseSeconds: 3 },
  ]
  const of = { calibration: CALIBRATION }
  await publishInstant(root, { ...of, rule: breakout, pattern: 'breakout', data: data[0] })
  await publishInstant(root, { rule: fade, calibration: null, pattern: 'fade', data: data[1] }, -20)
  await publishInstant(root, { ...of, rule: breakout, pattern: 'none', data: data[2] }, 3)
})
afterAll(() => server.stop())

const promote = (checkpoint: string, pattern: string) =>
  ask('POST', '/api/models/instant/promote', { checkpoint, pattern, reason: 'a test' })

async function refused(more: object) {
  const { status, body } = await server.call<ErrorBody>('POST', '/api/backtests', {
    body: { ...ALL, ...PAST, ...more },
  })
  return [status, body.error.code]
}

async function completed(more: object): Promise<BacktestDetail> {
  const { id } = await ask<BacktestDetail>('POST', '/api/backtests', { ...ALL, ...PAST, ...more })
  const over = async () => {
    const now = await ask<BacktestDetail>('GET', `/api/backtests/${id}`)
    return now.status === 'QUEUED' || now.status === 'RUNNING' ? null : now
  }
  const backtest = await vi.waitUntil(over, { timeout: patient(60_000), interval: 50 })
  expect(backtest).toMatchObject({ status: 'COMPLETED', error: null })
  return backtest
}

it('is refused where nothing is promoted for any, a checkpoint is named, or thresholds are swept', async () => {
  expect(await refused({})).toEqual([409, 'no_checkpoint'])
  await promote('0001', 'breakout')
  await promote('0002', 'fade')
  expect(await refused({ checkpoint: '0001' })).toEqual([400, 'two_checkpoints'])
  expect(await refused({ sweep: { fee_pct: [0] } })).toEqual([422, 'sweep_of_patterns'])
})

describe('over a span that was live', () => {
  beforeAll(async () => {
    const { id } = await ask<SessionOut>('POST', '/api/inference-sessions', ALL)
    for (let n = 1; n <= SECONDS; n++) {
      server.clock.moveTo(shift(NOW, n * SECOND))
      const isAnswered = async () =>
        (await server.app.inference.record.signals({ session: id, limit: 1000 })).length >= n
      await vi.waitUntil(isAnswered, { timeout: patient(10_000), interval: 2 })
    }
    await ask('POST', `/api/inference-sessions/${id}/stop`)
    live = (await server.app.inference.record.signals({ session: id, limit: 1000 })).toReversed()
  }, patient(180_000))

  let begun = 0
  async function backtest(helpers: 0 | 1) {
    const barriers = { target_pct: 0.1, stop_pct: 0.05, stop_assumed: true, seconds: 60, fee_pct_per_side: 0 }
    const asked: BacktestOrder = {
      id: `all ${(begun += 1)}`,
      workspace: server.workspace.root,
      model: 'instant',
      checkpoint: '*',
      parts: [
        { pattern: 'breakout', checkpoint: '0001', barriers },
        { pattern: 'fade', checkpoint: '0002', barriers: { ...barriers, seconds: 5 } },
      ],
      market: MARKET,
      stretches: [SPAN],
      feePct: 0,
      slippagePct: 0,
      agentCosts: {},
      barriers,
      sweep: null,
      annotations: [],
      reviewed: [],
    }
    const opened = await openBacktest(asked)
    const { source } = await blocksWith({ ...opened, blocks: blocksOf(SPAN, BLOCK), helpers })
    const signals: LiveSignal[] = []
    const onSignal = (signal: LiveSignal) => signals.push(signal)
    try {
      return {
        signals,
        result: await runBacktest({ ...opened, source, blockLength: BLOCK, onProgress: () => {}, onSignal }),
      }
    } finally {
      source.close()
      await opened.close()
    }
  }

  const asTold = ({ timestamp, action, scores, price, call, opens, reason, confidence }: LiveSignal) => {
    const [checkpoint = '*', id = null] = call?.id.split('.') ?? []
    const told = {
      timestamp: toIso(timestamp),
      action,
      scores,
      price,
      call_opens: opens,
      reason,
      checkpoint,
      id,
    }
    return { ...told, confidence: confidence.confidence, n: confidence.n }
  }
  const asStored = (signal: SignalOut) => {
    const { timestamp, action, scores, price, call_opens, reason, checkpoint, confidence } = signal
    const id = signal.call_id?.split('.').at(-1) ?? null
    const told = { timestamp, action, scores, price, call_opens, reason, checkpoint, id }
    return { ...told, confidence, n: signal.confidence_n }
  }

  it('says each second what they said together, in one process and in two', async () => {
    const one = await backtest(0)
    expect(one.signals.map(asTold)).toEqual(live.map(asStored))
    expect(new Set(live.map(({ reason }) => reason))).toEqual(new Set([null, 'patterns_disagree']))
    const opening = live.filter((each) => each.call_opens)
    expect(new Set(opening.map(({ pattern }) => pattern))).toEqual(new Set(['breakout', 'fade']))
    const { calls, trades, figures, groups } = one.result
    expect(calls.map(({ timestamp, checkpoint }) => [timestamp, checkpoint])).toEqual(
      opening.map(({ timestamp, checkpoint }) => [timestamp, checkpoint]),
    )
    expect(calls.map(({ price }) => price)).toEqual(opening.map(({ price }) => price))
    const disagreed = live.filter(({ reason }) => reason === 'patterns_disagree').length
    expect(figures).toMatchObject({
      seconds_scored: SECONDS - disagreed,
      abstained: { patterns_disagree: disagreed },
    })
    const fades = new Set(calls.flatMap(({ id, pattern }) => (pattern === 'fade' ? [id] : [])))
    for (const { call_id: id, entered_at: from, exited_at: to } of trades)
      if (to !== null && fades.has(id!))
        expect(Date.parse(to) - Date.parse(from)).toBeLessThanOrEqual(5 * SECOND)
    const byPattern = groups.filter(({ by }) => by === 'pattern')
    expect(byPattern.map(({ name }) => name)).toEqual(['breakout', 'fade'])
    expect(byPattern.reduce((sum, group) => sum + group.trades, 0)).toBe(figures.trades)
    const two = await backtest(1)
    expect(two).toEqual(one)
  })
})

it('leaves out what any of them was trained on, and says what each was; scored, that is said first', async () => {
  await promote('0003', 'none')
  const left = await completed(TERMS)
  const { patterns, trained_overlap_seconds: overlap, warnings } = left
  expect(left).toMatchObject({ checkpoint: '*', model: 'instant' })
  expect(patterns).toMatchObject([
    { pattern: 'breakout', checkpoint: '0001' },
    { pattern: 'fade', checkpoint: '0002' },
    { pattern: 'none', checkpoint: '0003', trained_overlap_seconds: 0 },
  ])
  const [breakout, fade] = patterns!.map((each) => each.trained_overlap_seconds!)
  expect(breakout).toBeGreaterThan(200)
  expect(fade).toBeGreaterThan(200)
  expect(overlap).toBeGreaterThan(Math.max(breakout!, fade!))
  expect(left.seconds).toBe((PAST.to - PAST.from) / SECOND - overlap!)
  expect(warnings[0]).toMatch(
    /of one pattern or another was trained on \d+ seconds of the span: they are left out/,
  )
  const all = await completed({ ...TERMS, include_trained: true })
  expect(all.warnings[0]).toMatch(/^TRAINED ON: /)
  expect(all.seconds).toBe((PAST.to - PAST.from) / SECOND)
  expect(all.calls.length).toBeGreaterThan(0)
  expect(all.calls.every(({ pattern }) => pattern !== undefined)).toBe(true)
  expect(all.groups.filter(({ by }) => by === 'pattern').map(({ name }) => name)).toEqual([
    'breakout',
    'fade',
    'none',
  ])
})
