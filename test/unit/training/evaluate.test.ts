// Scoring by call: hits, false calls, what is not scored; accuracy by second; the choice of when calls open.
import { describe, expect, it } from 'vitest'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import { CallTracker } from '../../../src/signals/call-tracker.ts'
import { chooseRule, f1Of, ruleAt } from '../../../src/training/evaluation/choose-rule.ts'
import { marketData } from '../../../src/training/data/training-data.ts'
import {
  callsOf,
  highestScore,
  hoursOf,
  marksIn,
  report,
  reportSeconds,
  type ScoredSeconds,
} from '../../../src/training/evaluation/score-calls.ts'
import { mineFalseCalls } from '../../../src/training/learning/mining.ts'
import { Random } from '../../../src/training/data/random.ts'
import type { Mark } from '../../../src/training/data/targets.ts'

const T = 1_700_000_000_000
const LENGTH = 7200
const market = { venue: 'x', symbol: 'A/B' }
const second = (s: number) => epochMs(T + s * SECOND)
/** A LONG at 1000 s and a SHORT at 4000 s, 300 s each: z is 30 s. */
const marks = [
  { id: 'long', direction: 'LONG' as const, at: 1000 },
  { id: 'short', direction: 'SHORT' as const, at: 4000 },
].map(({ id, direction, at }): Mark => ({
  id,
  direction,
  entry: second(at),
  exit: second(at + 300),
  entryPrice: 100,
  exitPrice: direction === 'LONG' ? 101 : 99,
  trained: true,
}))
const data = [
  marketData({
    market,
    marks,
    holdSpans: [{ from: second(0), to: second(LENGTH) }],
    holdSource: 'reviewed',
    stretches: [],
  }),
]

type Peak = readonly ['BUY' | 'SELL', number, number]
/** P(HOLD) 0.9 everywhere, but for three seconds from each of these on. */
function scores(...peaks: Peak[]): ScoredSeconds {
  const out = new Float32Array(3 * LENGTH)
  for (let s = 0; s < LENGTH; s++) out.set([0.05, 0.05, 0.9], 3 * s)
  for (const [action, from, score] of peaks) {
    const rest = (1 - score) / 2
    const row = action === 'BUY' ? [score, rest, rest] : [rest, score, rest]
    for (let s = from; s < from + 3; s++) out.set(row, 3 * s)
  }
  return { market, from: second(0), scores: out }
}
function reportOf(part: ScoredSeconds, on = 0.6) {
  const all = report([part], marksIn([part], data), data, ruleAt(on, 30))
  return {
    hits: all.hits.map(({ mark }) => mark.id),
    falseAt: all.falseCalls.map(({ opensAt }) => (opensAt - T) / SECOND),
    missed: all.missed.map(({ id }) => id),
  }
}

describe('calls', () => {
  it('hit in [T − z, T + 3z), in the right direction', () => {
    expect(reportOf(scores(['BUY', 969, 0.9], ['SELL', 4088, 0.9]))).toEqual({
      hits: ['long', 'short'],
      falseAt: [],
      missed: [],
    })
    expect(reportOf(scores(['BUY', 968, 0.9])).hits).toEqual([])
    expect(reportOf(scores(['BUY', 1089, 0.9])).hits).toEqual([])
  })
  it('are false anywhere else, and in the wrong direction', () => {
    expect(reportOf(scores(['SELL', 1010, 0.9], ['BUY', 2000, 0.9], ['BUY', 1150, 0.9]))).toEqual({
      hits: [],
      falseAt: [1011, 1151, 2001],
      missed: ['long', 'short'],
    })
  })
  it('are not scored in neutral seconds, nor when they repeat a hit', () => {
    const twice = scores(['BUY', 969, 0.9], ['BUY', 1060, 0.9], ['BUY', 1290, 0.9])
    expect(reportOf(twice)).toEqual({ hits: ['long'], falseAt: [], missed: ['short'] })
  })
  it('do not count an annotation that the model never spoke on', () => {
    const part = scores()
    part.scores.fill(Number.NaN, 3 * 3000)
    expect(marksIn([part], data).map(({ mark }) => mark.id)).toEqual(['long'])
    expect(hoursOf([part])).toBeCloseTo(3000 / 3600, 9)
  })
  it('know the best score around an annotation', () => {
    const part = scores(['BUY', 1020, 0.55])
    const [long] = marksIn([part], data)
    expect(highestScore([part], long!)).toBeCloseTo(0.55, 6)
  })
})

it('classifies entry-zone and HOLD seconds, with the majority beside it', () => {
  const { accuracy, majorityFloor, n } = reportSeconds([scores(['BUY', 1000, 0.9], ['BUY', 2000, 0.9])], data)
  // Each mark takes 60 s before and after its zone of 30 s, and 61 s around its exit, out of the scoring.
  const neutral = 2 * (30 + 60 + 61)
  expect(n).toBe(LENGTH - neutral)
  expect(majorityFloor).toBeCloseTo((n - 60) / n, 9)
  expect(accuracy).toBeCloseTo((n - 60 + 3 - 3) / n, 9)
})

