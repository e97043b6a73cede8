// One session against a market under the test's hand: stale data, gaps, a network that fails, and seconds that come too fast.
import { describe, expect, it } from 'vitest'
import { epochMs, shift, type EpochMs } from '../../../src/core/time.ts'
import { MarketSeconds } from '../../../src/inference/market-seconds.ts'
import { SingleRows } from '../../../src/moments/single-rows.ts'
import { LiveSession, type LiveSignal, type SessionMemory } from '../../../src/inference/session.ts'
import type { ProviderStatus } from '../../../src/market/provider.ts'
import type { MarketSlice, SliceSeries } from '../../../src/market/slice.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../../../src/market/timeframe.ts'
import type { TimeRange } from '../../../src/market/types.ts'
import type { LoadedCheckpoint } from '../../../src/orchestrator/checkpoints.ts'
import type { Predictor } from '../../../src/orchestrator/predictor.ts'

const MARKET = { venue: 'imported', symbol: 'ETH/USDT' }
const T = epochMs(Date.parse('2026-01-15T10:30:00Z'))
const RULE = { on: 0.6, off: 0.4, pauseSeconds: 3 }

interface Hand {
  status: Pick<ProviderStatus, 'state' | 'kind'> & Partial<Pick<ProviderStatus, 'clockSetBack'>>
  slice: (second: EpochMs) => MarketSlice
  predict: Predictor['predict']
  /** Whether the model is an agent: it pays 0.1 % a side, and decides every second. */
  agent?: boolean
  /** Kept as JSON by the process before. */
  memory?: SessionMemory
}

function begin(hand: Hand) {
  let listener: ((second: EpochMs) => Promise<void>) | null = null
  const provider = {
    status: () => ({ clockSetBack: null, ...hand.status, now: shift(T, 40) }),
    slice: async (_: object, { from }: TimeRange) => hand.slice(from),
    onSecond: (_: object, each: typeof listener) => {
      listener = each
      return () => void (listener = null)
    },
  }
  const emitted: { signal: LiveSignal; missed: number; memory: SessionMemory }[] = []
  const faults: unknown[] = []
  const warnings: string[] = []
  let closed = false
  const session = new LiveSession({
    market: MARKET,
    checkpoint: {
      metadata: {
        rule: RULE,
        calibration: null,
        hyperparameters: { fee: 0.001, halfSpread: 0, decisionSeconds: 1 },
      },
    } as unknown as LoadedCheckpoint,
    predictor: {
      predict: hand.predict,
      rowsAtOnce: 1,
      readsOrderBook: false,
      readsAccount: hand.agent ?? false,
      close: async () => void (closed = true),
    },
    provider,
    seconds: new MarketSeconds(provider, MARKET, new SingleRows()),
    stopwatch: () => performance.now(),
    memory: hand.memory ?? null,
    emit: async (signal, missed, memory) =>
      void emitted.push({ signal, missed, memory: throughJson(memory) }),
    onWarning: async (warning) => void warnings.push(warning),
    onFault: (error) => void faults.push(error),
  })
  const second = (at: EpochMs): Promise<void> => listener?.(at) ?? Promise.resolve()
  return {
    session,
    emitted,
    faults,
    warnings,
    second,
    listens: () => listener !== null,
    isClosed: () => closed,
  }
}

/** As the database gives it back. */
function throughJson(memory: SessionMemory): SessionMemory {
  return JSON.parse(JSON.stringify(memory)) as SessionMemory
}

/** 200 candles of every timeframe that end at `to`, of which `missing` minutes are not known. */
function sliceAt(
  second: EpochMs,
  {
    missing = 0,
    knownTo = second,
    lowest = 9,
  }: { missing?: number; knownTo?: EpochMs; lowest?: number } = {},
): MarketSlice {
  const series = (timeframe: Timeframe): SliceSeries => {
    const step = durationOf(timeframe)
    const end = Math.floor(second / step) * step
    const opens = Array.from({ length: 200 }, (_, i) => end - (200 - i) * step)
    const gap: TimeRange = {
      from: epochMs(end - 50 * step),
      to: epochMs(end - (50 - (timeframe === '1m' ? missing : 0)) * step),
    }
    const kept = opens.filter((open) => open < gap.from || open >= gap.to)
    const all = (value: number): Float64Array => Float64Array.from(kept, () => value)
    const to = timeframe === '1s' ? knownTo : epochMs(end)
    return {
      candles: {
        length: kept.length,
        openTime: Float64Array.from(kept),
        open: all(10),
        high: all(12),
        low: all(lowest),
        close: all(11),
        volume: all(1),
      },
      covered:
        gap.to > gap.from
          ? [
              { from: epochMs(opens[0]!), to: gap.from },
              { from: gap.to, to },
            ]
          : [{ from: epochMs(opens[0]!), to }],
      closeBefore: null,
      firstOpen: epochMs(opens[0]!),
    }
  }
  const entries = TIMEFRAMES.map((timeframe) => [timeframe, series(timeframe)])
  return {
    market: MARKET,
    asOf: { from: second, to: second },
    series: Object.fromEntries(entries) as MarketSlice['series'],
  }
}

