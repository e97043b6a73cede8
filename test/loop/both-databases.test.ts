// One workspace on SQLite and, moved by `annotate migrate`, on a real PostgreSQL: the same test cases, trainings that write the same bytes, live sessions that say the
// same. And the doctor, and the way back, as processes.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnnotationOut } from '../../src/contract/annotations.ts'
import type { SessionOut, SignalOut } from '../../src/contract/inference.ts'
import type { CandlesOut } from '../../src/contract/market.ts'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import { openDatabase } from '../../src/core/database.ts'
import { MINUTE, shift } from '../../src/core/time.ts'
import type { Workspace } from '../../src/core/workspace.ts'
import { BookStore } from '../../src/market/book/book-store.ts'
import { createDemoMarket } from '../../src/market/demo/demo-market.ts'
import { demoSnapshots } from '../../src/market/demo/top-book.ts'
import { SCHEMAS } from '../../src/server/schemas.ts'
import { copyFolder } from '../copied-folder.ts'
import { effort } from '../long.ts'
import { until } from '../patience.ts'
import { onPostgresAlone, type Place } from '../postgres/each-database.ts'
import { annotate } from '../unit/cli/annotate.ts'
import { NOW, startServer, type Harness } from '../unit/server/harness.ts'
import { ETH, fill, mark } from '../unit/server/small-market.ts'

const MODELS = effort(['instant', 'cnn'], ['instant', 'cnn', 'transformer', 'dqn', 'cob_rl'])
/** Minutes before `NOW` at which a trade is entered. */
const MARKS = effort(
  [30, 22, 10],
  Array.from({ length: 20 }, (_, n) => 33 - 1.5 * n),
)
const LIVE_SECONDS = 10

/** The small market, with its order book of each second where a model learns from it. */
async function fillAll(workspace: Workspace): Promise<void> {
  await fill(workspace)
  if (!MODELS.includes('cob_rl')) return
  const { sqlite, close } = openDatabase(workspace.database, SCHEMAS.market)
  const demo = createDemoMarket({ seed: 1, symbol: ETH.symbol })
  const span = { from: shift(NOW, -40 * MINUTE), to: shift(NOW, MINUTE) }
  new BookStore(sqlite).append(ETH, demoSnapshots(demo, span))
  await close()
}

