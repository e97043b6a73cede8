// Servers in folders of their own on one PostgreSQL, one after the other: whoever comes next has the marks, the markets and the test cases, byte for byte.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { HealthOut } from '../../../src/contract/market.ts'
import type { TrainingRunOut } from '../../../src/contract/training.ts'
import { at } from '../../../src/core/at.ts'
import { openDatabase } from '../../../src/core/database.ts'
import type { Workspace } from '../../../src/core/workspace.ts'
import { openMarketStore } from '../../../src/market/store/market-store.ts'
import { openWorkspace } from '../../../src/server/open-workspace.ts'
import { until } from '../../patience.ts'
import { onPostgresAlone, type Place } from '../../postgres/each-database.ts'
import { rowsOf } from '../market/log-fixture.ts'
import { NOW, startServer, type Harness } from './harness.ts'
import { ETH, fill, importInto, mark } from './small-market.ts'

const BTC = { venue: 'imported', symbol: 'BTC/USDT' }
async function trained(server: Harness): Promise<TrainingRunOut> {
  const body = { model: 'instant', seed: 3 }
  const { id } = (await server.call<TrainingRunOut>('POST', '/api/training-runs', { body })).body
  const run = async (): Promise<TrainingRunOut> =>
    (await server.call<TrainingRunOut>('GET', `/api/training-runs/${id}`)).body
  await until('the run to be over', async () => !/QUEUED|RUNNING/.test((await run()).status))
  return run()
}

/** All that a file says of both markets. */
function contentOf({ database }: Workspace): Record<string, string[]>[] {
  const { sqlite, close } = openDatabase(database, [])
  const store = openMarketStore(sqlite)
  const rows = [ETH, BTC].map((market) => rowsOf({ store }, market))
  void close()
  return rows
}

/** Whether all that is in the file is in the markets' logs: what an ending server has no time for waits for its next start. */
function nothingLeft({ database }: Workspace): boolean {
  const { sqlite, close } = openDatabase(database, [])
  const left = sqlite.prepare('SELECT count(*) FROM market_outbox').raw().get()
  void close()
  return (left as [number])[0] === 0
}

/** The file of a case, but for the annotation's id, which is drawn anew for each. */
async function caseOf({ testCases }: Workspace, { test_case_id: name, id }: AnnotationOut): Promise<string> {
  return (await readFile(join(testCases, `${name}.json`), 'utf8')).replaceAll(id, 'ID')
}