const streaming = { state: 'streaming', kind: 'exchange' } as const
const buy: Predictor['predict'] = async () => Float32Array.from([0.8, 0.1, 0.1])

describe('a second', () => {
  it('is answered as the network says, with the last close and the time since it ended', async () => {
    const { emitted, second } = begin({ status: streaming, slice: (at) => sliceAt(at), predict: buy })
    await second(T)
    const { signal } = emitted[0]!
    expect(signal).toMatchObject({ timestamp: T, price: 11, reason: null, action: 'HOLD' })
    expect(signal.scores!.BUY).toBeCloseTo(0.8)
    expect(signal.latencyMs).toBeGreaterThanOrEqual(40)
    expect(signal.emittedAt).toBe(T + Math.round(signal.latencyMs))
  })

  it('is left unanswered once, and a warning said, where the machine’s clock was set back', async () => {
    const hand: Hand = { status: streaming, slice: (at) => sliceAt(at), predict: buy }
    const { emitted, second, warnings } = begin(hand)
    await second(T)
    hand.status = { ...streaming, clockSetBack: { at: shift(T, 500), by: 85_000, ahead: 85_000 } }
    await second(shift(T, 1_000))
    await second(shift(T, 2_000))
    expect(emitted.map(({ signal }) => signal.reason)).toEqual([null, 'clock_went_back', null])
    expect(warnings).toEqual([expect.stringMatching(/^clock_went_back: .* set back by 85 s at 2026-/)])
  })

  it('tells a fault that lasts once, and the next one after an answer', async () => {
    const fails: Predictor['predict'] = () => Promise.reject(new Error('no memory'))
    const hand: Hand = { status: streaming, slice: (at) => sliceAt(at), predict: buy }
    let isFailing = true
    hand.predict = (inputs) => (isFailing ? fails(inputs) : buy(inputs))
    const { emitted, faults, second } = begin(hand)
    for (const n of [0, 1, 2]) await second(shift(T, n * 1_000))
    expect(faults).toHaveLength(1)
    isFailing = false
    await second(shift(T, 3_000))
    isFailing = true
    await second(shift(T, 4_000))
    expect(faults).toHaveLength(2)
    expect(emitted.map(({ signal }) => signal.reason)).toEqual([
      ...Array<string>(3).fill('model_failed'),
      null,
      'model_failed',
    ])
  })

  it.each([
    ['stale_data', { status: { state: 'stale', kind: 'exchange' } }],
    ['stale_data', { status: { state: 'connecting', kind: 'exchange' } }],
    ['stale_data', { slice: (at: EpochMs) => sliceAt(at, { knownTo: shift(at, -1_000) }) }],
    ['non_positive_price', { slice: (at: EpochMs) => sliceAt(at, { lowest: 0 }) }],
    ['non_positive_price', { slice: (at: EpochMs) => sliceAt(at, { lowest: -37.63 }) }],
    ['gaps', { slice: (at: EpochMs) => sliceAt(at, { missing: 6 }) }],
    ['model_failed', { predict: async () => Float32Array.from([Number.NaN, 0, 0]) }],
    ['model_failed', { predict: () => Promise.reject(new Error('no memory')) }],
  ] as const)('is HOLD for %s, without scores or confidence', async (reason, changes) => {
    const hand = { status: streaming, slice: (at: EpochMs) => sliceAt(at), predict: buy, ...changes } as Hand
    const { emitted, second } = begin(hand)
    await second(T)
    await second(shift(T, 1_000))
    for (const { signal } of emitted) {
      expect(signal).toMatchObject({
        action: 'HOLD',
        reason,
        scores: null,
        call: null,
        confidence: { confidence: null },
      })
    }
    expect(emitted).toHaveLength(2)
  })

  it('with few gaps is answered', async () => {
    const { emitted, second } = begin({
      status: streaming,
      slice: (at) => sliceAt(at, { missing: 5 }),
      predict: buy,
    })
    await second(T)
    expect(emitted[0]!.signal.reason).toBeNull()
  })

  it('after an abstention counts towards no call before it', async () => {
    const status = { ...streaming } as Hand['status']
    const hand: Hand = { status, slice: (at) => sliceAt(at), predict: buy }
    const { emitted, second } = begin(hand)
    await second(T)
    hand.status = { ...streaming, state: 'stale' }
    for (const n of [1, 2, 3]) await second(shift(T, n * 1_000))
    hand.status = streaming
    for (const n of [4, 5]) await second(shift(T, n * 1_000))
    expect(emitted.map(({ signal }) => signal.opens)).toEqual([false, false, false, false, false, true])
  })
})

