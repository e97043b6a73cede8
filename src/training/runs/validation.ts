// What the folds say: figures of the calls beside their floors, what was missed, when calls open and what their scores are worth.
import { at } from '../../core/at.ts'
import type { Miss, PermutationTest, Validation } from '../../contract/validation.ts'
import { SECOND, ceilTo, toIso } from '../../core/time.ts'
import { ACTIONS } from '../../models/model.ts'
import { fitCalibration, wilson } from '../../signals/confidence.ts'
import type { Calibration, CallRule } from '../../signals/signal.ts'
import { chooseRule, f1Of, unchosenRule, type CallTerms, type Choice } from '../evaluation/choose-rule.ts'
import type { TrainingData } from '../data/training-data.ts'
import { EMBARGO } from '../examples/episodes.ts'
import {
  callsOf,
  highestScore,
  marksIn,
  reportSeconds,
  type CallReport,
  type ScorableMark,
  type ScoredSeconds,
} from '../evaluation/score-calls.ts'
import { heldOutEpisodes } from '../evaluation/held-out-episodes.ts'
import { instantFloor } from '../evaluation/instant-floor.ts'
import { majorityFloor, plainRuleFloor, randomFloor } from '../evaluation/floors.ts'
import { logisticFloor } from '../evaluation/logistic-floor.ts'
import { reliabilityOf } from '../evaluation/reliability.ts'
import { scorecardOf, type Exam } from '../evaluation/scorecard.ts'
import { seedFigures } from '../evaluation/seeds.ts'
import { medianHolding } from '../evaluation/trading.ts'
import { allStretches } from '../examples/example.ts'
import type { JobResult } from '../learning/job.ts'
import type { InstantFolds } from './instant-folds.ts'
import type { FoldSet, Plan } from './plan.ts'
import { uniquenessOf, windowOverlap } from '../examples/uniqueness.ts'

export interface Outcome {
  readonly validation: Validation | null
  /** Why there is none. */
  readonly reason: string | null
  readonly rule: CallRule
  readonly calibration: Calibration | null
}

/**
 * The rule, the calibration and all figures but those of `seeds` and `permutation` are of the first seed, whose model is published.
 * @param results of all jobs but the checkpoint's own, in any order
 * @param instant what stands beside the model as a floor; null for the instant model itself
 */
export function validate(
  data: TrainingData,
  plan: Plan,
  results: readonly JobResult[],
  terms: CallTerms,
  instant: InstantFolds | null = null,
): Outcome {
  const { split, pauseSeconds } = plan
  const [first] = plan.seeds
  if (split === null || first === undefined) return unvalidated(pauseSeconds, ONE_EPISODE)
  const exam = examOf(first, plan, results, terms)
  if (exam.marks.length === 0) return unvalidated(pauseSeconds, NOTHING_SCORED)
  const { rule, report } = chosen(exam)
  const calls = scoredCallsOf(report)
  const beside = instant && instantFloor(exam, saidBy(instant, data), plan.episodes, report)
  return {
    validation: {
      method: split.method,
      episodes: plan.episodes.length,
      folds: split.folds.length,
      ...secondsOut(exam.seconds, data, plan.episodes.length),
      ...callsOut(report),
      misses: missesOf(report, exam.seconds, exam.marks),
      held_out: heldOutEpisodes(plan.episodes, exam.marks, report),
      annotations: exam.marks.length,
      effective_n: exam.marks.reduce((sum, { mark }) => sum + (exam.uniqueness.get(mark.id) ?? 1), 0),
      window_overlap: windowOverlap(data.markets),
      embargo_seconds: EMBARGO / SECOND,
      model: scorecardOf(exam, callsOf(exam.seconds, rule), report, exam.seconds),
      floors: [...floorsOf(exam, first, results, rule), ...(beside === null ? [] : [beside.floor])],
      against_instant: beside?.comparison ?? null,
      reliability: reliabilityOf(calls),
      seeds: seedsOut(plan, results, terms),
      permutation: permutationOf(plan, results, terms, report),
    },
    reason: null,
    rule,
    calibration: calls.length === 0 ? null : fitCalibration(calls),
  }
}

/** The rule alone, as `validate` chooses it; null where nothing could be held out or scored. */
export function chosenRule(plan: Plan, results: readonly JobResult[], terms: CallTerms): Choice | null {
  const [first] = plan.seeds
  if (first === undefined) return null
  const exam = examOf(first, plan, results, terms)
  return exam.marks.length === 0 ? null : chosen(exam)
}

/**
 * What a checkpoint goes live with before its folds are done: thresholds by the scores of the seconds around its own annotations, which
 * it has learnt, so they are no measure of it.
 * @param own of the checkpoint's own training
 */
export function provisional(
  data: TrainingData,
  { jobs, pauseSeconds }: Plan,
  own: JobResult,
  terms: CallTerms,
): Outcome {
  const seconds = scoredSeconds(data, jobs.slice(0, 1), [own])
  const marks = marksIn(seconds, data.markets)
  if (marks.length === 0) return unvalidated(pauseSeconds, PROVISIONAL_UNCHOSEN)
  const { rule } = chooseRule(seconds, marks, data.markets, { ...terms, pauseSeconds })
  return { validation: null, reason: PROVISIONAL, rule, calibration: null }
}

