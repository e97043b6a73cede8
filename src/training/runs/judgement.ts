// What the folds say of the model by itself: when calls open, what they found and missed, what its scores are worth.
import { at } from '../../core/at.ts'
import type { Miss, Validation } from '../../contract/validation.ts'
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
import { reliabilityOf } from '../evaluation/reliability.ts'
import { scorecardOf, type Exam } from '../evaluation/scorecard.ts'
import { medianHolding } from '../evaluation/trading.ts'
import { allStretches } from '../examples/example.ts'
import type { JobResult } from '../learning/job.ts'
import type { FoldSet, Plan } from './plan.ts'
import { uniquenessOf, windowOverlap } from '../examples/uniqueness.ts'

export interface Outcome {
  readonly validation: Validation | null
  /** Why there is none. */
  readonly reason: string | null
  readonly rule: CallRule
  readonly calibration: Calibration | null
}

/** An outcome, and what it rests on, for comparisons; `exam` and `choice` are null where there is no validation. */
export interface Judgement {
  readonly outcome: Outcome
  readonly basis: { readonly exam: Exam; readonly first: FoldSet; readonly choice: Choice } | null
}

/**
 * Of the first seed, whose model is published. Compared with nothing yet: no floors, no other seeds, no permutation.
 * @param results of all jobs but the checkpoint's own, in any order
 */
export function judge(
  data: TrainingData,
  plan: Plan,
  results: readonly JobResult[],
  terms: CallTerms,
): Judgement {
  const { split, pauseSeconds } = plan
  const [first] = plan.seeds
  if (split === null || first === undefined) return unjudged(pauseSeconds, ONE_EPISODE)
  const exam = examOf(first, plan, results, terms)
  if (exam.marks.length === 0) return unjudged(pauseSeconds, NOTHING_SCORED)
  const choice = chosen(exam)
  const { rule, report } = choice
  const calls = scoredCallsOf(report)
  return {
    outcome: {
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
        reliability: reliabilityOf(calls),
      },
      reason: null,
      rule,
      calibration: calls.length === 0 ? null : fitCalibration(calls),
    },
    basis: { exam, first, choice },
  }
}

function unjudged(pauseSeconds: number, reason: string): Judgement {
  return { outcome: unvalidated(pauseSeconds, reason), basis: null }
}

/** The rule alone, as `judge` chooses it; null where nothing could be held out or scored. */
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

export function examOf(
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

export function chosen(exam: Exam): Choice {
  return chooseRule(exam.seconds, exam.marks, exam.markets, exam)
}

/** Out-of-fold scores of all folds; each second comes from the one model that never saw it. */
export function scoredSeconds(
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

export function resultOf(results: readonly JobResult[], number: number): JobResult {
  const found = results.find((result) => result.number === number)
  if (found === undefined) throw new RangeError(`job ${number} has no result`)
  return found
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