describe('seconds that come faster than they are answered', () => {
  it('are skipped for the newest, and counted as missed', async () => {
    let release: () => void = () => undefined
    const slow: Predictor['predict'] = () =>
      new Promise((resolve) => (release = () => resolve(Float32Array.from([0, 0, 1]))))
    const { emitted, second } = begin({ status: streaming, slice: (at) => sliceAt(at), predict: slow })
    const all = [0, 1, 2, 3].map((n) => second(shift(T, n * 1_000)))
    await expect.poll(() => release).not.toBe(undefined)
    const timer = setInterval(() => release(), 1)
    await Promise.all(all)
    clearInterval(timer)
    expect(emitted.map(({ signal, missed }) => [signal.timestamp - T, missed])).toEqual([
      [0, 0],
      [3_000, 2],
    ])
  })

  it('are never answered twice or backwards', async () => {
    const { emitted, second } = begin({ status: streaming, slice: (at) => sliceAt(at), predict: buy })
    for (const n of [1, 1, 0, 2]) await second(shift(T, n * 1_000))
    expect(emitted.map(({ signal }) => signal.timestamp - T)).toEqual([1_000, 2_000])
  })
})

it('stops after the second it is answering, and closes the network', async () => {
  const { session, emitted, second, listens, isClosed } = begin({
    status: streaming,
    slice: (at) => sliceAt(at),
    predict: buy,
  })
  const answered = second(T)
  await session.stop()
  await answered
  expect(emitted).toHaveLength(1)
  expect(isClosed()).toBe(true)
  expect(listens()).toBe(false)
})

describe('an agent', () => {
  it('opens by its calls, is told its position, and closes when it would rather; a closing is no call', async () => {
    const accounts: (readonly number[] | null)[] = []
    const predict: Predictor['predict'] = async ({ account }) => {
      accounts.push(account === undefined ? null : [...account])
      const wantsOut = account !== undefined && account[2]! >= 3
      return Float32Array.from(wantsOut ? [0.1, 0.8, 0.1] : [0.8, 0.1, 0.1])
    }
    const { emitted, second } = begin({ status: streaming, slice: (at) => sliceAt(at), predict, agent: true })
    for (let i = 0; i < 6; i++) await second(shift(T, i * 1000))
    expect(emitted.map(({ signal }) => signal.intent)).toEqual([
      'hold',
      'open_long',
      'hold',
      'hold',
      'close_long',
      'hold',
    ])
    // Called in the second second, filled at the open of the next, 10; marked at its close, 11.
    expect(emitted[2]!.signal.position).toMatchObject({ side: 'LONG', entry_price: 10, trades: 0 })
    expect(emitted[2]!.signal.position!.unrealised_pct).toBeCloseTo(100 * (0.999 * 1.1 - 1), 9)
    const inPosition = accounts.filter((account) => account !== null)
    expect(inPosition.map(([position, , held]) => [position, held])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
    ])
    const closing = emitted[4]!.signal
    expect([closing.action, closing.call, closing.opens]).toEqual(['SELL', null, false])
    expect(closing.scores!.SELL).toBeCloseTo(0.8)
    const { position } = emitted[5]!.signal
    expect(position).toMatchObject({ side: 'FLAT', trades: 1 })
    expect(position!.realised_pct).toBeCloseTo(100 * (0.999 * 0.999 - 1), 9)
  })

  it('has neither intent nor position where it is none', async () => {
    const { emitted, second } = begin({ status: streaming, slice: (at) => sliceAt(at), predict: buy })
    await second(T)
    expect(emitted[0]!.signal).toMatchObject({ intent: null, position: null })
  })
})

