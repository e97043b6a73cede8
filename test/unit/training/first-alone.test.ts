// When a checkpoint's own training has the cores to itself.
import { expect, it } from 'vitest'
import { coresOfFirst } from '../../../src/training/jobs/first-alone.ts'

const rounds = (jobs: number, processes: number): number => Math.ceil(jobs / processes)

it('is when the others are shared out evenly, so that no round is added', () => {
  for (let processes = 1; processes <= 8; processes++)
    for (let jobs = 2; jobs <= 40; jobs++) {
      const alone = 1 + rounds(jobs - 1, processes)
      const isFree = processes > 1 && jobs > processes && alone === rounds(jobs, processes)
      expect([jobs, processes, coresOfFirst(jobs, processes, 1)]).toEqual([jobs, processes, isFree ? 1 : 0])
    }
})

it('is when its steps can use all cores, and there is more to do than they do at once', () => {
  const found = [2, 3, 10, 11, 12].map((jobs) => coresOfFirst(jobs, 2, 2))
  expect(found).toEqual([0, 2, 2, 2, 2])
  expect([11, 12].map((jobs) => coresOfFirst(jobs, 4, 2))).toEqual([0, 0])
})

it('uses of the cores what it can where it is alone', () => {
  expect(coresOfFirst(13, 4, 2)).toBe(2)
  expect(coresOfFirst(13, 4, 8)).toBe(4)
  expect(coresOfFirst(1, 4, 2)).toBe(2)
  expect(coresOfFirst(1, 1, 2)).toBe(1)
})
