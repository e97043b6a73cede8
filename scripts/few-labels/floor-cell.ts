// The floors of a cell, trained or tuned on the same annotations: a regression, the plain rule, and chance.
import { at } from '../../src/core/at.ts'
import { SECOND, ceilTo, type EpochMs } from '../../src/core/time.ts'
import { RuleScores } from '../../src/market-state/plain-rule.ts'
import { StateSweep } from '../../src/market-state/sweep.ts'
import type { CallRule } from '../../src/signals/signal.ts'
import { PURPOSE, Random } from '../../src/training/data/random.ts'
import { secondsIn, type SecondsRange, type TrainingData } from '../../src/training/data/training-data.ts'
import { choose, chooseRule, unchosenRule } from '../../src/training/evaluation/choose-rule.ts'
import { fitOn, scoreLike, Summaries } from '../../src/training/evaluation/logistic-floor.ts'
import {
  callsOf,
  hoursOf,
  marksIn,
  matchCalls,
  type MarketCall,
  type ScoredSeconds,
} from '../../src/training/evaluation/score-calls.ts'
import { medianHolding } from '../../src/training/evaluation/trading.ts'
import { allStretches } from '../../src/training/examples/example.ts'
import type { Job } from '../../src/training/learning/job.ts'
import { planRun, type Plan } from '../../src/training/runs/plan.ts'
import { mostFolds, ranked, TERMS, type CellResult, type CellTask, type Ranked } from './cell.ts'
import type { CellScore, TestPlace } from './place.ts'

export const FLOORS = ['logistic regression', 'plain rule', 'one random call an hour'] as const

const CHANCE_DRAWS = 200

/** The floors, trained or tuned on the same annotations; chance as often as the limit of false calls allows. */
export function floorCell(floor: (typeof FLOORS)[number], task: CellTask): CellResult {
  const began = performance.now()
  const { data } = task.training
  const holding = medianHolding(data.markets)
  const score = () => {
    if (floor === 'one random call an hour') return chance(task, holding)
    const calls = floor === 'plain rule' ? ruleCalls(task) : regressionCalls(task)
    const { calls: called, ...rest } = calls
    return { ...task.test.score(called, holding), ...rest }
  }
  return { on: null, ...score(), loss: null, seconds: (performance.now() - began) / SECOND }
}

function planOf({ training: { data }, seed }: CellTask): Plan {
  // Of the options only the seed has a say in examples and folds.
  const options = { seed, epochs: 1, threads: 1 }
  return planRun(data, options, { mostFolds: mostFolds(data) })
}

interface FloorCalls extends Ranked {
  readonly calls: MarketCall[]
  readonly on: number
}

function regressionCalls(task: CellTask): FloorCalls {
  const { data } = task.training
  const plan = planOf(task)
  const own = allStretches(data.markets)
  const slices = [...own.map(({ slice }) => slice), task.test.slice]
  const states = task.kept?.summaries ?? new Summaries(slices.map((slice) => new StateSweep(slice)))
  const scoreAll = (job: Job, range: SecondsRange, market: ScoredSeconds['market']): ScoredSeconds => ({
    market,
    from: ceilTo(range.from, SECOND),
    scores: scoreLike(new Float32Array(3 * secondsIn(range)), range, fitOn(job.examples, states), states),
  })
  const folds = plan.seeds[0]?.jobs ?? []
  const seconds = folds.flatMap((job) =>
    job.evaluate.map((range) => scoreAll(job, range, own[range.stretch]!.market)),
  )
  const rule = chosenBy(data, plan, seconds)
  const tested = task.test.ranges.map((range) =>
    scoreAll(at(plan.jobs, 0), { ...range, stretch: own.length }, task.test.slice.market),
  )
  return { calls: callsOf(tested, rule), on: rule.on, ...ranked(tested, task.test) }
}

function chosenBy(
  { markets }: TrainingData,
  { pauseSeconds }: Plan,
  seconds: readonly ScoredSeconds[],
): CallRule {
  const marks = marksIn(seconds, markets)
  if (marks.length === 0) return unchosenRule(pauseSeconds)
  return chooseRule(seconds, marks, markets, { ...TERMS, pauseSeconds }).rule
}

/** k is chosen on the training stretch as `on` is. */
function ruleCalls({ training: { data }, test, ...rest }: CellTask): FloorCalls {
  const plan = planOf({ training: { data, hours: 0, close: () => {} }, test, ...rest })
  const own = allStretches(data.markets)
  const rules = own.map((stretch) => new RuleScores(stretch.slice, stretch.bars))
  // All seconds of the training stretch, as if a model had spoken on them.
  const seconds = own.map(({ market, range }) => ({
    market,
    from: ceilTo(range.from, SECOND),
    scores: new Float32Array(3 * secondsIn(range)),
  }))
  const marks = marksIn(seconds, data.markets)
  const tried = Array.from({ length: 51 }, (_, i) => {
    const k = i / 10
    const calls = own.flatMap(({ market, range }, s) =>
      rules[s]!.calls(k, plan.pauseSeconds, range).map((call) => ({ ...call, id: '', score: 1, market })),
    )
    return { k, report: { ...matchCalls(calls, marks, data.markets), hours: hoursOf(seconds) } }
  })
  const { k } = choose(tried, TERMS)
  const rule = new RuleScores(test.slice, test.bars)
  const calls = test.ranges.flatMap((range) => rule.calls(k, plan.pauseSeconds, range))
  return { calls: calls.map((call) => ({ ...call, id: '', score: 1, market: test.slice.market })), on: k }
}

function chance({ test, seed }: CellTask, holding: number): CellScore {
  const random = new Random(seed, PURPOSE.caller)
  const count = Math.round(test.hours * TERMS.falseCallsPerHour)
  const draws = Array.from({ length: CHANCE_DRAWS }, () => {
    const calls = Array.from({ length: count }, (): MarketCall => ({
      id: '',
      action: random.uniform() < 0.5 ? 'BUY' : 'SELL',
      opensAt: secondOf(test, random),
      score: 1,
      market: test.slice.market,
    }))
    return test.score(
      calls.sort((a, b) => a.opensAt - b.opensAt),
      holding,
    )
  })
  const over = (of: (score: CellScore) => number | null) => {
    const values = draws.map(of).filter((value) => value !== null)
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  return {
    calls: count,
    recall: over(({ recall }) => recall),
    precision: over(({ precision }) => precision),
    f1: over(({ f1 }) => f1),
    falseCallsPerHour: over(({ falseCallsPerHour }) => falseCallsPerHour),
    netPct: over(({ netPct }) => netPct),
  }
}

/** Any of the test's seconds. */
function secondOf({ ranges }: TestPlace, random: Random): EpochMs {
  let left = random.below(ranges.reduce((sum, { from, to }) => sum + to - from, 0))
  for (const { from, to } of ranges) {
    if (left < to - from) return ceilTo(from + left, SECOND)
    left -= to - from
  }
  throw new RangeError('a test without seconds')
}
