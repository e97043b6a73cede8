// What a model has to beat on the same seconds: saying HOLD always, chance, the plain rule.
import { at } from '../../core/at.ts'
import type {
  CallFigures,
  Figure,
  Floor,
  Scorecard,
  Spread,
  TradingFigures,
} from '../../contract/validation.ts'
import { SECOND, epochMs } from '../../core/time.ts'
import { ACTIONS } from '../../models/model.ts'
import { choose } from './choose-rule.ts'
import { dataOf } from '../data/training-data.ts'
import { hoursOf, matchCalls, type CallReport, type MarketCall, type ScoredSeconds } from './score-calls.ts'
import { RuleScores } from '../../market-state/plain-rule.ts'
import { PURPOSE, Random } from '../data/random.ts'
import { mean } from './enough.ts'
import { scorecardOf, type Exam } from './scorecard.ts'
import { majorityFigures } from './second-figures.ts'

/** Draws of the random caller, whose figures are their means. */
const DRAWS = 200
/** Candidates of the plain rule's k: 0 to 5 ATR. */
const LARGEST_K = 5
const K_STEP = 0.1

/** Always HOLD; its probabilities are the shares of the classes among the scored seconds. */
export function majorityFloor(exam: Exam): Floor {
  const report = reportOf(exam, [])
  return {
    id: 'majority',
    name: 'Always HOLD',
    about: 'Never calls. Its probabilities are the shares of BUY, SELL and HOLD among the scored seconds.',
    scores: { ...scorecardOf(exam, [], report, null), seconds: majorityFigures(exam.seconds, exam.markets) },
  }
}

/** As many calls as the model made, of each side, at random scored seconds. */
export function randomFloor(exam: Exam, modelCalls: readonly MarketCall[], seed: number): Floor {
  const random = new Random(seed, PURPOSE.caller)
  const hours = hoursOf(exam.seconds)
  const draws = Array.from({ length: DRAWS }, () => {
    const calls = randomCalls(exam.seconds, modelCalls, random)
    return scorecardOf(exam, calls, reportOf(exam, calls, hours), null)
  })
  return {
    id: 'random',
    name: 'Random caller',
    about: `As many calls of each side as the model made, at random scored seconds: the mean of ${DRAWS} draws.`,
    scores: meanScorecard(draws),
  }
}

function randomCalls(
  seconds: readonly ScoredSeconds[],
  like: readonly MarketCall[],
  random: Random,
): MarketCall[] {
  const total = seconds.reduce((sum, { scores }) => sum + scores.length / ACTIONS.length, 0)
  const anySecond = () => {
    for (;;) {
      let row = random.below(total)
      const part = seconds.find(({ scores }) => {
        if (row < scores.length / ACTIONS.length) return true
        row -= scores.length / ACTIONS.length
        return false
      })
      if (part === undefined) throw new RangeError('no seconds to draw calls of')
      if (!Number.isNaN(part.scores[row * ACTIONS.length])) {
        return { market: part.market, opensAt: epochMs(part.from + row * SECOND) }
      }
    }
  }
  return like
    .map(({ action }) => ({ ...anySecond(), action, id: 'random', score: 0 }))
    .sort((a, b) => a.opensAt - b.opensAt)
}

/** A close beyond the half hour's range by k ATR; k is chosen as the model's `on` is, on the same seconds. */
export function plainRuleFloor(exam: Exam): Floor {
  const choices = Array.from({ length: Math.round(LARGEST_K / K_STEP) + 1 }, (_, i) => i * K_STEP)
  const rules = rulesOf(exam)
  const hours = hoursOf(exam.seconds)
  const tried = choices.map((k) => {
    const calls = rules(k)
    return { k, calls, report: reportOf(exam, calls, hours) }
  })
  const { k, calls, report } = choose(tried, exam)
  return {
    id: 'plain_rule',
    name: 'Plain rule',
    about: `A 1s close beyond the range of the last 30 minutes by ${k.toFixed(1)} ATR (14 minutes); that factor is chosen as the model's threshold is.`,
    scores: scorecardOf(exam, calls, report, null),
  }
}

