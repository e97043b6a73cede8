// When a checkpoint's own training has the cores to itself.
import { expect, it } from 'vitest'
import { isFirstAlone } from '../../../src/training/jobs/first-alone.ts'

const rounds = (jobs: number, processes: number): number => Math.ceil(jobs / processes)

it('is when the others are shared out evenly, so that no round is added', () => {
  for (let processes = 1; processes <= 8; processes++)
    for (let jobs = 1; jobs <= 40; jobs++) {
      const alone = 1 + rounds(jobs - 1, processes)
      const isFree = processes > 1 && jobs > processes && alone === rounds(jobs, processes)
      expect([jobs, processes, isFirstAlone(jobs, processes)]).toEqual([jobs, processes, isFree])
    }
})
