// The database: durable settings, migrations applied once, transactions whole or not at all.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDatabase, type Migration } from '../../../src/core/database.ts'
import { inTransaction } from '../../../src/core/transaction.ts'

const FIRST: Migration = { id: 'test-001', sql: 'CREATE TABLE thing (name TEXT NOT NULL)' }
const SECOND: Migration = { id: 'test-002', sql: "INSERT INTO thing (name) VALUES ('from the second step')" }
const BROKEN: Migration = { id: 'test-003', sql: 'INSERT INTO nowhere VALUES (1)' }

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'annotate-database-'))
  path = join(folder, 'deep', 'annotate.db')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function names(migrations: readonly Migration[]): string[] {
  const { sqlite, close } = openDatabase(path, migrations)
  const rows = sqlite.prepare('SELECT name FROM thing').all() as { name: string }[]
  void close()
  return rows.map(({ name }) => name)
}

it('applies each step once, and those that came later', () => {
  expect(names([FIRST])).toEqual([])
  expect(names([FIRST, SECOND])).toEqual(['from the second step'])
  expect(names([FIRST, SECOND])).toEqual(['from the second step'])
})

it('leaves the schema as it was when a step fails', () => {
  expect(() => openDatabase(path, [FIRST, SECOND, BROKEN])).toThrow(/could not be opened/)
  expect(names([FIRST])).toEqual([])
})

it('is durable and keeps references', async () => {
  const database = openDatabase(path, [])
  const pragma = (name: string): unknown =>
    Object.values(database.sqlite.prepare(`PRAGMA ${name}`).get() as object)[0]
  expect({ mode: pragma('journal_mode'), sync: pragma('synchronous'), keys: pragma('foreign_keys') }).toEqual(
    { mode: 'wal', sync: 2, keys: 1 },
  )
  await database.close()
})

it('names a file that is no database', async () => {
  path = join(folder, 'notes.txt')
  await writeFile(path, 'this is no database, it is a text that is longer than a header '.repeat(20))
  expect(() => openDatabase(path, [FIRST])).toThrow(/notes\.txt could not be opened/)
})

it('takes all of a transaction or nothing', async () => {
  const database = openDatabase(path, [FIRST])
  const { sqlite } = database
  const insert = sqlite.prepare('INSERT INTO thing (name) VALUES (?)')
  expect(() =>
    inTransaction(sqlite, () => {
      insert.run('lost')
      throw new Error('no')
    }),
  ).toThrow('no')
  inTransaction(sqlite, () => insert.run('kept'))
  const rows = await database.tables<{ thing: { name: string } }>().selectFrom('thing').selectAll().execute()
  expect(rows).toEqual([{ name: 'kept' }])
  await database.close()
})

it('refuses what comes after it was closed, and the process goes on', async () => {
  const database = openDatabase(path, [FIRST])
  const tables = database.tables<{ thing: { name: string } }>()
  await database.close()
  await expect(tables.insertInto('thing').values({ name: 'late' }).execute()).rejects.toThrow(/closed/)
  await expect(tables.selectFrom('thing').selectAll().execute()).rejects.toThrow(/closed/)
  await expect(tables.transaction().execute(async () => undefined)).rejects.toThrow(/closed/)
})
