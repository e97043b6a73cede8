// Figures worked out by hand: calls, seconds, trading, reliability, and when they say nothing.
import { describe, expect, it } from 'vitest'
import { SECOND, epochMs } from '../../../../src/core/time.ts'
import { ruleAt } from '../../../../src/training/evaluation/choose-rule.ts'
import { marketData, stretchOf, type MarketData } from '../../../../src/training/data/training-data.ts'
import {
  marksIn,
  matchCalls,
  report,
  type MarketCall,
  type ScoredSeconds,
} from '../../../../src/training/evaluation/score-calls.ts'
import { callFigures } from '../../../../src/training/evaluation/call-figures.ts'
import { FEWEST, figure, quantiles, shareFigure, spread } from '../../../../src/training/evaluation/enough.ts'
import { majorityFloor, plainRuleFloor, randomFloor } from '../../../../src/training/evaluation/floors.ts'
import { reliabilityOf } from '../../../../src/training/evaluation/reliability.ts'
import { majorityFigures, secondFigures } from '../../../../src/training/evaluation/second-figures.ts'
import { seedFigures } from '../../../../src/training/evaluation/seeds.ts'
import { figuresOfNets, medianHolding, tradingFigures } from '../../../../src/training/evaluation/trading.ts'
import type { Exam } from '../../../../src/training/evaluation/scorecard.ts'
import type { Mark } from '../../../../src/training/data/targets.ts'
import { uniquenessOf } from '../../../../src/training/examples/uniqueness.ts'
import { START, sliceOfCloses } from '../demo-slice.ts'

const LENGTH = 7200
const market = { venue: 'test', symbol: 'A/B' }
const second = (s: number) => epochMs(START + s * SECOND)
/** 100 until 3000 s, then one unit up every 100 s for 1000 s, and 110 from there on. */
const closes = Array.from(
  { length: LENGTH + 400 },
  (_, s) => 100 + Math.max(0, Math.min(10, Math.floor((s - 3000) / 100))),
)
const slice = sliceOfCloses(START, closes)
const stretch = stretchOf(slice, { from: second(0), to: second(LENGTH) })

/** Ten LONGs and SHORTs in turn, 500 s apart from 600 s on, 200 s long: z is 20 s. */
const marks = Array.from({ length: 10 }, (_, i): Mark => ({
  id: String(i),
  direction: i % 2 === 0 ? 'LONG' : 'SHORT',
  entry: second(600 + 500 * i),
  exit: second(800 + 500 * i),
  entryPrice: 100,
  exitPrice: i % 2 === 0 ? 104 : 96,
  trained: true,
}))
const data: MarketData = marketData({
  market,
  marks,
  holdSpans: [{ from: second(0), to: second(LENGTH) }],
  holdSource: 'reviewed',
  stretches: [stretch],
})

function scores(peaks: readonly (readonly ['BUY' | 'SELL', number, number])[]): ScoredSeconds {
  const out = new Float32Array(3 * LENGTH)
  for (let s = 0; s < LENGTH; s++) out.set([0.05, 0.05, 0.9], 3 * s)
  for (const [action, from, score] of peaks) {
    const rest = (1 - score) / 2
    for (let s = from; s < from + 3; s++)
      out.set(action === 'BUY' ? [score, rest, rest] : [rest, score, rest], 3 * s)
  }
  return { market, from: second(0), scores: out }
}
const at = (i: number) => 600 + 500 * i
/** Eight of ten hit, four seconds after the entry and one more for two of three; two false SELLs. */
const peaks = [
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((i) => [i % 2 === 0 ? 'BUY' : 'SELL', at(i) + 3, 0.8] as const),
  ['SELL', 5700, 0.8] as const,
  ['SELL', 6200, 0.8] as const,
]
const part = scores(peaks)
const exam: Exam = {
  markets: [data],
  seconds: [part],
  marks: marksIn([part], [data]),
  uniqueness: uniquenessOf([data]),
  holding: medianHolding([data]),
  falseCallsPerHour: 1,
  falseCallPrice: 0.5,
  pauseSeconds: 20,
}
const call = (action: 'BUY' | 'SELL', s: number): MarketCall => ({
  id: '',
  action,
  opensAt: second(s),
  score: 0.8,
  market,
})

