// The write-ahead log of a process that answers: what it holds moves into the file without anybody's asking, and whoever asks later is not told too early.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { openDatabase, type Database } from '../../../src/core/database.ts'
import { WriteAheadLog } from '../../../src/core/wal.ts'

interface Tables {
  note: { id?: number; text: string }
}
const SCHEMA = [{ id: 'note-1', sql: 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)' }]
const MB = 1024 * 1024

function opened(alone = false): { database: Database; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-wal-'))
  const path = join(folder, 'annotate.db')
  const database = openDatabase(path, SCHEMA, { alone })
  onTestFinished(async () => {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { database, path }
}

/** 6 MB, in transactions of 100 kB. */
async function fill(database: Database): Promise<void> {
  const db = database.tables<Tables>()
  for (let n = 0; n < 60; n += 1)
    await db
      .insertInto('note')
      .values({ text: 'x'.repeat(MB / 10) })
      .execute()
}

it(
  'is moved into the file by a thread, while its connections would leave it',
  { timeout: 60_000 },
  async () => {
    const { database, path } = opened()
    await fill(database)
    const [[pages]] = database.sqlite.prepare('PRAGMA wal_autocheckpoint').raw().all() as [[number]]
    expect(pages * 4096).toBeGreaterThan(6 * MB)
    const note = database.tables<Tables>().insertInto('note').values({ text: 'y' })
    while (statSync(path).size < 5 * MB) {
      await sleep(20)
      await note.execute()
    }
  },
)

it('is synced, and so moved, within a second where nobody waits for it', { timeout: 60_000 }, async () => {
  const { database, path } = opened()
  const insert = database.sqlite.prepare('INSERT INTO note (text) VALUES (?)')
  for (let n = 0; n < 60; n += 1) insert.run(['x'.repeat(MB / 10)])
  while (statSync(path).size < 5 * MB) {
    database.wal?.syncSoon()
    await sleep(20)
  }
  expect(statSync(path).size).toBeGreaterThan(5 * MB)
})

it('is synced anew for whoever asks while it is being synced, once for all of them', async () => {
  const { database } = opened()
  await database.tables<Tables>().insertInto('note').values({ text: 'one' }).execute()
  const first = database.wal?.synced()
  const [second, third] = [database.wal?.synced(), database.wal?.synced()]
  expect(second).not.toBe(first)
  expect(third).toBe(second)
  let isFirstOver = false
  void first?.then(() => (isFirstOver = true))
  await second
  expect(isFirstOver).toBe(true)
})

it('has nobody to move it where a verb is alone with the file, whose commits wait for the disk', () => {
  const { database } = opened(true)
  expect(database.wal).toBeNull()
  const [[synchronous]] = database.sqlite.prepare('PRAGMA synchronous').raw().all() as [[number]]
  expect(synchronous).toBe(2)
})

it('has let go of the file once it is closed, however lately its thread was begun', async () => {
  const { database, path } = opened()
  await fill(database)
  await database.wal?.synced()
  await database.close()
  for (const name of readdirSync(dirname(path))) rmSync(join(dirname(path), name))
  await sleep(2_000)
  expect(readdirSync(dirname(path))).toEqual([])
})

it('is opened anew where it could not be opened once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-wal-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'late.db')
  const wal = new WriteAheadLog(path)
  await expect(wal.synced()).rejects.toMatchObject({ code: 'ENOENT' })
  writeFileSync(`${path}-wal`, '')
  await expect(wal.synced()).resolves.toBeUndefined()
  await wal.close()
})
