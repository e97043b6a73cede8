// What a run says of itself before its first epoch: what it is trained on, and what a trader should know of that.
import { at } from '../../core/at.ts'
import { ACTIONS } from '../../models/model.ts'
import type { TrainingData } from '../data/training-data.ts'
import type { Example } from '../examples/example.ts'
import type { Job } from '../learning/job.ts'
import type { RunPatch } from './messages.ts'

const WARM_VALIDATION =
  'Validation is of models trained from fresh weights on the same data: those of the parent have seen what is held out.'
const NOTHING_STORED =
  'Nothing is pre-trained: less than an hour of seconds is stored of the annotated markets.'
const ASSUMED_HOLDS =
  'Nothing is marked as reviewed, so HOLD is assumed for 30 minutes either side of each annotation. If you would trade there too, mark reviewed spans (R).'

export type StartPatch = ReturnType<typeof startPatch>

/** @param jobs as they were planned: a warm start leaves pre-training out of the first */
export function startPatch(data: TrainingData, jobs: readonly Job[], phase: string) {
  const { markets } = data
  const { examples } = at(jobs, 0)
  const [first, second] = markets
  const only = second === undefined ? first?.market : undefined
  return {
    phase,
    examples: examples.length,
    majority_floor: majorityFloor(examples),
    test_cases: data.cases.length,
    left_out: [...data.leftOut],
    hold_source: isAssumed(data) ? 'assumed' : 'reviewed',
    warnings: [...warningsOf(data), ...pretrainingWarnings(at(jobs, 0), jobs.slice(1))],
    symbol: only?.symbol ?? null,
    venue: only?.venue ?? null,
  } satisfies RunPatch
}

function warningsOf(data: TrainingData): string[] {
  return [
    ...data.warnings,
    ...(data.warmStart === undefined ? [] : [WARM_VALIDATION]),
    ...(isAssumed(data) ? [ASSUMED_HOLDS] : []),
  ]
}

function isAssumed({ markets }: TrainingData): boolean {
  return markets.some(({ holdSource }) => holdSource === 'assumed')
}

function pretrainingWarnings(own: Job, folds: readonly Job[]): string[] {
  if (own.options.pretraining !== true) return []
  if (own.pretraining === undefined) return [NOTHING_STORED]
  const without = folds.filter(({ pretraining }) => pretraining === undefined).length
  if (without === 0) return []
  return [
    `${without} of ${folds.length} folds are not pre-trained: less than an hour is stored beyond what they hold out. Validation speaks for them, too.`,
  ]
}

/** Accuracy of always answering the class that most examples have. */
export function majorityFloor(examples: readonly Example[]): number {
  const counts = ACTIONS.map((_, label) => examples.filter((example) => example.label === label).length)
  return Math.max(...counts) / examples.length
}
