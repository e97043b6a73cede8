// Processes that begin before there is anything to do: they do the jobs as this process does them, and none outlives the jobs.
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { cnn } from '../../src/models/cnn.ts'
import { transformer } from '../../src/models/transformer.ts'
import { localJobs } from '../../src/training/jobs/local-jobs.ts'
import { parallelJobs, startJobProcess } from '../../src/training/jobs/parallel-jobs.ts'
import { sourceOf } from '../../src/training/learning/views.ts'
import { coresOfFirst } from '../../src/training/jobs/first-alone.ts'
import { jobOptionsOf, resolveParameters } from '../../src/training/runs/parameters.ts'
import { planRun } from '../../src/training/runs/plan.ts'
import { trainingPlace } from './training-place.ts'

const MODEL = { modelsModule: new URL('../../src/models/registry.ts', import.meta.url).href, model: 'cnn' }
const EVENTS = { onEpoch: () => {}, onDone: () => {} }
const NEVER = new AbortController().signal
const firstAlone = (jobs: number): number => coresOfFirst(jobs, 2, 1)

it('do what is theirs, and those that are too many end at once', async () => {
  const begun = [1, 2, 3].map(() => startJobProcess({ ...MODEL, folder: null }))
  const ended = begun.map((child) => once(child, 'exit'))
  const place = await trainingPlace(2)
  const data = await place.data()
  place.close()
  const parameters = resolveParameters({ model: 'cnn', epochs: 1, views: 1 }, cnn, () => 1)
  const jobs = planRun(data, jobOptionsOf(parameters)).jobs.slice(0, 2)
  const run = parallelJobs(
    { ...MODEL, folder: null, processes: 2, coresOfFirst: firstAlone, signal: NEVER, pause: NEVER },
    begun,
  )
  const results = await run(sourceOf(data), jobs, EVENTS)
  expect(results).toEqual(await localJobs(cnn)(sourceOf(data), jobs, EVENTS))
  expect(results).toHaveLength(2)
  for (const [code, signal] of await Promise.all(ended)) expect([code, signal]).toEqual([null, 'SIGKILL'])
}, 300_000)

it('give the same where the first shares its steps among two cores', async () => {
  const place = await trainingPlace(2)
  const data = await place.data()
  place.close()
  const parameters = resolveParameters({ model: 'transformer', epochs: 1, views: 2 }, transformer, () => 1)
  const jobs = planRun(data, jobOptionsOf(parameters)).jobs.slice(0, 1)
  const options = { ...MODEL, model: 'transformer', folder: null, processes: 2, signal: NEVER, pause: NEVER }
  const results = await parallelJobs({ ...options, coresOfFirst: () => 2 })(sourceOf(data), jobs, EVENTS)
  expect(results).toEqual(await localJobs(transformer)(sourceOf(data), jobs, EVENTS))
}, 300_000)

it.each([
  [3, 'before the others, where these are shared out evenly without it'],
  [4, 'beside another, where it would cost a round'],
])(
  'do the first of %i %s',
  async (count) => {
    const place = await trainingPlace(3)
    const data = await place.data()
    place.close()
    const parameters = resolveParameters({ model: 'cnn', epochs: 2, views: 1 }, cnn, () => 1)
    const jobs = planRun(data, jobOptionsOf(parameters)).jobs.slice(0, count)
    expect(jobs).toHaveLength(count)
    const begunBefore = new Set<number>()
    let isFirstDone = false
    const events = {
      onEpoch: ({ number }: { number: number }) => void (isFirstDone || begunBefore.add(number)),
      onDone: ({ number }: { number: number }) => void (isFirstDone ||= number === 0),
    }
    const options = {
      ...MODEL,
      folder: null,
      processes: 2,
      coresOfFirst: firstAlone,
      signal: NEVER,
      pause: NEVER,
    }
    const results = await parallelJobs(options)(sourceOf(data), jobs, events)
    expect([...begunBefore].toSorted((a, b) => a - b)).toEqual(count === 3 ? [0] : [0, 1])
    expect(results.map(({ number }) => number)).toEqual(jobs.map(({ number }) => number))
  },
  300_000,
)