/** The rule's calls at k, on seconds that the model spoke on. */
function rulesOf({ markets, seconds, pauseSeconds }: Exam): (k: number) => MarketCall[] {
  const known = new Map<unknown, RuleScores>()
  const parts = seconds.map((part) => {
    const to = epochMs(part.from + (part.scores.length / ACTIONS.length) * SECOND)
    const range = { from: part.from, to }
    const stretch = dataOf(markets, part.market).stretches.find(
      (each) => range.from >= each.range.from && range.from < each.range.to,
    )
    if (stretch === undefined) throw new RangeError(`no stretch holds ${range.from}`)
    const rule = known.get(stretch) ?? new RuleScores(stretch.slice, stretch.bars)
    known.set(stretch, rule)
    return { part, range, rule }
  })
  return (k) =>
    parts.flatMap(({ part, range, rule }) =>
      rule
        .calls(k, pauseSeconds, range)
        .filter(
          ({ opensAt }) => !Number.isNaN(part.scores[((opensAt - part.from) / SECOND) * ACTIONS.length]),
        )
        .map(({ action, opensAt }) => ({ id: 'rule', action, opensAt, market: part.market, score: 1 })),
    )
}

export function reportOf(
  { markets, seconds, marks }: Exam,
  calls: readonly MarketCall[],
  hours = hoursOf(seconds),
): CallReport {
  return { ...matchCalls(calls, marks, markets), hours }
}

/** Each figure's mean over the scorecards that have it. */
function meanScorecard(all: readonly Scorecard[]): Scorecard {
  const of = (which: 'all' | 'BUY' | 'SELL') => meanCalls(all.map(({ calls }) => calls[which]))
  return {
    calls: { all: of('all'), BUY: of('BUY'), SELL: of('SELL') },
    seconds: null,
    trading: meanTrading(all.map(({ trading }) => trading)),
  }
}

function meanCalls(all: readonly CallFigures[]): CallFigures {
  const number = (key: 'annotations' | 'calls' | 'hits' | 'false_calls' | 'missed') =>
    mean(all.map((one) => one[key]))
  const of = (
    key: 'precision' | 'recall' | 'weighted_recall' | 'f1' | 'false_calls_per_hour' | 'move_left',
  ) => meanFigure(all.map((one) => one[key]))
  return {
    annotations: number('annotations'),
    calls: number('calls'),
    hits: number('hits'),
    false_calls: number('false_calls'),
    missed: number('missed'),
    precision: of('precision'),
    recall: of('recall'),
    weighted_recall: of('weighted_recall'),
    f1: of('f1'),
    false_calls_per_hour: of('false_calls_per_hour'),
    delay_seconds: NO_DELAY,
    move_left: of('move_left'),
  }
}

const NO_DELAY: Spread = {
  median: null,
  lower_quartile: null,
  upper_quartile: null,
  n: 0,
  reason: 'hits by chance come at any second alike',
}

function meanTrading(all: readonly TradingFigures[]): TradingFigures {
  const of = (key: 'hit_rate' | 'expectancy_pct' | 'profit_factor' | 'max_drawdown_pct') =>
    meanFigure(all.map((one) => one[key]))
  return {
    ...at(all, 0),
    hit_rate: of('hit_rate'),
    expectancy_pct: of('expectancy_pct'),
    profit_factor: of('profit_factor'),
    max_drawdown_pct: of('max_drawdown_pct'),
  }
}

/** Without an interval: that of one draw would say nothing about the mean of many. */
function meanFigure(all: readonly Figure[]): Figure {
  const values = all.flatMap(({ value }) => (value === null ? [] : [value]))
  const n = mean(all.map((one) => one.n))
  if (values.length === 0) return { value: null, n, interval: null, reason: at(all, 0).reason }
  return { value: mean(values), n, interval: null, reason: null }
}
