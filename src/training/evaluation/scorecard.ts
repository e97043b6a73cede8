// One caller's figures, whoever it is: a model, the plain rule, a logistic regression, chance.
import type { Scorecard } from '../../contract/validation.ts'
import type { MarketData } from '../data/training-data.ts'
import type { CallTerms } from './choose-rule.ts'
import type { CallReport, MarketCall, ScorableMark, ScoredSeconds } from './score-calls.ts'
import { callFigures } from './call-figures.ts'
import { secondFigures } from './second-figures.ts'
import { tradingFigures } from './trading.ts'

/** What is held out, and by what terms every caller is judged. */
export interface Exam extends CallTerms {
  readonly markets: readonly MarketData[]
  /** What the model said: its seconds are the ones that everybody is judged on. */
  readonly seconds: readonly ScoredSeconds[]
  readonly marks: readonly ScorableMark[]
  /** Of each annotation, by id. */
  readonly uniqueness: ReadonlyMap<string, number>
  /** How long each call's position is kept, in ms. */
  readonly holding: number
  readonly pauseSeconds: number
}

/**
 * @param calls all of them, those in neutral seconds too: they would have been traded
 * @param seconds the caller's probabilities; null for one that only calls
 */
export function scorecardOf(
  { markets, uniqueness, holding }: Exam,
  calls: readonly MarketCall[],
  report: CallReport,
  seconds: readonly ScoredSeconds[] | null,
): Scorecard {
  return {
    calls: callFigures(report, markets, uniqueness),
    seconds: seconds === null ? null : secondFigures(seconds, markets),
    trading: tradingFigures(calls, markets, holding),
  }
}