describe('the choice of the rule', () => {
  /** Ten LONGs, 600 s apart from 600 s on. */
  const ten = Array.from({ length: 10 }, (_, i): Mark => ({
    ...marks[0]!,
    id: String(i),
    entry: second(600 * (i + 1)),
    exit: second(600 * (i + 1) + 300),
  }))
  const many = [marketData({ ...data[0]!, marks: ten })]
  const hits = (scored: readonly number[]) => scored.map((score, i) => ['BUY', 600 * (i + 1), score] as const)
  const wrong = (scored: readonly number[]) =>
    scored.map((score, i) => ['SELL', 600 * (i + 1) + 450, score] as const)
  const choose = (falseCallsPerHour: number, ...peaks: Peak[]) => priced(0.5, falseCallsPerHour, ...peaks)
  const priced = (falseCallPrice: number, falseCallsPerHour: number, ...peaks: Peak[]) => {
    const part = scores(...peaks)
    const terms = { falseCallsPerHour, falseCallPrice, pauseSeconds: 30 }
    return chooseRule([part], marksIn([part], many), many, terms)
  }

  it('is the middle of those that do equally well', () => {
    const { rule, report: chosen } = choose(1, ...hits(ten.map(() => 0.9)), ...wrong([0.2, 0.2]))
    expect(f1Of(chosen)).toBe(1)
    expect(rule.on).toBeGreaterThan(0.4)
    expect(rule.on).toBeLessThan(0.8)
    expect(rule.off).toBeCloseTo(rule.on / 2, 9)
  })
  it('makes a call that is right often enough for its price, and no other', () => {
    // Below 0.6 there are four more hits and as many false calls.
    const sure = hits([0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.6, 0.6, 0.6, 0.6])
    const peaks = [...sure, ...wrong([0.6, 0.6, 0.6, 0.6])]
    expect(priced(0.25, 3, ...peaks).report.hits).toHaveLength(10)
    expect(priced(3, 3, ...peaks).report.falseCalls).toEqual([])
    expect(priced(3, 3, ...peaks).report.hits).toHaveLength(6)
  })
  it('is silent where calls cost more than they bring', () => {
    const { report: chosen } = choose(3, ...wrong([0.5, 0.6, 0.7]))
    expect(chosen.falseCalls).toEqual([])
  })
  it('does not count silence as equal where there are few hits', () => {
    const { report: chosen } = choose(3, ...hits([0.6, 0.6]))
    expect(chosen.hits.length).toBeGreaterThan(0)
  })
  it('never has more false calls an hour than it may', () => {
    const peaks = [...hits([0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.5, 0.5, 0.5]), ...wrong(Array(5).fill(0.7))]
    const strict = choose(1, ...peaks)
    expect(strict.rule.on).toBeGreaterThan(0.7)
    expect(strict.report.falseCalls).toEqual([])
    expect(strict.report.hits).toHaveLength(7)
    expect(choose(3, ...peaks).report.hits).toHaveLength(10)
  })
  it('is the quietest where all are too loud', () => {
    const peaks = [...hits([0.9]), ...wrong(Array(9).fill(0.999)), ...wrong([])]
    expect(choose(1, ...peaks).report.falseCalls).toHaveLength(9)
  })
})

describe("the model's own false calls", () => {
  const ranges = [{ stretch: 0, from: second(0), to: second(LENGTH) }]
  const score = (peaks: readonly number[]) => async (_: unknown, stride: number) => {
    const out = new Float32Array(3 * Math.ceil(LENGTH / stride))
    for (let i = 0; i < out.length / 3; i++) {
      const near = peaks.findIndex((peak) => Math.abs(i * stride - peak) < 15)
      out.set(near < 0 ? [0.1, 0.1, 0.8] : [0.1, 0.6 + 0.05 * near, 0.3 - 0.05 * near], 3 * i)
    }
    return out
  }
  const plan = { afterEpoch: 1, count: 2, ranges, seconds: 10 }

  it('are the likeliest entries, one for each call', async () => {
    const mined = await mineFalseCalls(plan, score([500, 3000, 6000]))
    expect(mined.map(({ instant }) => Math.round((instant - T) / SECOND / 100))).toEqual([60, 30])
    expect(mined.every(({ label, source }) => label === 2 && source === 'model')).toBe(true)
  })
  it('are none where HOLD is likeliest everywhere', async () => {
    expect(await mineFalseCalls(plan, score([]))).toEqual([])
  })
})

it('makes the calls that the tracker makes of every second', () => {
  const random = new Random(5, 77)
  const part = scores()
  for (let s = 0; s < LENGTH; s++) {
    const [buy, sell] = [random.uniform() ** 4, random.uniform() ** 4]
    const isSilent = random.uniform() < 0.05
    part.scores.set(isSilent ? [NaN, NaN, NaN] : [buy / 2, sell / 2, 1 - buy / 2 - sell / 2], 3 * s)
  }
  for (const on of [0.1, 0.25, 0.4, 0.45]) {
    const tracker = new CallTracker(ruleAt(on, 30))
    const calls: string[] = []
    for (let s = 0; s < LENGTH; s++) {
      const [BUY, SELL, HOLD] = part.scores.subarray(3 * s, 3 * s + 3) as unknown as [number, number, number]
      const { call, opens } = tracker.feed(second(s), Number.isNaN(BUY) ? null : { BUY, SELL, HOLD })
      if (opens) calls.push(`${call!.action} ${call!.id}`)
    }
    expect(callsOf([part], ruleAt(on, 30)).map(({ action, id }) => `${action} ${id}`)).toEqual(calls)
    expect(calls.length).toBeGreaterThan(10)
  }
})