describe('enough', () => {
  it('says in words what it is short of', () => {
    expect(shareFigure('annotations', 3, 4)).toEqual({
      value: null,
      n: 4,
      interval: null,
      reason: '4 annotations: too few, at least 5',
    })
    expect(shareFigure('annotations', 4, 5).value).toBe(0.8)
    expect(figure('hours', 0.5, () => 1).reason).toBe('0.5 hours of scored seconds: too few, at least 1')
  })
  it('takes Wilson for shares', () => {
    // 8 of 10: (0.490, 0.943), the textbook's.
    const [low, high] = shareFigure('calls', 8, 10).interval!
    expect(low).toBeCloseTo(0.4902, 4)
    expect(high).toBeCloseTo(0.9433, 4)
  })
  it('interpolates quartiles', () => {
    const of = quantiles([4, 1, 3, 2])
    expect([of(0), of(0.25), of(0.5), of(0.75), of(1)]).toEqual([1, 1.75, 2.5, 3.25, 4])
    expect(spread('hits', [1, 2, 3]).median).toBeNull()
    expect(spread('hits', [1, 2, 3]).reason).toContain('3 hits')
  })
})

describe('calls', () => {
  const all = report([part], exam.marks, [data], ruleAt(0.6, 20))
  const figures = callFigures(all, [data], exam.uniqueness)
  it('are counted by direction', () => {
    expect(figures.all).toMatchObject({ annotations: 10, calls: 10, hits: 8, false_calls: 2, missed: 2 })
    expect(figures.BUY).toMatchObject({ annotations: 5, calls: 4, hits: 4, false_calls: 0, missed: 1 })
    expect(figures.SELL).toMatchObject({ annotations: 5, calls: 6, hits: 4, false_calls: 2, missed: 1 })
    expect(figures.all.recall.value).toBe(0.8)
    expect(figures.all.precision.value).toBe(0.8)
    expect(figures.all.f1.value).toBe(0.8)
    expect(figures.all.false_calls_per_hour.value).toBe(1)
    expect(figures.BUY.precision).toMatchObject({ value: null, n: 4 })
  })
  it('come so many seconds after the entry, with so much of the move left', () => {
    // Two of three seconds over `on`: the call opens four seconds after the entry.
    expect(figures.all.delay_seconds).toMatchObject({ median: 4, lower_quartile: 4, upper_quartile: 4, n: 8 })
    // Marks 0 to 4 enter at 100. At 3100, 3600 and 4100 s the close is 101, 106 and 110: of the way to 96, (96 − 101)/(96 − 100) = 1.25;
    // to 104, (104 − 106)/4 = −0.5; to 96, (96 − 110)/(−4) = 3.5.
    expect(figures.all.move_left.value).toBeCloseTo((5 + 1.25 - 0.5 + 3.5) / 8, 9)
  })
  it('of annotations that overlap weigh less', () => {
    const half = new Map(marks.map(({ id }, i) => [id, i >= 8 ? 0.5 : 1]))
    expect(callFigures(all, [data], half).all.weighted_recall.value).toBeCloseTo(8 / 9, 9)
  })
  it('are matched alike however many marks there are', () => {
    const calls = [call('BUY', 600), call('SELL', 650), call('BUY', 700)]
    const { hits, falseCalls } = matchCalls(calls, exam.marks, [data])
    expect(hits.map(({ mark }) => mark.id)).toEqual(['0'])
    expect(falseCalls.map(({ opensAt }) => (opensAt - START) / SECOND)).toEqual([650, 700])
  })
})

