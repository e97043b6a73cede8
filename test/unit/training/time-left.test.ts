// The time that is left, on jobs whose work takes a known time.
import { describe, expect, it } from 'vitest'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import { cnn } from '../../../src/models/cnn.ts'
import { dqn } from '../../../src/models/dqn.ts'
import { secondsIn } from '../../../src/training/data/training-data.ts'
import { effortOf } from '../../../src/training/runs/effort.ts'
import type { WorkKind } from '../../../src/training/jobs/run-job.ts'
import type { Job } from '../../../src/training/learning/job.ts'
import { TimeLeft } from '../../../src/training/runs/time-left.ts'

const EFFORT = effortOf(cnn)

/**
 * Processor milliseconds of the CNN's jobs with ten annotations on the demo market (32 views of about 40 examples): a job in a process
 * that has just begun, and one in a process that has done another.
 */
const FRESH = { open: 227, first: 768 }
const WARM = { open: 164, first: 611 }
const EPOCH = 562
const ROW_MS = EPOCH / (40 * 32)
const SCORE_MS = 0.13
const EPOCHS = 10
/** Of the checkpoint's own training, by the cores that it has to itself. */
const STEP_SPEED = [1, 1, 1.5, 2, 2.5]

/** It looks for so many false calls after its fourth epoch. */
function job(number: number, examples: number, scored: number, count = 14): Job {
  return {
    number,
    options: { seed: 1, epochs: EPOCHS, batchSize: 32, learningRate: 1, views: 32, threads: 1 },
    examples: Array.from({ length: examples }, () => ({})),
    mining: { afterEpoch: 4, count, ranges: [], seconds: 10 },
    evaluate: scored === 0 ? [] : [{ stretch: 0, from: epochMs(0), to: epochMs(scored * SECOND) }],
    agent: { ranges: [], reviewed: [], marks: [] },
  } as unknown as Job
}

/** With so many false calls found after the fourth. */
const examplesOf = (examples: number, epoch: number, found: number) => examples + (epoch > 4 ? found : 0)
const epochMsOf = (examples: number, epoch: number, found = 0) =>
  examplesOf(examples, epoch, found) * 32 * ROW_MS

/** What a process is told and takes: [time, job, kind of work, amount, ms], the epoch's end as 'told'. */
type Reading = readonly [
  at: number,
  job: number,
  kind: WorkKind | 'told' | 'done',
  amount: number,
  ms: number,
]

/** The readings of a run, in the order of time, and when it is over. */
function runOf(
  jobs: readonly Job[],
  processes: number,
  found: number,
  cores: number,
): { readings: Reading[]; end: number } {
  const readings: Reading[] = []
  const all = Array.from({ length: processes }, () => ({ at: 0, once: FRESH }))
  for (const { number, examples, evaluate } of jobs) {
    const own = all.toSorted((a, b) => a.at - b.at)[0]!
    if (number === 1 && cores > 0) for (const other of all) other.at = Math.max(...all.map(({ at }) => at))
    const take = (kind: Reading[2], amount: number, ms: number): void => {
      own.at += ms
      readings.push([own.at, number, kind, amount, ms])
    }
    take('open', 1, own.once.open)
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      const once = epoch === 1 ? own.once.first - EPOCH : 0
      take(
        'epoch',
        examplesOf(examples.length, epoch, found),
        epochMsOf(examples.length, epoch, found) / (number === 0 ? STEP_SPEED[cores]! : 1) + once,
      )
      if (epoch === 1) take('score', 256, 256 * SCORE_MS)
      take('told', 0, 0)
    }
    for (const range of evaluate) take('score', secondsIn(range), secondsIn(range) * SCORE_MS)
    take('done', 0, 0)
    own.once = WARM
  }
  return { readings: readings.toSorted((a, b) => a[0] - b[0]), end: Math.max(...all.map(({ at }) => at)) }
}

/** Told over taken, when each epoch of the checkpoint's own training is over. */
function ratiosOf(jobs: readonly Job[], processes: number, found: number, cores: number): number[] {
  const left = new TimeLeft(jobs, processes, EFFORT, cores)
  expect(left.seconds(0)).toBeNull()
  const { readings, end } = runOf(jobs, processes, found, cores)
  const ratios: number[] = []
  for (const [at, number, kind, amount, ms] of readings) {
    if (kind === 'done') left.done(number)
    else if (kind !== 'told') left.worked(number, kind, amount, ms, at)
    else if (number === 0) ratios.push((left.seconds(at)! * SECOND) / (end - at))
  }
  return ratios
}

