// A real server with the rooms' tables in a real PostgreSQL: what is marked is there, the processes that read rooms find it, and a restart, too.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { BacktestDetail, BacktestOut } from '../../../src/contract/backtests.ts'
import type { PreviewOut } from '../../../src/contract/preview.ts'
import type { TrainingRunOut } from '../../../src/contract/training.ts'
import type { WorkersOut } from '../../../src/contract/workers.ts'
import type { ForwardOrder } from '../../../src/inference/forward/process.ts'
import { openSharedWorkspace, openWorkspace } from '../../../src/library/open.ts'
import { until } from '../../patience.ts'
import { onPostgresAlone, type Place } from '../../postgres/each-database.ts'
import { startWorker } from '../../postgres/worker.ts'
import { NOW, startServer, type Harness } from './harness.ts'
import { fill, mark } from './small-market.ts'

const FORWARD = fileURLToPath(new URL('../../../src/inference/forward/process.ts', import.meta.url))

const MINUTE = 60_000

onPostgresAlone((newPlace) => {
  let place: Place
  let server: Harness
  beforeAll(async () => {
    place = await newPlace()
    server = await startServer('stored', { postgres: place.url, fill })
    for (const minutes of [25, 10]) await mark(server, minutes)
  })
  afterAll(async () => {
    await server.stop()
    await place.ask(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS ${place.schema}_jobs CASCADE`)
    await place.remove()
  })

  it('keeps the marks there, and none in the file', async () => {
    expect(await place.ask(`SELECT count(*) AS n FROM ${place.schema}.annotation`)).toEqual([{ n: '2' }])
    const { sqlite } = server.app.database
    expect(sqlite.prepare('SELECT count(*) FROM annotation').raw().get()).toEqual([0])
  })

  it('a preview and a training run read them in processes of their own', async () => {
    const preview = await server.call<PreviewOut>('GET', '/api/preview?symbol=ETH/USDT')
    expect(preview.body).toMatchObject({ annotations: 2, reason: null })
    const started = await server.call<TrainingRunOut>('POST', '/api/training-runs', {
      body: { model: 'instant' },
    })
    expect(started.status).toBe(202)
    const run = async () =>
      (await server.call<TrainingRunOut>('GET', `/api/training-runs/${started.body.id}`)).body
    await until('the run to be over', async () => !/QUEUED|RUNNING/.test((await run()).status))
    expect(await run()).toMatchObject({ status: 'COMPLETED', error: null, test_cases: 2 })
  })

  it('a program of one’s own opens it with the address, and is refused without', async () => {
    const { root } = server.workspace
    expect(() => openWorkspace(root)).toThrow(expect.objectContaining({ code: 'database_needed' }))
    const shared = await openSharedWorkspace(root, place.url)
    try {
      const state = await shared.marketState({ symbol: 'ETH/USDT', at: NOW })
      const said = await shared.orchestrator.instant_model.predict(state)
      expect(said).toMatchObject({ model: 'instant', checkpoint: '0001' })
      expect(said.scores.BUY + said.scores.SELL + said.scores.HOLD).toBeCloseTo(1, 5)
    } finally {
      await shared.close()
    }
  })

  async function trained(): Promise<TrainingRunOut> {
    const body = { model: 'cnn', epochs: 1, views: 1, seed: 5 }
    const started = await server.call<TrainingRunOut>('POST', '/api/training-runs', { body })
    const run = async () =>
      (await server.call<TrainingRunOut>('GET', `/api/training-runs/${started.body.id}`)).body
    await until('the run to be over', async () => !/QUEUED|RUNNING/.test((await run()).status), {
      limit: 120_000,
    })
    return run()
  }

  function filesOf({ id, checkpoint }: TrainingRunOut) {
    const { trainingResults, checkpoints } = server.workspace
    const result = JSON.parse(readFileSync(join(trainingResults, `${id}.json`), 'utf8')) as Record<
      string,
      unknown
    >
    return { result, weights: readFileSync(join(checkpoints, 'cnn', checkpoint!, 'weights.safetensors')) }
  }

  /** What it says goes to `said`. */
  function workerElsewhere(said: string[] = []): ChildProcess {
    const workspace = join(server.workspace.root, 'elsewhere')
    return startWorker({ url: place.url, workspace, processes: 2 }, (text) => said.push(text))
  }

  it('a worker does the jobs of a run, to the bytes that the server alone comes to', async () => {
    const workers = async () => (await server.call<WorkersOut>('GET', '/api/workers')).body.workers
    expect(await workers()).toEqual([])
    const alone = await trained()
    expect(alone).toMatchObject({ status: 'COMPLETED', error: null })
    expect(filesOf(alone).result).not.toHaveProperty('machines')
    const child = workerElsewhere()
    try {
      await until('the worker to be there', async () => (await workers()).length === 1)
      expect(await workers()).toMatchObject([
        {
          pid: child.pid,
          processes: 2,
          kinds: ['export', 'training', 'backtest', 'moments'],
          jobs: [],
          backtests: [],
        },
      ])
      const shared = await trained()
      expect(shared).toMatchObject({
        status: 'COMPLETED',
        error: null,
        warnings: alone.warnings,
        validation: alone.validation,
      })
      expect(filesOf(shared).result).toMatchObject({ machines: [expect.stringMatching(/^\w+-\w+ /)] })
      expect(filesOf(shared).weights.equals(filesOf(alone).weights)).toBe(true)
      expect(shared.epochs.map(({ epoch, loss, accuracy }) => [epoch, loss, accuracy])).toEqual(
        alone.epochs.map(({ epoch, loss, accuracy }) => [epoch, loss, accuracy]),
      )
    } finally {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    expect(await workers()).toEqual([])
  })

  async function backtested(more: object = {}): Promise<BacktestDetail> {
    const span = { from: NOW - 24 * MINUTE, to: NOW - 9 * MINUTE, include_trained: true }
    const body = { model: 'cnn', symbol: 'ETH/USDT', ...span, ...more }
    const started = await server.call<BacktestOut>('POST', '/api/backtests', { body })
    expect(started.status, started.text).toBe(202)
    const read = async () =>
      (await server.call<BacktestDetail>('GET', `/api/backtests/${started.body.id}`)).body
    await until('the backtest to be over', async () => !/QUEUED|RUNNING/.test((await read()).status), {
      limit: 120_000,
    })
    return read()
  }

  it('a worker does a backtest, to the calls, trades and figures that the server alone comes to', async () => {
    const alone = await backtested()
    expect(alone).toMatchObject({ status: 'COMPLETED', error: null, progress: 1 })
    const said: string[] = []
    const child = workerElsewhere(said)
    try {
      const workers = async () => (await server.call<WorkersOut>('GET', '/api/workers')).body.workers
      await until('the worker to be there', async () => (await workers()).length === 1)
      const shared = await backtested()
      expect(said.join('')).toContain(`backtest ${shared.id}: done`)
      const same = { id: null, created_at: null, finished_at: null }
      expect({ ...shared, ...same }).toEqual({ ...alone, ...same })
    } finally {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
  })

  it('one that waits for a worker is paused and cancelled, and done here once the last worker is gone', async () => {
    const said: string[] = []
    const child = workerElsewhere(said)
    const ask = async (id: string, what: string) =>
      (await server.call<BacktestOut>('POST', `/api/backtests/${id}/${what}`)).body
    try {
      await until('the worker to be there', () => countOfWorkers(1))
      // It takes nothing, and is there for a while yet.
      child.kill('SIGSTOP')
      const body = {
        model: 'cnn',
        symbol: 'ETH/USDT',
        from: NOW - 24 * MINUTE,
        to: NOW - 9 * MINUTE,
        include_trained: true,
      }
      const { id } = (await server.call<BacktestOut>('POST', '/api/backtests', { body })).body
      await until('it to wait', async () => (await waiting()) === '1')
      expect(await ask(id, 'pause')).toMatchObject({ status: 'PAUSED' })
      expect(await waiting()).toBe('0')
      const resumed = await ask(id, 'resume')
      expect(resumed.status).toMatch(/QUEUED|RUNNING/)
      const read = async () => (await server.call<BacktestOut>('GET', `/api/backtests/${id}`)).body
      await until('it to be done here', async () => (await read()).status === 'COMPLETED', { limit: 90_000 })
      expect(said.join('')).not.toContain('begun')
    } finally {
      child.kill('SIGKILL')
    }
  })

  async function countOfWorkers(wanted: number): Promise<boolean> {
    return (await server.call<WorkersOut>('GET', '/api/workers')).body.workers.length === wanted
  }

  async function waiting(): Promise<string | null | undefined> {
    const [row] = await place.ask(`SELECT count(*) AS n FROM ${place.schema}_jobs.training_job`)
    return row?.['n']
  }

  it('forward records are brought up to now there', async () => {
    const child = fork(FORWARD, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.send({ database: server.app.database.choice, now: NOW } satisfies ForwardOrder)
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('after a restart all is as it was', async () => {
    await server.restart()
    const { body } = await server.call<{ annotations: AnnotationOut[] }>('GET', '/api/annotations')
    expect(body.annotations).toHaveLength(2)
    expect(server.app.warnings()).toEqual([])
  })
})
