// A run's jobs by worker processes on a real PostgreSQL: one killed by -9 in the middle, paused, cancelled, given up. What comes out has the bits of one process.
import { fork, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { encodeWeights } from '../../src/nn/weights.ts'
import { sourceStretches } from '../../src/training/examples/example.ts'
import { localJobs } from '../../src/training/jobs/local-jobs.ts'
import { Paused } from '../../src/training/jobs/paused.ts'
import type { JobEvents } from '../../src/training/jobs/run-jobs.ts'
import type { Job, JobResult } from '../../src/training/learning/job.ts'
import { stateSource, type StateSource } from '../../src/training/learning/views.ts'
import { queuedJobs } from '../../src/training/queue/queued-jobs.ts'
import { jobOptionsOf, resolveParameters } from '../../src/training/runs/parameters.ts'
import { planOptionsOf, planRun } from '../../src/training/runs/plan.ts'
import { until } from '../patience.ts'
import { onPostgresAlone, type Place } from '../postgres/each-database.ts'
import { MODELS } from './training-models.ts'
import { trainingPlace } from './training-place.ts'

const WORKER = fileURLToPath(new URL('queue-worker.ts', import.meta.url))
const MODEL = { modelsModule: 'test/loop/training-models.ts', model: 'tiny' }
const model = MODELS.find(({ id }) => id === 'tiny')!

interface TestWorker {
  readonly child: ChildProcess
  readonly said: string[]
}

onPostgresAlone((newPlace) => {
  let place: Place
  let folder: string
  let source: StateSource
  let jobs: readonly Job[]
  let whole: string[]
  let workers: TestWorker[] = []

  beforeAll(async () => {
    place = await newPlace()
    folder = mkdtempSync(join(tmpdir(), 'annotate-workers-'))
    const training = await trainingPlace(2)
    const data = await training.data()
    training.close()
    source = stateSource(sourceStretches(data), data.states)
    const parameters = resolveParameters({ model: 'tiny', epochs: 4, views: 8 }, model, () => 5)
    jobs = planRun(data, jobOptionsOf(parameters), planOptionsOf(model)).jobs
    const silent: JobEvents = { onEpoch: () => {}, onDone: () => {} }
    whole = (await localJobs(model)(source, jobs, silent)).map(fingerprint)
  })
  afterEach(() => {
    for (const { child } of workers) child.kill('SIGKILL')
    workers = []
    delete process.env['ANNOTATE_TEST_SLOW']
    delete process.env['ANNOTATE_TEST_CRASH']
  })
  afterAll(async () => {
    await place.ask(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS ${place.schema}_jobs CASCADE`)
    await place.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  async function worker(): Promise<TestWorker> {
    const child = fork(WORKER, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const said: string[] = []
    child.on('message', (line) => said.push(line as string))
    workers.push({ child, said })
    child.send({ url: place.url, folder: join(folder, 'worker') })
    await until('the worker to be there', () => said.includes('ready'))
    return { child, said }
  }

  /** Its epochs by job, as the run is told of them. */
  function run(id: string) {
    const epochs = new Map<number, number[]>()
    const done: number[] = []
    const machines = new Set<string>()
    const [cancel, pause] = [new AbortController(), new AbortController()]
    const events: JobEvents = {
      onEpoch: ({ number }, { epoch }) => void epochs.set(number, [...(epochs.get(number) ?? []), epoch]),
      onResumed: ({ number }, known) =>
        void epochs.set(
          number,
          known.map(({ epoch }) => epoch),
        ),
      onDone: ({ number }) => void done.push(number),
    }
    const refuse = () => Promise.reject(new Error('done here, although there are workers'))
    const results = queuedJobs({
      ...MODEL,
      url: place.url,
      id,
      folder: join(folder, id),
      local: refuse,
      signal: cancel.signal,
      pause: pause.signal,
      onMachine: (kind) => void machines.add(kind),
    })(source, jobs, events)
    results.catch(() => undefined)
    return { results, epochs, done, machines, cancel, pause }
  }

  const rows = (sql: string) => place.ask(sql.replaceAll('@', `${place.schema}_jobs`))

  async function kept(): Promise<string | null> {
    const [row] = await rows(
      'SELECT count(*) AS n FROM @.training_job WHERE piece IS NOT NULL AND worker IS NOT NULL',
    )
    return row!['n']!
  }

  const everyEpoch = () => new Map(jobs.map(({ number }) => [number, [1, 2, 3, 4]]))

  it('two workers do them, and each epoch is heard once', async () => {
    await Promise.all([worker(), worker()])
    const { results, epochs, done, machines } = run('two')
    expect((await results).map(fingerprint)).toEqual(whole)
    expect(epochs).toEqual(everyEpoch())
    expect(new Set(done)).toEqual(new Set(jobs.map(({ number }) => number)))
    expect(done).toHaveLength(jobs.length)
    expect(machines.size).toBe(1)
    expect(await rows('SELECT count(*) AS n FROM @.batch')).toEqual([{ n: '0' }])
  })

  it('a database that lost what it was told last is told again', async () => {
    process.env['ANNOTATE_TEST_SLOW'] = '6000'
    const slow = await worker()
    const { results, epochs } = run('lost')
    await until('a piece to be in the database', async () => (await kept()) === '1')
    slow.child.kill('SIGKILL')
    // As a PostgreSQL that was killed before it had written, or one that took another's place.
    await rows('DELETE FROM @.batch')
    await rows('DELETE FROM @.job')
    delete process.env['ANNOTATE_TEST_SLOW']
    await worker()
    expect((await results).map(fingerprint)).toEqual(whole)
    expect(epochs).toEqual(everyEpoch())
  })

  it('a worker killed by -9 in the middle of a job: another goes on from its last piece, to the same bits', async () => {
    const second = await worker()
    // It takes nothing before the first is gone, and beginning it then would take longer than the job.
    second.child.kill('SIGSTOP')
    process.env['ANNOTATE_TEST_SLOW'] = '6000'
    const first = await worker()
    const { results, epochs } = run('killed')
    await until('a piece to be in the database', async () => (await kept()) === '1')
    first.child.kill('SIGKILL')
    second.child.kill('SIGCONT')
    expect((await results).map(fingerprint)).toEqual(whole)
    expect(epochs).toEqual(everyEpoch())
    expect(second.said.filter((line) => line.includes('where another had come'))).toHaveLength(1)
  })

  it('a worker that is told to stop gives its job back, and a paused run goes on at another', async () => {
    process.env['ANNOTATE_TEST_SLOW'] = '6000'
    const first = await worker()
    const begun = run('paused')
    await until('a job to be begun', () => first.said.some((line) => line.includes('begun')))
    const second = await worker()
    first.child.send('stop')
    await once(first.child, 'exit')
    expect(first.said.at(-1)).toContain('given back')
    await until('a job to be begun', () => second.said.some((line) => line.includes('begun')))
    begun.pause.abort()
    await expect(begun.results).rejects.toBeInstanceOf(Paused)
    expect(await rows('SELECT count(*) AS n FROM @.training_job')).toEqual([{ n: '0' }])
    second.child.kill('SIGKILL')
    delete process.env['ANNOTATE_TEST_SLOW']
    await worker()
    expect((await run('paused').results).map(fingerprint)).toEqual(whole)
  })

  it('a job that takes its process down each time is given up after three tries, with the reason', async () => {
    process.env['ANNOTATE_TEST_CRASH'] = 'yes'
    const { said } = await worker()
    await expect(run('poison').results).rejects.toMatchObject({
      code: 'training_job_failed',
      message: expect.stringMatching(/tried 3 times.*ended before its job was done \(SIGKILL\)/) as string,
    })
    expect(said.filter((line) => line.includes('job 0') && line.includes('begun'))).toHaveLength(3)
    expect(await rows('SELECT count(*) AS n FROM @.job')).toEqual([{ n: '0' }])
  })

  it('a cancelled run ends at once, and its worker takes the next', async () => {
    process.env['ANNOTATE_TEST_SLOW'] = '6000'
    const { said } = await worker()
    const { results, cancel } = run('cancelled')
    await until('a job to be begun', () => said.some((line) => line.includes('begun')))
    cancel.abort(new Error('cancelled'))
    await expect(results).rejects.toThrow('cancelled')
    await until('the worker to learn it', () => said.some((line) => line.includes('nobody wants it')))
  })
})

function fingerprint({ number, epochs, mined, scores, weights }: JobResult): string {
  const hash = createHash('sha256').update(JSON.stringify([number, epochs, mined]))
  for (const score of scores) hash.update(new Uint8Array(score.buffer, score.byteOffset, score.byteLength))
  if (weights !== null) hash.update(encodeWeights(weights))
  return hash.digest('hex')
}