describe('seconds', () => {
  /** The price runs through some zones, which end early then. */
  const zoneSeconds = (side: 'BUY' | 'SELL') =>
    data.targets.zones
      .filter(({ label }) => label === side)
      .reduce((sum, { from, to }) => sum + (to - from) / SECOND, 0)
  it('are scored by log loss and Brier', () => {
    const flat = scores([])
    const { accuracy, log_loss, brier } = secondFigures([flat], [data])
    const n = accuracy.n
    const entries = zoneSeconds('BUY') + zoneSeconds('SELL')
    expect(accuracy.value).toBeCloseTo((n - entries) / n, 9)
    const share = entries / n
    expect(log_loss.value).toBeCloseTo(-share * Math.log(0.05) - (1 - share) * Math.log(0.9), 5)
    const wrong = 0.95 ** 2 + 0.05 ** 2 + 0.9 ** 2
    expect(brier.value).toBeCloseTo(share * wrong + (1 - share) * (0.1 ** 2 + 2 * 0.05 ** 2), 5)
    expect(accuracy.interval).toBeNull()
  })
  it('of the majority are those of the best constant', () => {
    const flat = scores([])
    const { accuracy, log_loss, brier } = majorityFigures([flat], [data])
    const [buy, sell] = [zoneSeconds('BUY') / accuracy.n, zoneSeconds('SELL') / accuracy.n]
    const hold = 1 - buy - sell
    expect(accuracy.value).toBeCloseTo(hold, 9)
    expect(log_loss.value).toBeCloseTo(
      -buy * Math.log(buy) - sell * Math.log(sell) - hold * Math.log(hold),
      6,
    )
    // Σ p (1 − p), the impurity of Gini.
    expect(brier.value).toBeCloseTo(1 - buy ** 2 - sell ** 2 - hold ** 2, 6)
  })
  it('too few say so', () => {
    const short = { ...part, scores: part.scores.subarray(0, 3 * 500) }
    expect(secondFigures([short], [data]).log_loss.reason).toContain('500 scored seconds')
  })
})

describe('trading', () => {
  it('enters at the last close, leaves after the median holding time, pays both fees', () => {
    expect(medianHolding([data])).toBe(200 * SECOND)
    // As of 3400 s the last close is 103, as of 3600 s 105.
    const nets = [100 * (105 / 103 - 1) - 0.2, -100 * (105 / 103 - 1) - 0.2]
    const calls = [
      ...Array<MarketCall>(15).fill(call('BUY', 3400)),
      ...Array<MarketCall>(5).fill(call('SELL', 3400)),
    ]
    const figures = tradingFigures(calls, [data], medianHolding([data]))
    expect(figures).toMatchObject({ calls: 20, holding_seconds: 200, fee_pct_per_side: 0.1 })
    expect(figures.expectancy_pct.value).toBeCloseTo((15 * nets[0]! + 5 * nets[1]!) / 20, 9)
    expect(figures.hit_rate.value).toBe(0.75)
    expect(figures.profit_factor.value).toBeCloseTo((15 * nets[0]!) / (-5 * nets[1]!), 9)
  })
  it('falls from its peak', () => {
    const nets = [1, 1, -1, -2, 1, -1, 5, -1, ...Array<number>(12).fill(1)]
    expect(figuresOfNets(nets, 0).max_drawdown_pct.value).toBe(3)
  })
  it('has no profit factor where nothing was lost, and nothing at all of few calls', () => {
    const won = figuresOfNets(Array<number>(20).fill(1), 0)
    expect(won.profit_factor).toMatchObject({
      value: null,
      reason: expect.stringContaining('nothing to divide') as string,
    })
    expect(figuresOfNets(Array<number>(19).fill(1), 0).expectancy_pct).toMatchObject({
      value: null,
      reason: `19 calls: too few, at least ${FEWEST.trades}`,
    })
  })
})

