// Stored training runs, asked of each database: newest first, by status, and by the checkpoint that they made.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { epochMs } from '../../../src/core/time.ts'
import { cnn } from '../../../src/models/cnn.ts'
import { newRun } from '../../../src/training/runs/new-run.ts'
import { RunStore } from '../../../src/training/runs/run-store.ts'
import { trainingMigrations } from '../../../src/training/runs/schema.ts'
import { onEachDatabase, type OpenedDatabase } from '../../postgres/each-database.ts'

const BODY = { model: 'cnn', seed: 7 }

onEachDatabase((open) => {
  let database: OpenedDatabase
  let store: RunStore
  const ids: string[] = []
  beforeAll(async () => {
    database = await open(trainingMigrations)
    store = new RunStore(database)
    for (const checkpoint of [null, '0001', '0002', '0001']) {
      const run = { ...newRun(BODY, cnn, null, epochMs(0)), checkpoint }
      await store.insert({ body: BODY, run })
      ids.push(run.id)
    }
  })
  afterAll(() => database.close())
  const idsOf = (runs: readonly { run: { id: string } }[]): string[] => runs.map(({ run }) => run.id)

  it('they come back as they went in, newest first, a page at a time', async () => {
    const [first, second, third, fourth] = ids
    expect(idsOf(await store.list())).toEqual([fourth, third, second, first])
    expect(idsOf(await store.list({ limit: 2, before: fourth ?? '' }))).toEqual([third, second])
    const stored = await store.get(second ?? '')
    expect(stored?.body).toEqual(BODY)
    expect(stored?.run).toMatchObject({
      ...newRun(BODY, cnn, null, epochMs(0)),
      id: second,
      checkpoint: '0001',
    })
    expect(await store.get('none')).toBeNull()
    expect(await store.count()).toBe(4)
  })

  it('that made a checkpoint are found by it, the newest of several', async () => {
    const [, second, third, fourth] = ids
    expect(idsOf(await store.ofCheckpoint('cnn', '0001'))).toEqual([fourth, second])
    expect(await store.ofCheckpoint('dqn', '0001')).toEqual([])
    const found = await store.byCheckpoint('cnn')
    expect([...found]).toEqual([
      ['0001', fourth],
      ['0002', third],
    ])
  })

  it('of a status come oldest first', async () => {
    const [first, , third] = ids
    const queued = await store.withStatus('QUEUED')
    for (const { run } of queued) if (run.id !== third) await store.update({ ...run, status: 'COMPLETED' })
    expect(idsOf(await store.withStatus('QUEUED'))).toEqual([third])
    expect(idsOf(await store.withStatus('COMPLETED'))[0]).toBe(first)
  })
})
