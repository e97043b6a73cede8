// The time that is left, on jobs whose work takes a known time.
import { describe, expect, it } from 'vitest'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import type { Job } from '../../../src/training/job.ts'
import { TimeLeft } from '../../../src/training/time-left.ts'

const ROW_MS = 2
const SCORE_MS = 0.5
const OPEN_MS = 300

function job(number: number, examples: number, scored: number): Job {
  return {
    number,
    options: { seed: 1, epochs: 10, batchSize: 32, learningRate: 1, views: 10, threads: 1 },
    examples: Array.from({ length: examples }, () => ({})),
    mining: { afterEpoch: 4, count: 5, ranges: [], seconds: 10 },
    evaluate: scored === 0 ? [] : [{ stretch: 0, from: epochMs(0), to: epochMs(scored * SECOND) }],
    agent: { ranges: [], reviewed: [], marks: [] },
  } as unknown as Job
}

const epochMsOf = (examples: number, epoch: number) => (examples + (epoch > 4 ? 5 : 0)) * 10 * ROW_MS

/** What a whole job takes. */
function whole(examples: number, scored: number): number {
  let ms = OPEN_MS + 0.8 * OPEN_MS + scored * SCORE_MS
  for (let epoch = 1; epoch <= 10; epoch++) ms += epochMsOf(examples, epoch)
  return ms
}

describe('after the first epoch of every process', () => {
  it.each([
    [1, 1],
    [2, 5],
    [4, 11],
  ])('%i processes and %i jobs: within a tenth of what it takes', (processes, count) => {
    const jobs = Array.from({ length: count }, (_, i) => job(i, 50 - i, i === 0 ? 0 : 600))
    const left = new TimeLeft(jobs, processes)
    expect(left.seconds(0)).toBeNull()
    let now = 0
    for (const { number, examples } of jobs.slice(0, processes)) {
      const first = epochMsOf(examples.length, 1) + 0.8 * OPEN_MS
      now = Math.max(now, OPEN_MS + first)
      left.worked(number, 'open', 1, OPEN_MS, OPEN_MS)
      left.worked(number, 'epoch', 1, first, OPEN_MS + first)
      if (number > 0) left.worked(number, 'score', 256, 256 * SCORE_MS, OPEN_MS + first)
    }
    const free = new Array<number>(processes).fill(0)
    for (const [i, { examples }] of jobs.entries()) {
      free.sort((a, b) => a - b)
      free[0]! += whole(examples.length, i === 0 ? 0 : 600)
    }
    const takes = (Math.max(...free) - now) / 1000
    expect(left.seconds(now)! / takes).toBeGreaterThan(0.9)
    expect(left.seconds(now)! / takes).toBeLessThan(1.1)
  })
})

it('counts what an earlier process did as done, and a job that is over as nothing', () => {
  const jobs = [job(0, 50, 0), job(1, 50, 0)]
  const left = new TimeLeft(jobs, 1)
  left.resumed(0, 9)
  left.resumed(1, 10)
  left.worked(0, 'epoch', 1, epochMsOf(50, 10), 0)
  expect(left.seconds(0)).toBe(0)
  const fresh = new TimeLeft(jobs, 1)
  fresh.worked(0, 'epoch', 1, 1000, 0)
  const all = fresh.seconds(0)!
  fresh.done(1)
  expect(fresh.seconds(0)!).toBeLessThan(all / 1.9)
})

it('counts pre-training once in each job, by what the first took', () => {
  const jobs = [0, 1, 2].map((number) => ({ ...job(number, 50, 0), pretraining: { ranges: [], most: 96 } }))
  const left = new TimeLeft(jobs, 1)
  left.worked(0, 'pretrain', 0.25, 1000, 0)
  left.worked(0, 'pretrain', 0.75, 3000, 0)
  expect(left.seconds(0)).toBeNull()
  left.worked(0, 'epoch', 1, epochMsOf(50, 1), 0)
  const epochs = (from: number) => {
    let ms = 0
    for (let epoch = from; epoch <= 10; epoch++) ms += epochMsOf(50, epoch)
    return ms
  }
  expect(left.seconds(0)!).toBeCloseTo((epochs(2) + 2 * (4000 + epochs(1))) / SECOND, 1)
  left.resumed(1, 1)
  expect(left.seconds(0)!).toBeCloseTo((epochs(2) + epochs(2) + 4000 + epochs(1)) / SECOND, 1)
})