onPostgresAlone((newPlace) => {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-both-'))
  /** As it was before anything was trained. */
  const marked = join(folder, 'marked')
  let place: Place
  let onSqlite: Harness
  let onPostgres: Harness
  let isServed = false
  let results: Record<string, unknown>

  beforeAll(async () => {
    place = await newPlace()
    onSqlite = await startServer('stored', { fill: fillAll })
    for (const minutes of MARKS) await mark(onSqlite, minutes)
    const span = { symbol: 'ETH/USDT', from: NOW - 34 * MINUTE, to: NOW - 3 * MINUTE }
    await onSqlite.call('POST', '/api/reviewed-spans', { body: span })
    await onSqlite.close()
    copyFolder(onSqlite.workspace.root, marked)
    await onSqlite.open()
    results = await trainAll(onSqlite)
  })
  afterAll(async () => {
    await onSqlite.stop()
    if (isServed) await onPostgres.close()
    rmSync(onPostgres.workspace.root, { recursive: true, force: true })
    await place.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A verb in the environment of this PostgreSQL. */
  async function verb(name: string, { root }: Workspace, ...more: string[]) {
    return annotate(name, '--workspace', root, '--database', place.url, ...more)
  }

  it('moved there by a process, it is served with the same marks', async () => {
    onPostgres = await startServer('stored', {
      postgres: place.url,
      fill: async (workspace) => {
        copyFolder(marked, workspace.root)
        const { code, stdout, stderr } = await annotate(
          'migrate',
          '--workspace',
          workspace.root,
          '--to',
          place.url,
        )
        expect({ code, stderr }).toMatchObject({ code: 0 })
        expect(stdout).toContain(`annotation: ${MARKS.length} rows`)
      },
    })
    isServed = true
    expect(await annotationsOf(onPostgres)).toEqual(await annotationsOf(onSqlite))
    expect(filesIn(onPostgres.workspace.testCases)).toEqual(filesIn(onSqlite.workspace.testCases))
  })

  it('trainings write the same bytes: weights, network, self-test, metadata, validation', async () => {
    expect(await trainAll(onPostgres)).toEqual(results)
    for (const model of MODELS) {
      const [here, there] = [onSqlite, onPostgres].map(({ workspace }) =>
        filesIn(join(workspace.checkpoints, model, '0001')),
      )
      expect(there).toEqual(here)
    }
  })

  it('the doctor, a process, finds it sound; a damaged file is set aside and filled from the logs again', async () => {
    const { workspace } = onPostgres
    const candles = await candlesOf(onPostgres)
    await onPostgres.close()
    isServed = false
    expect(await verb('doctor', workspace)).toMatchObject({ code: 0 })
    const bytes = readFileSync(workspace.database)
    writeFileSync(workspace.database, bytes.fill(0xa5, 4096, 3 * 4096))
    for (const end of ['-wal', '-shm']) rmSync(workspace.database + end, { force: true })
    expect(await verb('doctor', workspace)).toMatchObject({ code: 3 })
    const repaired = await verb('doctor', workspace, '--repair')
    expect(repaired, repaired.stdout + repaired.stderr).toMatchObject({ code: 0 })
    await onPostgres.open()
    isServed = true
    expect(await candlesOf(onPostgres)).toEqual(candles)
    expect(await annotationsOf(onPostgres)).toEqual(await annotationsOf(onSqlite))
  })

  it('live sessions say the same, score by score', async () => {
    const said = await live(onPostgres)
    expect(said).toEqual(await live(onSqlite))
    for (const signals of Object.values(said)) {
      expect(signals).toHaveLength(LIVE_SECONDS)
      expect(signals.filter(({ scores }) => scores === null)).toEqual([])
    }
  })

  it('the way back, a process: the same marks and runs, in the workspace’s own file', async () => {
    const { workspace } = onPostgres
    const [annotations, runs] = [await annotationsOf(onPostgres), await runsOf(onPostgres)]
    await onPostgres.close()
    isServed = false
    const { code, stderr } = await verb('migrate', workspace, '--to', 'sqlite')
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const again = await startServer('stored', {
      fill: (fresh) => copyFolder(workspace.root, fresh.root),
    })
    try {
      expect(await annotationsOf(again)).toEqual(annotations)
      expect(await runsOf(again)).toEqual(runs)
    } finally {
      await again.stop()
    }
  })
})

/** What each run found, by model. */
async function trainAll(server: Harness): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const model of MODELS) {
    const body = { model, seed: 5, ...(model === 'instant' ? {} : { epochs: 1, views: 1 }) }
    const started = await server.call<TrainingRunOut>('POST', '/api/training-runs', { body })
    expect(started.status, started.text).toBe(202)
    const read = async () =>
      (await server.call<TrainingRunOut>('GET', `/api/training-runs/${started.body.id}`)).body
    await until('the run to be over', async () => !/QUEUED|RUNNING/.test((await read()).status), {
      limit: 120_000,
    })
    const { status, error, validation, epochs, loss, accuracy, warnings } = await read()
    expect({ status, error }).toEqual({ status: 'COMPLETED', error: null })
    const figures = epochs.map((epoch) => [epoch.epoch, epoch.loss, epoch.accuracy])
    found[model] = { validation, figures, loss, accuracy, warnings }
  }
  return found
}

/** What each model's checkpoint says of the next seconds. */
async function live({ app, call, clock }: Harness) {
  const ids = new Map<string, string>()
  for (const model of MODELS) {
    const body = { model, checkpoint: '0001', symbol: ETH.symbol }
    const started = await call<SessionOut>('POST', '/api/inference-sessions', { body })
    expect(started.status, started.text).toBe(201)
    ids.set(model, started.body.id)
  }
  const from = clock.now()
  for (let n = 1; n <= LIVE_SECONDS; n += 1) {
    clock.moveTo(shift(from, n * 1000))
    await until(
      'every model to answer',
      async () => (await app.inference.record.counts()).signals >= n * ids.size,
    )
  }
  const said: Record<string, Pick<SignalOut, 'timestamp' | 'action' | 'scores' | 'reason'>[]> = {}
  for (const [model, id] of ids) {
    await call('POST', `/api/inference-sessions/${id}/stop`)
    const signals = await app.inference.record.signals({ session: id, limit: 100 })
    said[model] = signals.map(({ timestamp, action, scores, reason }) => ({
      timestamp,
      action,
      scores,
      reason,
    }))
  }
  return said
}

/** Contents by name, under a folder. */
function filesIn(root: string): Record<string, string> {
  const names = existsSync(root) ? readdirSync(root).toSorted((a, b) => a.localeCompare(b)) : []
  return Object.fromEntries(
    names.map((name) => [
      name,
      readFileSync(join(root, name)).toString(name.endsWith('.json') ? 'utf8' : 'base64'),
    ]),
  )
}

async function annotationsOf({ call }: Harness): Promise<AnnotationOut[]> {
  return (await call<{ annotations: AnnotationOut[] }>('GET', '/api/annotations')).body.annotations
}

async function runsOf({ call }: Harness): Promise<TrainingRunOut[]> {
  return (await call<{ training_runs: TrainingRunOut[] }>('GET', '/api/training-runs')).body.training_runs
}

async function candlesOf({ call }: Harness): Promise<CandlesOut['candles']> {
  const { body } = await call<CandlesOut>('GET', '/api/candles?symbol=ETH/USDT&timeframe=1s&limit=500')
  return body.candles
}