describe('reliability', () => {
  const calls = (score: number, hits: number, n: number) =>
    Array.from({ length: n }, (_, i) => ({ score, hit: i < hits }))
  it('is the mean distance of scores from hit shares', () => {
    const { ece, brier, bins, n } = reliabilityOf([
      ...calls(0.75, 15, 20),
      ...calls(0.55, 2, 20),
      ...calls(1, 1, 2),
    ])
    expect(n).toBe(42)
    expect(ece.value).toBeCloseTo((20 * 0.45 + 2 * 0.5) / 42, 9)
    expect(brier.value).toBeCloseTo(
      (15 * 0.25 ** 2 + 5 * 0.75 ** 2 + 2 * 0.45 ** 2 + 18 * 0.55 ** 2 + 1) / 42,
      9,
    )
    expect(bins[7]).toMatchObject({ n: 20, mean_score: 0.75, hit_share: 0.75 })
    expect(bins[9]).toMatchObject({ n: 2, mean_score: 1, hit_share: null, interval: null })
    expect(bins[0]).toMatchObject({ from: 0, to: 0.1, n: 0, mean_score: null })
  })
  it('says how confidence is made', () => {
    expect(reliabilityOf(calls(0.7, 2, 4)).method).toBe('none')
    expect(reliabilityOf(calls(0.7, 20, 29)).ece.reason).toContain('29 calls')
    expect(reliabilityOf(calls(0.7, 3, 5)).method).toBe('logistic')
    expect(reliabilityOf(calls(0.7, 20, 1000)).method).toBe('isotonic')
  })
})

describe('floors', () => {
  it('saying HOLD always misses everything', () => {
    const { scores: of } = majorityFloor(exam)
    expect(of.calls.all).toMatchObject({ calls: 0, hits: 0, missed: 10 })
    expect(of.calls.all.precision.reason).toContain('0 calls')
    expect(of.calls.all.recall.value).toBe(0)
    expect(of.seconds!.accuracy.value).toBeGreaterThan(0.9)
  })
  it('chance hits as often as the windows are long', () => {
    const calls = [
      ...Array<MarketCall>(30).fill(call('BUY', 0)),
      ...Array<MarketCall>(10).fill(call('SELL', 0)),
    ]
    const { scores: of } = randomFloor(exam, calls, 5)
    // 5 BUY windows of 80 s in 7200 s: with 30 BUYs a window is met with 1 − (1 − 80/7200)^30, each annotation once.
    const met = (n: number) => 1 - (1 - 80 / LENGTH) ** n
    expect(of.calls.all.hits).toBeCloseTo(5 * met(30) + 5 * met(10), 0)
    expect(of.calls.BUY.hits / of.calls.SELL.hits).toBeGreaterThan(1.5)
    expect(of.calls.all.precision.interval).toBeNull()
    expect(randomFloor(exam, calls, 5)).toEqual(randomFloor(exam, calls, 5))
  })
  it('the plain rule calls where the close leaves the range', () => {
    const { scores: of, about } = plainRuleFloor(exam)
    // From 3100 s on the price rises, and no annotated entry but those of 3100, 3600 and 4100 s (SHORT, LONG, SHORT) is near.
    expect(about).toContain('ATR')
    expect(of.calls.all.annotations).toBe(10)
    expect(of.calls.SELL.hits).toBe(0)
  })
})

it('seeds give a mean and a deviation, of those that have the figure', () => {
  const of = (f1: number | null) => {
    const card = { ...majorityFloor(exam).scores }
    const f1Of = { value: f1, n: 10, interval: null, reason: f1 === null ? 'none' : null }
    return { ...card, calls: { ...card.calls, all: { ...card.calls.all, f1: f1Of } } }
  }
  const found = seedFigures([of(0.5), of(0.7), of(null)]).find(({ name }) => name === 'f1')!
  expect(found.mean).toBeCloseTo(0.6, 12)
  expect(found.sd).toBeCloseTo(Math.SQRT2 / 10, 12)
  expect(found.values).toEqual([0.5, 0.7, null])
  expect(seedFigures([of(0.5)]).find(({ name }) => name === 'f1')!.sd).toBeNull()
})
