// What the folds say: accuracy by second, calls matched with annotations, what was missed, and the calls' calibration.
import type { Miss, Validation } from '../contract/validation.ts'
import { SECOND, ceilTo, toIso } from '../core/time.ts'
import { ACTIONS } from '../models/model.ts'
import { fitCalibration } from '../signals/confidence.ts'
import type { Calibration, CallRule } from '../signals/signal.ts'
import { chooseRule, f1Of, unchosenRule } from './choose-rule.ts'
import type { TrainingData } from './data.ts'
import {
  highestScore,
  marksIn,
  reportSeconds,
  type CallReport,
  type ScorableMark,
  type ScoredSeconds,
} from './evaluate.ts'
import { allStretches } from './examples.ts'
import type { JobResult } from './job.ts'
import type { Plan } from './plan.ts'

export interface Outcome {
  readonly validation: Validation | null
  /** Why there is none. */
  readonly reason: string | null
  readonly rule: CallRule
  readonly calibration: Calibration | null
}

/** @param results of the folds, in any order */
export function validate(
  data: TrainingData,
  plan: Plan,
  results: readonly JobResult[],
  falseCallsPerHour: number,
): Outcome {
  const { split, pauseSeconds } = plan
  if (split === null) return unvalidated(pauseSeconds, ONE_EPISODE)
  const seconds = scoredSeconds(data, plan, results)
  const marks = marksIn(seconds, data.markets)
  if (marks.length === 0) return unvalidated(pauseSeconds, NOTHING_SCORED)
  const choice = chooseRule(seconds, marks, data.markets, { falseCallsPerHour, pauseSeconds })
  const { hits, falseCalls } = choice.report
  const calls = [
    ...hits.map(({ call }) => ({ score: call.score, hit: true })),
    ...falseCalls.map((call) => ({ score: call.score, hit: false })),
  ]
  return {
    validation: {
      method: split.method,
      episodes: plan.episodes.length,
      folds: split.folds.length,
      ...secondsOut(seconds, data),
      ...callsOut(choice.report),
      misses: missesOf(choice.report, seconds, marks),
    },
    reason: null,
    rule: choice.rule,
    calibration: calls.length === 0 ? null : fitCalibration(calls),
  }
}

const ONE_EPISODE =
  'All annotations belong to one episode (their spans touch or lie within 100 seconds of each other), so none can be held out. Annotate trades at other times too.'
const NOTHING_SCORED =
  'No annotation lies where market states can be made for every second, so none could be scored.'

function unvalidated(pauseSeconds: number, reason: string): Outcome {
  return { validation: null, reason, rule: unchosenRule(pauseSeconds), calibration: null }
}

/** Out-of-fold scores of all folds; each second comes from the one model that never saw it. */
export function scoredSeconds(
  data: TrainingData,
  plan: Plan,
  results: readonly JobResult[],
): ScoredSeconds[] {
  const stretches = allStretches(data.markets)
  return results
    .toSorted((a, b) => a.number - b.number)
    .flatMap(({ number, scores }) =>
      plan.jobs[number]!.evaluate.map((range, i) => ({
        market: stretches[range.stretch]!.market,
        from: ceilTo(range.from, SECOND),
        scores: scores[i]!,
      })),
    )
}

function secondsOut(seconds: readonly ScoredSeconds[], { markets }: TrainingData) {
  const { accuracy, majorityFloor, n, loss } = reportSeconds(seconds, markets)
  const scored = seconds.reduce((sum, { scores }) => sum + spokenIn(scores), 0)
  return { accuracy, majority_floor: majorityFloor, n, loss, seconds_scored: scored }
}

function spokenIn(scores: Float32Array): number {
  let count = 0
  for (let at = 0; at < scores.length; at += ACTIONS.length) if (!Number.isNaN(scores[at]!)) count += 1
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