describe('a session that goes on from another process', () => {
  it('says what one process would have said, wherever it is taken up', async () => {
    const scores = [0.8, 0.8, 0.5, 0.1, 0.8, 0.7, 0.1, 0.1, 0.9, 0.9, 0.2, 0.8]
    const predict =
      (at: { n: number }): Predictor['predict'] =>
      async ({ account }) => {
        const buys = scores[at.n]!
        return Float32Array.from(account === undefined ? [buys, 1 - buys, 0] : [1 - buys, buys, 0])
      }
    const run = async (restartsBefore: number): Promise<LiveSignal[]> => {
      const now = { n: 0 }
      const hand: Hand = { status: streaming, slice: (at) => sliceAt(at), predict: predict(now), agent: true }
      let process = begin(hand)
      const all: LiveSignal[] = []
      for (const n of scores.keys()) {
        if (n === restartsBefore) process = begin({ ...hand, memory: process.emitted.at(-1)!.memory })
        now.n = n
        await process.second(shift(T, n * 1_000))
        all.push({ ...process.emitted.at(-1)!.signal, latencyMs: 0, emittedAt: T })
      }
      return all
    }
    const whole = await run(0x7fff)
    expect(whole.filter(({ opens }) => opens).length).toBeGreaterThan(1)
    expect(new Set(whole.map(({ intent }) => intent)).size).toBeGreaterThan(2)
    for (let n = 1; n < scores.length; n++) expect(await run(n), `taken up before ${n}`).toEqual(whole)
  })

  it('counts what nobody answered, and answers nothing again', async () => {
    const hand: Hand = { status: streaming, slice: (at) => sliceAt(at), predict: buy }
    const before = begin(hand)
    for (const n of [0, 1]) await before.second(shift(T, n * 1_000))
    const after = begin({ ...hand, memory: before.emitted.at(-1)!.memory })
    for (const n of [0, 1, 600]) await after.second(shift(T, n * 1_000))
    expect(after.emitted.map(({ signal, missed }) => [signal.timestamp - T, missed])).toEqual([
      [600_000, 598],
    ])
  })

  it('carries an open position over the gap, at what it was filled', async () => {
    const hand: Hand = { status: streaming, slice: (at) => sliceAt(at), predict: buy, agent: true }
    const before = begin(hand)
    for (const n of [0, 1, 2]) await before.second(shift(T, n * 1_000))
    const held = before.emitted.at(-1)!.signal.position!
    expect(held).toMatchObject({ side: 'LONG', entry_price: 10 })
    const after = begin({ ...hand, memory: before.emitted.at(-1)!.memory })
    await after.second(shift(T, 7_200_000))
    expect(after.emitted[0]!.signal.position).toEqual(held)
  })

  it('holds no order that nobody knows the fill of', async () => {
    const hand: Hand = { status: streaming, slice: (at) => sliceAt(at), predict: buy, agent: true }
    const before = begin(hand)
    for (const n of [0, 1]) await before.second(shift(T, n * 1_000))
    expect(before.emitted.at(-1)!.signal.intent).toBe('open_long')
    const after = begin({ ...hand, memory: before.emitted.at(-1)!.memory })
    await after.second(shift(T, 7_200_000))
    expect(after.emitted[0]!.signal.position).toMatchObject({ side: 'FLAT', trades: 0 })
  })

  it('takes the thresholds that its checkpoint has got meanwhile, and says so', async () => {
    const hand: Hand = { status: streaming, slice: (at) => sliceAt(at), predict: buy }
    const before = begin(hand)
    await before.second(T)
    const { memory } = before.emitted[0]!
    const after = begin({ ...hand, memory: { ...memory, rule: { ...RULE, on: 0.9 } } })
    await after.second(shift(T, 1_000))
    expect(after.warnings).toEqual([expect.stringMatching(/calls open at 0\.60, where it was 0\.90/)])
    expect(after.emitted[0]!.memory.rule).toEqual(RULE)
  })
})