const PROVISIONAL =
  'Provisional: its thresholds were found on the seconds around its own annotations; the validation has not come to its end.'
const PROVISIONAL_UNCHOSEN =
  'Provisional: its thresholds are the usual ones; the validation has not come to its end.'
const ONE_EPISODE =
  'All annotations belong to one episode (their spans touch or lie within 100 seconds of each other), so none can be held out. Annotate trades at other times too.'
const NOTHING_SCORED =
  'No annotation lies where market states can be made for every second, so none could be scored.'

function unvalidated(pauseSeconds: number, reason: string): Outcome {
  return { validation: null, reason, rule: unchosenRule(pauseSeconds), calibration: null }
}

function examOf(
  { data, jobs }: FoldSet,
  { pauseSeconds }: Plan,
  results: readonly JobResult[],
  terms: CallTerms,
): Exam {
  const { markets } = data
  const seconds = scoredSeconds(data, jobs, results)
  return {
    markets,
    seconds,
    marks: marksIn(seconds, markets),
    uniqueness: uniquenessOf(markets),
    holding: medianHolding(markets),
    ...terms,
    pauseSeconds,
  }
}

function chosen(exam: Exam): Choice {
  return chooseRule(exam.seconds, exam.marks, exam.markets, exam)
}

/** Out-of-fold scores of all folds; each second comes from the one model that never saw it. */
function scoredSeconds(
  data: TrainingData,
  jobs: FoldSet['jobs'],
  results: readonly JobResult[],
): ScoredSeconds[] {
  const stretches = allStretches(data.markets)
  return jobs.flatMap(({ number, evaluate }) => {
    const { scores } = resultOf(results, number)
    return evaluate.map((range, i) => ({
      market: at(stretches, range.stretch).market,
      from: ceilTo(range.from, SECOND),
      scores: at(scores, i),
    }))
  })
}

function saidBy({ jobs, results }: InstantFolds, data: TrainingData): ScoredSeconds[] {
  return scoredSeconds(data, jobs, results)
}

function resultOf(results: readonly JobResult[], number: number): JobResult {
  const found = results.find((result) => result.number === number)
  if (found === undefined) throw new RangeError(`job ${number} has no result`)
  return found
}

function floorsOf(exam: Exam, { data, jobs }: FoldSet, results: readonly JobResult[], rule: CallRule) {
  const folds = jobs.map(({ number, examples, evaluate }) => {
    const { mined, scores } = resultOf(results, number)
    return { examples: [...examples, ...mined], ranges: evaluate, scores }
  })
  return [
    majorityFloor(exam),
    randomFloor(exam, callsOf(exam.seconds, rule), at(jobs, 0).options.seed),
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

function scoredCallsOf({ hits, falseCalls }: CallReport) {
  return [
    ...hits.map(({ call }) => ({ score: call.score, hit: true })),
    ...falseCalls.map((call) => ({ score: call.score, hit: false })),
  ]
}

function secondsOut(seconds: readonly ScoredSeconds[], { markets }: TrainingData, episodes: number) {
  const { accuracy, majorityFloor: floor, n, loss } = reportSeconds(seconds, markets)
  const scored = seconds.reduce((sum, { scores }) => sum + spokenIn(scores), 0)
  const interval = floor === null ? null : wilson(floor, episodes)
  return {
    accuracy,
    majority_floor: floor,
    majority_floor_interval: interval,
    n,
    loss,
    seconds_scored: scored,
  }
}

function spokenIn(scores: Float32Array): number {
  let count = 0
  for (let buy = 0; buy < scores.length; buy += ACTIONS.length) if (!Number.isNaN(scores[buy])) count += 1
  return count
}

function callsOut(report: CallReport) {
  const { hits, falseCalls, missed, hours } = report
  const scored = hits.length + falseCalls.length
  const marks = hits.length + missed.length
  return {
    calls: scored,
    hits: hits.length,
    false_calls: falseCalls.length,
    missed: missed.length,
    precision: scored === 0 ? null : hits.length / scored,
    recall: marks === 0 ? null : hits.length / marks,
    f1: scored + marks === 0 ? null : f1Of(report),
    false_calls_per_hour: hours === 0 ? null : falseCalls.length / hours,
  }
}

function missesOf(
  report: CallReport,
  seconds: readonly ScoredSeconds[],
  marks: readonly ScorableMark[],
): Miss[] {
  const missed = marks.filter(({ mark }) => report.missed.includes(mark))
  return [
    ...missed.map((mark): Miss => ({
      kind: 'missed_annotation',
      timestamp: toIso(mark.mark.entry),
      action: mark.side,
      score: highestScore(seconds, mark),
      annotation_id: mark.mark.id,
    })),
    ...report.falseCalls.map((call): Miss => ({
      kind: 'false_call',
      timestamp: toIso(call.opensAt),
      action: call.action,
      score: call.score,
      annotation_id: null,
    })),
  ].sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))
}
