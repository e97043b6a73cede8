// In which order folds are trained: the cheapest first, so that what they show fills in as early as it can.
import { secondsInAll } from '../data/training-data.ts'
import type { Job } from '../learning/job.ts'
import type { FoldSet } from './plan.ts'

/** A view that is trained on, in predictions of a second: forward, backward and optimizer; 2.3 of the CNN, 2.6 of the Transformer. */
const TRAINED = 2.5

/** The run's own seed comes first: its folds are what is told. Those of one set are independent of each other. */
export function inTrainingOrder(sets: readonly Pick<FoldSet, 'jobs'>[]): Job[] {
  return sets.flatMap(({ jobs }) => jobs.toSorted((a, b) => costOf(a) - costOf(b)))
}

/** In predictions of a second. */
function costOf({ examples, evaluate, options: { epochs, views = 1 } }: Job): number {
  return TRAINED * epochs * views * examples.length + secondsInAll(evaluate)
}