describe('what is told when an epoch is over', () => {
  it.each([
    [1, 1, 0, 0],
    [2, 5, 0, 0],
    [2, 5, 0, 1],
    [2, 5, 7, 2],
    [4, 11, 0, 0],
    [4, 11, 7, 0],
    [4, 11, 14, 0],
    [4, 13, 7, 1],
    [4, 13, 7, 4],
  ])(
    '%i processes, %i jobs, %i of 14 false calls found, the first alone with %i cores: an eighth off at most, and 3 % once one job has looked for them',
    (processes, count, found, cores) => {
      const jobs = Array.from({ length: count }, (_, i) => job(i, 48 - (i % 4) * 2, i === 0 ? 0 : 600))
      const ratios = ratiosOf(jobs, processes, found, cores)
      expect(ratios).toHaveLength(EPOCHS)
      // Of a job alone nothing is left after the last.
      for (const [i, ratio] of ratios.slice(0, EPOCHS - 1).entries())
        expect(Math.abs(ratio - 1)).toBeLessThan(i < 5 ? 0.125 : 0.03)
    },
  )
})

it('does not take what comes once in a job for what every epoch takes', () => {
  const left = new TimeLeft([job(0, 40, 0, 0)], 1, EFFORT)
  left.worked(0, 'open', 1, FRESH.open, 0)
  left.worked(0, 'epoch', 40, FRESH.first, 0)
  const epochs = (EPOCHS - 1) * EPOCH
  expect(Math.abs((left.seconds(0)! * SECOND) / epochs - 1)).toBeLessThan(0.02)
})

it('expects the first epoch of an agent to hold its steps on demonstrations, and the rest alike in all jobs', () => {
  const effort = effortOf(dqn)
  const { pretrainSteps, epochSteps } = dqn.agent.settings
  const [small, large] = [job(0, 10, 0), job(1, 80, 0)]
  expect(effort.epoch(small, 2, 0)).toBe(epochSteps)
  expect(effort.epoch(large, 7, 5)).toBe(epochSteps)
  expect(effort.epoch(small, 1, 0)).toBeGreaterThan(epochSteps)
  expect(effort.epoch(small, 1, 0)).toBeLessThan(epochSteps + pretrainSteps)
})

it('counts what an earlier process did as done, and a job that is over as nothing', () => {
  const jobs = [job(0, 50, 0), job(1, 50, 0)]
  const left = new TimeLeft(jobs, 1, EFFORT)
  left.resumed(0, 9)
  left.resumed(1, 10)
  left.worked(0, 'epoch', 50, epochMsOf(50, 10), 0)
  expect(left.seconds(0)).toBe(0)
  const fresh = new TimeLeft(jobs, 1, EFFORT)
  fresh.worked(0, 'epoch', 50, 1000, 0)
  const all = fresh.seconds(0)!
  fresh.done(1)
  expect(fresh.seconds(0)!).toBeLessThan(all / 1.9)
})

it('counts pre-training once in each job, by what the first took', () => {
  const jobs = [0, 1, 2].map((number) => ({
    ...job(number, 50, 0, 0),
    pretraining: { ranges: [], most: 96 },
  }))
  const left = new TimeLeft(jobs, 1, EFFORT)
  left.worked(0, 'pretrain', 0.25, 1000, 0)
  left.worked(0, 'pretrain', 0.75, 3000, 0)
  expect(left.seconds(0)).toBeNull()
  left.worked(0, 'epoch', 50, epochMsOf(50, 1), 0)
  const epochs = (from: number) => {
    let ms = 0
    for (let epoch = from; epoch <= 10; epoch++) ms += epochMsOf(50, epoch)
    return ms
  }
  expect(left.seconds(0)!).toBeCloseTo((epochs(2) + 2 * (4000 + epochs(1))) / SECOND, 1)
  left.resumed(1, 1)
  expect(left.seconds(0)!).toBeCloseTo((epochs(2) + epochs(2) + 4000 + epochs(1)) / SECOND, 1)
})
