// Folds are trained cheapest first, the run's own seed before all others.
import { expect, it } from 'vitest'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import type { Job } from '../../../src/training/learning/job.ts'
import { inTrainingOrder } from '../../../src/training/runs/fold-order.ts'

function job(number: number, examples: number, scored: number): Job {
  return {
    number,
    options: { epochs: 10, views: 32 },
    examples: Array.from({ length: examples }, () => ({})),
    evaluate: [{ stretch: 0, from: epochMs(0), to: epochMs(scored * SECOND) }],
  } as unknown as Job
}

it('puts the cheapest first: fewer held-out seconds, fewer examples, the earlier where they cost the same', () => {
  const own = [job(1, 50, 9000), job(2, 50, 300), job(3, 60, 300), job(4, 50, 300)]
  const other = [job(5, 40, 100), job(6, 40, 50)]
  const order = inTrainingOrder([{ jobs: own }, { jobs: other }]).map(({ number }) => number)
  expect(order).toEqual([2, 4, 3, 1, 6, 5])
})
