// Servers beside each other on one PostgreSQL: whoever is asked, the owner does it; pages of both are told; and the next owner goes on with what the last one left.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Transaction } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnnotationOut, TestCasesOut } from '../../../src/contract/annotations.ts'
import type { HealthOut } from '../../../src/contract/market.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import type { TrainingRunOut } from '../../../src/contract/training.ts'
import { aloneOn } from '../../../src/keeping/lease.ts'
import { fenceBy } from '../../../src/server/beside/fence.ts'
import { until } from '../../patience.ts'
import { onPostgresAlone, type Place } from '../../postgres/each-database.ts'
import { NOW, startServer, type Harness } from './harness.ts'
import { listenTo, type Listening } from './listening.ts'
import { ETH, fill, mark } from './small-market.ts'

onPostgresAlone((newPlace) => {
  let place: Place
  let first: Harness
  let second: Harness
  const heard: Listening[] = []

  beforeAll(async () => {
    place = await newPlace()
    first = await startServer('stored', { postgres: place.url, mayBeBeside: true, fill })
    second = await startServer('stored', { postgres: place.url, mayBeBeside: true, fill: () => undefined })
    for (const { http } of [first, second])
      heard.push(await listenTo(http.url, 'annotation,training,test_case,model'))
  })
  afterAll(async () => {
    for (const each of heard) each.stop()
    await second.stop()
    await first.stop()
    await place.remove()
  })

  const database = async (server: Harness) =>
    (await server.call<HealthOut>('GET', '/api/health')).body.database
  const listed = async (server: Harness) =>
    (await server.call<{ annotations: AnnotationOut[] }>('GET', '/api/annotations')).body.annotations

  it('say who the owner is', async () => {
    expect(await database(first)).toMatchObject({ is_owner: true })
    const { owner, is_owner: isOwner } = await database(second)
    expect([owner, isOwner]).toEqual([expect.stringContaining(first.workspace.root), false])
  })

  it('a mark made at one is on both, its test case too, and the pages of both are told', async () => {
    const made = await mark(second, 25)
    await mark(first, 10)
    for (const server of [first, second])
      expect((await listed(server)).map(({ id }) => id)).toContain(made.id)
    const { body } = await second.call<TestCasesOut>('GET', '/api/test-cases')
    expect(body.test_cases.map(({ state }) => state)).toEqual(['complete', 'complete'])
    for (const each of heard) {
      await until('both to be told', () => each.of('annotation').length >= 2)
      expect(each.of<AnnotationOut>('annotation').map(({ id }) => id)).toContain(made.id)
    }
    await until(
      'the same to be told',
      () => heard[1]!.of('test_case').length === heard[0]!.of('test_case').length,
    )
    expect(heard[1]!.of('annotation')).toEqual(heard[0]!.of('annotation'))
  })

  it('what the owner refuses is refused as by itself', async () => {
    const asked = (server: Harness) =>
      server.call<ErrorBody>('POST', '/api/training-runs/none/cancel', { body: {} })
    const [ours, theirs] = [await asked(second), await asked(first)]
    expect([ours.status, ours.body]).toEqual([404, theirs.body])
    const session = await second.call<ErrorBody>('POST', '/api/inference-sessions', {
      body: { model: 'cnn', symbol: 'ETH/USDT' },
    })
    expect([session.status, session.body.error.code]).toEqual([409, 'no_checkpoint'])
  })

  it('a run that was begun at one is trained by the owner; the pages of both follow it', async () => {
    // What was not reviewed is scored, too, where nothing was.
    for (const minutes of [26, 11]) {
      const from = NOW - minutes * 60_000
      const body = { symbol: 'ETH/USDT', from, to: from + 150_000 }
      expect((await second.call('POST', '/api/reviewed-spans', { body })).status).toBe(201)
    }
    const started = await second.call<TrainingRunOut>('POST', '/api/training-runs', {
      body: { model: 'instant', seed: 3 },
    })
    expect(started.status).toBe(202)
    const { id } = started.body
    const status = async () =>
      (await second.call<TrainingRunOut>('GET', `/api/training-runs/${id}`)).body.status
    await until('the run to be over', async () => (await status()) === 'COMPLETED')
    const isTold = (each: Listening): boolean =>
      each.of<TrainingRunOut>('training').some((run) => run.id === id && run.status === 'COMPLETED')
    await until('all to be told', () => heard.every(isTold))
    expect(heard[1]!.of('training')).toEqual(heard[0]!.of('training'))
    const { body } = await second.call<{ models: { id: string; promoted: string | null }[] }>(
      'GET',
      '/api/models',
    )
    expect(body.models.find((model) => model.id === 'instant')).toMatchObject({ promoted: '0001' })
  })

  it('its checkpoint and its result are on both machines, to the byte', async () => {
    const kept = ({ workspace: { root } }: Harness): Record<string, string> =>
      Object.fromEntries(
        ['models/checkpoints/instant', 'ANNOTATE/data/training_results'].flatMap((folder) =>
          readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
            .filter((each) => each.isFile())
            .map(({ parentPath, name }) => {
              const path = join(parentPath, name)
              return [relative(root, path), readFileSync(path).toString('base64')] as const
            }),
        ),
      )
    const here = kept(first)
    expect(Object.keys(here).length).toBeGreaterThan(3)
    await until(
      'them to be copied',
      () => existsSync(second.workspace.trainingResults) && isDeepStrictEqual(kept(second), here),
    )
  })

  it('rows are not moved while a server is there, beside the owner too', async () => {
    const elsewhere = { ...first.workspace, root: '/elsewhere' }
    const work = aloneOn(place.url, elsewhere, () => Promise.reject(new Error('it was let')))
    await expect(work).rejects.toMatchObject({ code: 'database_in_use' })
  })

  it('the other is the owner once the first has ended, and that stands beside it when it is back', async () => {
    await first.close()
    await until('it to take over', async () => (await database(second)).is_owner)
    const again = await mark(second, 20)
    await first.open()
    expect(await database(first)).toMatchObject({ is_owner: false })
    expect((await listed(first)).map(({ id }) => id)).toContain(again.id)
  })

  it('what an owner of before would store of its sessions is refused, within the transaction', async () => {
    const { tables } = second.app.database
    const stored = (token: number | null) =>
      tables<{ lease: object }>()
        .transaction()
        .execute((transaction) =>
          fenceBy(() => ({ lease: 'server', token }))(transaction as unknown as Transaction<never>, [ETH]),
        )
    const [row] = await place.ask(`SELECT token FROM ${place.schema}.lease WHERE name = 'server'`)
    const token = Number(row?.['token'])
    await expect(stored(token)).resolves.toBeUndefined()
    for (const other of [token - 1, null])
      await expect(stored(other)).rejects.toMatchObject({ code: 'taken_over' })
  })

  it('whoever lost the database asks the one that has it', async () => {
    await place.ask(
      `UPDATE ${place.schema}.lease SET holder = 'elsewhere:/desk', token = token + 1 WHERE name = 'server'`,
    )
    await until('it to notice', async () => !(await database(second)).is_owner)
    const { body } = await second.call<HealthOut>('GET', '/api/health')
    expect(body.warnings.join()).toContain('taken_over')
    expect(body.database.owner).toBe('elsewhere:/desk')
    await until('the first to take over', async () => (await database(first)).is_owner)
    const made = await mark(second, 15)
    expect((await listed(first)).map(({ id }) => id)).toContain(made.id)
  })
})
