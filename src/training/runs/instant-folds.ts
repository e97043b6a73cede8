// What the instant model says of the seconds that a run of another model holds out: the floor that stands beside every network.
import { instant as model } from '../../models/instant.ts'
import { parameterDefaults } from '../../models/defaults.ts'
import type { TrainingData } from '../data/training-data.ts'
import type { Job, JobResult } from '../learning/job.ts'
import { solvedFolds, type SolvedOptions } from '../learning/solved-folds.ts'
import { jobOptionsOf } from './parameters.ts'
import { planOptionsOf, planRun } from './plan.ts'

export interface InstantFolds {
  readonly jobs: readonly Job[]
  readonly results: readonly JobResult[]
}

/** By what a run's folds follow from its data: its seed, and how many of them there are at most. */
export interface FoldsLike {
  readonly seed: number
  readonly mostFolds?: number
}

/**
 * By its own defaults and the folds of every such run on these data; null where there are none.
 * @throws AppError `no_hold_examples`
 */
export async function instantFolds(
  data: TrainingData,
  { seed, ...most }: FoldsLike,
  options: SolvedOptions = {},
): Promise<InstantFolds | null> {
  const job = jobOptionsOf({ ...parameterDefaults(model.defaults), seed })
  const [folds] = planRun(data, job, { ...planOptionsOf(model), ...most }).seeds
  if (folds === undefined) return null
  return {
    jobs: folds.jobs,
    results: await solvedFolds(model, data, [folds.jobs], options),
  }
}
