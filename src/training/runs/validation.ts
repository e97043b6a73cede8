// The model beside what it has to beat, on the same held-out seconds: floors, the instant model, other seeds, entries placed at random.
import { at } from '../../core/at.ts'
import type { PermutationTest, Validation } from '../../contract/validation.ts'
import { f1Of, type CallTerms } from '../evaluation/choose-rule.ts'
import type { TrainingData } from '../data/training-data.ts'
import { callsOf, type CallReport, type ScoredSeconds } from '../evaluation/score-calls.ts'
import { instantFloor } from '../evaluation/instant-floor.ts'
import { majorityFloor, plainRuleFloor, randomFloor } from '../evaluation/floors.ts'
import { logisticFloor } from '../evaluation/logistic-floor.ts'
import { scorecardOf } from '../evaluation/scorecard.ts'
import { seedFigures } from '../evaluation/seeds.ts'
import type { JobResult } from '../learning/job.ts'
import type { InstantFolds } from './instant-folds.ts'
import { chosen, examOf, judge, resultOf, scoredSeconds, type Judgement, type Outcome } from './judgement.ts'
import type { Plan } from './plan.ts'

/** What a comparison needs of the run. */
export interface Judged {
  readonly data: TrainingData
  readonly plan: Plan
  /** Of all jobs but the checkpoint's own, in any order. */
  readonly results: readonly JobResult[]
  readonly terms: CallTerms
}

/** `judge` and `compare` at once. */
export function validate(
  data: TrainingData,
  plan: Plan,
  results: readonly JobResult[],
  terms: CallTerms,
  instant: InstantFolds | null = null,
): Outcome {
  return compare(judge(data, plan, results, terms), { data, plan, results, terms }, instant)
}

/**
 * Adds to what was judged how everything else does. All figures but those of `seeds` and `permutation` are of the first seed.
 * @param instant what stands beside the model as a floor; null for the instant model itself
 */
export function compare(
  { outcome, basis }: Judgement,
  judged: Judged,
  instant: InstantFolds | null = null,
): Outcome {
  if (outcome.validation === null || basis === null) return outcome
  const { plan, data, results, terms } = judged
  const { exam, choice } = basis
  const beside = instant && instantFloor(exam, saidBy(instant, data), plan.episodes, choice.report)
  return {
    ...outcome,
    validation: {
      ...outcome.validation,
      floors: [...floorsOf(basis, judged), ...(beside === null ? [] : [beside.floor])],
      against_instant: beside?.comparison ?? null,
      seeds: seedsOut(plan, results, terms),
      permutation: permutationOf(plan, results, terms, choice.report),
    },
  }
}

function saidBy({ jobs, results }: InstantFolds, data: TrainingData): ScoredSeconds[] {
  return scoredSeconds(data, jobs, results)
}

function floorsOf({ exam, first, choice }: NonNullable<Judgement['basis']>, { results }: Judged) {
  const { data, jobs } = first
  const folds = jobs.map(({ number, examples, evaluate }) => {
    const { mined, scores } = resultOf(results, number)
    return { examples: [...examples, ...mined], ranges: evaluate, scores }
  })
  return [
    majorityFloor(exam),
    randomFloor(exam, callsOf(exam.seconds, choice.rule), at(jobs, 0).options.seed),
    plainRuleFloor(exam),
    logisticFloor(data, exam, folds),
  ]
}

function seedsOut(plan: Plan, results: readonly JobResult[], terms: CallTerms): SeedsOut {
  if (plan.seeds.length < 2) return null
  const scorecards = plan.seeds.map((set) => {
    const exam = examOf(set, plan, results, terms)
    const { rule, report } = chosen(exam)
    return scorecardOf(exam, callsOf(exam.seconds, rule), report, exam.seconds)
  })
  return { count: scorecards.length, figures: seedFigures(scorecards) }
}

type SeedsOut = Exclude<Validation['seeds'], undefined>

/** How often entries placed at random score as high, each with a threshold chosen for itself. */
function permutationOf(
  plan: Plan,
  results: readonly JobResult[],
  terms: CallTerms,
  report: CallReport,
): PermutationTest | null {
  const permuted = plan.placements.map((set) => f1Of(chosen(examOf(set, plan, results, terms)).report))
  if (permuted.length === 0) return null
  const observed = f1Of(report)
  const asHigh = permuted.filter((score) => score >= observed).length
  return {
    placements: permuted.length,
    score: 'f1',
    observed,
    permuted,
    p: (1 + asHigh) / (1 + permuted.length),
  }
}
