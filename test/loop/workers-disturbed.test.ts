// Runs by three workers, one of them killed by -9 in the middle of each, connections cut, PostgreSQL standing still for 20 s and killed: each run is completed with the
// bytes of an undisturbed one, and no job has two results.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import type { WorkerOut, WorkersOut } from '../../src/contract/workers.ts'
import { effort } from '../long.ts'
import { until } from '../patience.ts'
import { onPostgresAlone } from '../postgres/each-database.ts'
import { OwnPostgres } from '../postgres/own-server.ts'
import { heardWorker, type HeardWorker } from '../postgres/worker.ts'
import { startServer, type Harness } from '../unit/server/harness.ts'
import { fill, mark } from '../unit/server/small-market.ts'

const WORKERS = 3
const ROUNDS = effort(2, 20)
/** Longer than workers and servers wait for a sign of life. */
const STANDING_MS = 20_000
const TRAINING = { model: 'cnn', epochs: 30, views: 2, seed: 5 }
const OVER: ReadonlySet<unknown> = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'INTERRUPTED'])

onPostgresAlone(() => {
  let postgres: OwnPostgres
  let own: OwnPostgres | null = null
  let server: Harness
  let calm: unknown
  const workers: HeardWorker[] = []

  beforeAll(async () => {
    own = process.platform === 'linux' ? await OwnPostgres.start() : null
    if (own === null) return
    postgres = own
    server = await startServer('stored', { postgres: postgres.url, fill })
    for (const minutes of [25, 10]) await mark(server, minutes)
    calm = filesOf(await ended(await begin()))
  })
  afterAll(async () => {
    for (const { child } of workers) child.kill('SIGKILL')
    if (own === null) return
    await server.stop()
    await own.stop()
  })

  async function begin(): Promise<string> {
    const started = await server.call<TrainingRunOut>('POST', '/api/training-runs', { body: TRAINING })
    expect(started.status, started.text).toBe(202)
    return started.body.id
  }

  async function ended(id: string): Promise<TrainingRunOut> {
    let seen: TrainingRunOut | undefined
    // While PostgreSQL is away nothing is told of it.
    const isOver = async (): Promise<boolean> => {
      seen = (await server.call<TrainingRunOut>('GET', `/api/training-runs/${id}`)).body
      return OVER.has(seen.status)
    }
    const state = () => ({ seen, workers: workers.map(({ child, said }) => [child.pid, said.slice(-600)]) })
    await until('the run to be over', isOver, { limit: 150_000, every: 200, state })
    return seen!
  }

  function oneMore(): void {
    const workspace = join(server.workspace.root, `worker-${workers.length}`)
    workers.push(heardWorker({ url: postgres.url, workspace, processes: 1 }))
  }

  const isAlive = ({ child }: HeardWorker): boolean => child.exitCode === null && child.signalCode === null
  /** Those alive of `WORKERS`. */
  const crew = (): HeardWorker[] => workers.filter(isAlive)

  async function there(): Promise<WorkerOut[]> {
    return (await server.call<WorkersOut>('GET', '/api/workers')).body.workers ?? []
  }

  /** A worker that has a job of the run now. */
  async function busy(run: string): Promise<HeardWorker> {
    let found: HeardWorker | undefined
    await until('a worker to be at a job', async () => {
      const pid = (await there()).find(({ jobs }) => jobs.some((job) => job.run === run))?.pid
      found = crew().find(({ child }) => child.pid === pid)
      return found !== undefined
    })
    return found!
  }

  /** What befalls the database in a round, beside the worker that is killed. */
  const DISTURBANCES: readonly (() => Promise<void>)[] = [
    () => postgres.cutConnections(),
    async () => {
      postgres.stand()
      await sleep(STANDING_MS)
      postgres.goOn()
    },
    () => postgres.restart(),
    async () => undefined,
  ]
  /** The short form has the hardest two together. */
  const befalls = effort(
    [
      () => postgres.cutConnections(),
      async () => {
        await DISTURBANCES[1]!()
        await postgres.restart()
      },
    ],
    DISTURBANCES,
  )

  it.for(Array.from({ length: ROUNDS }, (_, round) => round))(
    'round %i',
    { timeout: 15 * 60_000 },
    async (round, { skip }) => {
      if (own === null)
        return skip('a PostgreSQL can be started and stopped on Linux alone, where its programs are')
      while (crew().length < WORKERS) oneMore()
      await until('the workers to be there', async () => {
        const known = new Set((await there()).map(({ pid }) => pid))
        return crew().every(({ child }) => known.has(child.pid!))
      })
      const id = await begin()
      const killed = await busy(id)
      killed.child.kill('SIGKILL')
      await befalls[round % befalls.length]!()
      const run = await ended(id)
      expect(run, JSON.stringify(run.error)).toMatchObject({ status: 'COMPLETED', error: null })
      expect(filesOf(run)).toEqual(calm)
      expect(resultsOf(id).filter(({ count }) => count !== 1)).toEqual([])
      await until('nothing of it to be left', async () => {
        const [row] = await postgres.ask('SELECT count(*) AS n FROM annotate_jobs.training_job')
        return row?.['n'] === '0'
      })
    },
  )

  /** By job, how often a worker said that its result was taken. */
  function resultsOf(run: string): { job: string; count: number }[] {
    const counts = new Map<string, number>()
    for (const { said } of workers)
      for (const [, job = ''] of said.matchAll(new RegExp(`^(job \\d+ of run ${run}): done$`, 'gm')))
        counts.set(job, (counts.get(job) ?? 0) + 1)
    return [...counts].map(([job, count]) => ({ job, count }))
  }

  function filesOf({ checkpoint, validation, epochs }: TrainingRunOut): unknown {
    const folder = join(server.workspace.checkpoints, 'cnn', checkpoint ?? 'none')
    const read = (name: string): string => readFileSync(join(folder, name)).toString('base64')
    return {
      weights: read('weights.safetensors'),
      metadata: readFileSync(join(folder, 'metadata.json'), 'utf8'),
      validation,
      epochs: epochs.map(({ epoch, loss, accuracy }) => [epoch, loss, accuracy]),
    }
  }
})