onPostgresAlone((newPlace) => {
  let place: Place
  let first: Harness
  let marks: AnnotationOut[]

  beforeAll(async () => {
    place = await newPlace()
    first = await startServer('stored', { postgres: place.url, fill })
    marks = [await mark(first, 25), await mark(first, 10)]
  })
  afterAll(async () => {
    await first.stop()
    await place.remove()
  })

  const one = async (sql: string): Promise<string | null | undefined> =>
    Object.values(at(await place.ask(sql.replaceAll('@', `${place.schema}.`)), 0))[0]

  it('says which database serves, and not its password', async () => {
    const { body } = await first.call<HealthOut>('GET', '/api/health')
    expect(body.database).toEqual({
      kind: 'postgres',
      name: expect.stringMatching(/^annotate@.*\/postgres$/),
      owner: expect.stringContaining(first.workspace.root),
      is_owner: true,
    })
    expect(JSON.stringify(body)).not.toContain('secret')
  })

  it('makes the same test cases, weights and network as a server on SQLite', async () => {
    const alone = await startServer('stored', { fill })
    try {
      const others = [await mark(alone, 25), await mark(alone, 10)]
      for (const [n, made] of marks.entries())
        expect(await caseOf(first.workspace, made)).toBe(await caseOf(alone.workspace, at(others, n)))
      for (const server of [first, alone])
        expect(await trained(server)).toMatchObject({ status: 'COMPLETED', error: null, checkpoint: '0001' })
      for (const name of ['weights.safetensors', 'model.onnx']) {
        const [ours, theirs] = await Promise.all(
          [first, alone].map(({ workspace }) =>
            readFile(join(workspace.checkpoints, 'instant', '0001', name)),
          ),
        )
        expect(ours?.equals(theirs ?? Buffer.alloc(0)), name).toBe(true)
      }
    } finally {
      await alone.stop()
    }
  })

  it('without its PostgreSQL the workspace is not opened: what counts is not in its file', async () => {
    await first.close()
    const { workspace, clock } = first
    expect(() => openWorkspace({ workspace, clock })).toThrow(/are in the PostgreSQL annotate@.*DATABASE_URL/)
    await first.open()
  })

  it('one server works there at a time: another is told which', async () => {
    await expect(startServer('stored', { postgres: place.url, fill: () => undefined })).rejects.toMatchObject(
      {
        code: 'database_in_use',
        message: expect.stringContaining(first.workspace.root),
      },
    )
  })

  it('a workspace that was marked in is not served from a database without its marks', async () => {
    const other = await newPlace()
    const filled = async (workspace: Workspace): Promise<void> => {
      await fill(workspace)
      const { annotations, close } = openWorkspace({ workspace, clock: first.clock })
      const [entry, exit] = [25, 24].map((minutes) => ({ timestamp: NOW - minutes * 60_000, price: 2400 }))
      const body = { symbol: ETH.symbol, direction: 'LONG' as const, entry: entry!, exit: exit! }
      await annotations.create(body, ETH)
      await close()
    }
    await expect(startServer('stored', { postgres: other.url, fill: filled })).rejects.toMatchObject({
      code: 'not_migrated',
    })
    await other.remove()
  })

  it('the next server, in an empty folder, has the marks, every row of the markets, and the same test cases', async () => {
    await importInto(first.workspace, BTC, ['1s'])
    const before = await Promise.all(marks.map((each) => caseOf(first.workspace, each)))
    await until('the log to have it', () => nothingLeft(first.workspace))
    await first.close()
    const appended = await one('SELECT sum(number) FROM @market_log_head')
    const second = await startServer('stored', { postgres: place.url, fill: () => undefined })
    try {
      const { body } = await second.call<{ annotations: AnnotationOut[] }>('GET', '/api/annotations')
      expect(new Set(body.annotations.map(({ id }) => id))).toEqual(new Set(marks.map(({ id }) => id)))
      expect(await Promise.all(marks.map((each) => caseOf(second.workspace, each)))).toEqual(before)
      await second.close()
      // Nothing of what it caught up with is news.
      expect(await one('SELECT sum(number) FROM @market_log_head')).toBe(appended)
      const [ours, theirs] = [contentOf(first.workspace), contentOf(second.workspace)]
      expect(theirs).toEqual(ours)
      expect(at(theirs, 1)['candle']?.length).toBeGreaterThan(2_400)
    } finally {
      await second.open()
      await second.stop()
    }
    await first.open()
  })

  it('a server whose database another has taken over stands still and says so', async () => {
    await place.ask(`UPDATE ${place.schema}.lease SET holder = 'elsewhere:/desk', token = token + 1`)
    const health = async () => (await first.call<HealthOut>('GET', '/api/health')).body
    await until('it to notice', async () => (await health()).warnings.join().includes('taken_over'))
    expect(await health()).toMatchObject({ status: 'degraded' })
    await place.ask(`UPDATE ${place.schema}.lease SET ends_at = 0`)
    await first.restart()
    expect((await health()).warnings).toEqual([])
  })

  it('what another appended to a market it no longer owns is not appended to', async () => {
    await place.ask(`UPDATE ${place.schema}.market_log_head SET token = token + 1 WHERE symbol = 'BTC/USDT'`)
    const known = await one('SELECT sum(number) FROM @market_log_head')
    await importInto(first.workspace, BTC, ['1m'])
    const health = async () => (await first.call<HealthOut>('GET', '/api/health')).body
    await until('it to notice', async () => (await health()).warnings.join().includes('market_not_owned'))
    expect(await one('SELECT sum(number) FROM @market_log_head')).toBe(known)
    await first.restart()
    expect((await health()).warnings).toEqual([])
    await until(
      'it to be appended',
      async () => (await one('SELECT sum(number) FROM @market_log_head')) !== known,
    )
  })
})
