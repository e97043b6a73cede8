// Another process holds the write lock: what is written waits for it, and the thread goes on.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { patiently } from '../../../src/core/busy.ts'
import { openDatabase, type Database } from '../../../src/core/database.ts'
import { inTransaction } from '../../../src/core/transaction.ts'

const HOLDER = fileURLToPath(new URL('lock-holder.ts', import.meta.url))
const HELD_MS = 1_500
const THING = { id: 'test-001', sql: 'CREATE TABLE thing (name TEXT NOT NULL)' }

interface Tables {
  thing: { name: string }
}

let folder: string
let database: Database
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'annotate-busy-'))
  database = openDatabase(join(folder, 'annotate.db'), [THING])
})
afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

/** Does `work` while another process holds the lock for `HELD_MS`; how often a timer of 10 ms fired meanwhile. */
async function besideAHolder(work: () => Promise<unknown>): Promise<number> {
  const holder = fork(HOLDER, [join(folder, 'annotate.db'), String(HELD_MS)])
  await once(holder, 'message')
  let ticks = 0
  const timer = setInterval(() => (ticks += 1), 10)
  await work()
  clearInterval(timer)
  if (holder.exitCode === null) await once(holder, 'exit')
  return ticks
}

/** What is durable: as another connection reads it. */
function onDisk(): string[] {
  const other = openDatabase(join(folder, 'annotate.db'), [THING])
  const rows = other.sqlite.prepare('SELECT name FROM thing ORDER BY name').raw().all() as [string][]
  void other.close()
  return rows.map(([name]) => name)
}

const names = async (): Promise<string[]> => {
  const rows = await database.tables<Tables>().selectFrom('thing').selectAll().orderBy('name').execute()
  return rows.map(({ name }) => name)
}

it('a statement and a transaction of the rooms wait, other work goes on', async () => {
  const db = database.tables<Tables>()
  const ticks = await besideAHolder(() =>
    Promise.all([
      db.insertInto('thing').values({ name: 'a' }).execute(),
      db.transaction().execute(async (transaction) => {
        await transaction.insertInto('thing').values({ name: 'b' }).execute()
        await transaction.insertInto('thing').values({ name: 'c' }).execute()
      }),
    ]),
  )
  expect(await names()).toEqual(['a', 'b', 'c'])
  // Also what comes after a wait is durable, and not a part of what the wait began.
  await db.insertInto('thing').values({ name: 'd' }).execute()
  expect(onDisk()).toEqual(['a', 'b', 'c', 'd'])
  // 150 on a machine with nothing else to do; none where the thread waits in place.
  expect(ticks).toBeGreaterThan(15)
})

it('a transaction of the market waits, other work goes on', async () => {
  const { sqlite } = database
  const insert = sqlite.prepare('INSERT INTO thing (name) VALUES (?)')
  const ticks = await besideAHolder(() => patiently(() => inTransaction(sqlite, () => insert.run('a'))))
  expect(await names()).toEqual(['a'])
  expect(ticks).toBeGreaterThan(15)
})

it('readers wait for nobody', async () => {
  await database.tables<Tables>().insertInto('thing').values({ name: 'a' }).execute()
  let read: string[] = []
  await besideAHolder(async () => {
    read = await Promise.race([names(), new Promise<string[]>((end) => setTimeout(end, HELD_MS / 2, []))])
  })
  expect(read).toEqual(['a'])
})

it('two transactions of the rooms never share one', async () => {
  const db = database.tables<Tables>()
  const failing = db.transaction().execute(async (transaction) => {
    await transaction.insertInto('thing').values({ name: 'lost' }).execute()
    await new Promise((done) => setTimeout(done, 20))
    throw new Error('planted')
  })
  const kept = database.tables<Tables>().insertInto('thing').values({ name: 'kept' }).execute()
  await expect(failing).rejects.toThrow('planted')
  await kept
  expect(await names()).toEqual(['kept'])
})
