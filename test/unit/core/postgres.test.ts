// A real PostgreSQL under the rooms: brought up to date once, values exact, texts by their bytes, transactions as if one came after the other.
import type { Generated } from 'kysely'
import { expect, it } from 'vitest'
import type { Migration } from '../../../src/core/database.ts'
import { openPostgres, type PostgresDatabase } from '../../../src/core/postgres/open.ts'
import { onPostgresAlone } from '../../postgres/each-database.ts'

const SCHEMA: Migration = {
  id: 'test-001',
  sql: `CREATE TABLE thing (number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, size INTEGER, share REAL, body BLOB);
    CREATE TRIGGER thing_kept BEFORE DELETE ON thing BEGIN SELECT RAISE(ABORT, 'things are kept'); END`,
}
interface Tables {
  thing: {
    number: Generated<number>
    name: string
    size: number | null
    share: number | null
    body: Uint8Array | null
  }
}
const NOTHING = { size: null, share: null, body: null }

onPostgresAlone((newPlace) => {
  it('brings its schema up to date once, whoever comes first', async () => {
    const place = await newPlace()
    const opened = await Promise.all([1, 2, 3].map(() => openPostgres(place.url, [SCHEMA])))
    for (const [i, { tables }] of opened.entries())
      await tables<Tables>()
        .insertInto('thing')
        .values({ ...NOTHING, name: `${i}` })
        .execute()
    const counted = opened[0]?.tables<Tables>().selectFrom('thing').select('name').execute()
    expect(await counted).toHaveLength(3)
    for (const { close } of opened) await close()
    await expect(openPostgres(place.url, [])).rejects.toMatchObject({ code: 'newer_database' })
    await place.remove()
  })

  it('gives back what it was given, whole numbers beyond 2^53 excepted, which it refuses', async () => {
    const place = await newPlace()
    const { tables, close } = await openPostgres(place.url, [SCHEMA])
    const db = tables<Tables>()
    const row = {
      name: 'ä 😀 \\ \' "',
      size: 2 ** 53 - 1,
      share: 0.1 + 0.2,
      body: Uint8Array.from([0, 255, 92]),
    }
    await db.insertInto('thing').values(row).execute()
    const [read] = await db.selectFrom('thing').selectAll().execute()
    expect({ ...read, body: Uint8Array.from(read?.body ?? []) }).toEqual({ number: 1, ...row })
    await place.ask(`UPDATE ${place.schema}.thing SET size = 9007199254740993`)
    await expect(db.selectFrom('thing').select('size').execute()).rejects.toMatchObject({
      code: 'inexact_number',
    })
    await expect(db.deleteFrom('thing').execute()).rejects.toThrow('things are kept')
    const withNul = db.insertInto('thing').values({ ...NOTHING, name: 'a\u0000b' })
    await expect(withNul.execute()).rejects.toMatchObject({ code: 'invalid_text' })
    await close()
    await place.remove()
  })

  it('orders and compares texts by their bytes, though the database would not', async () => {
    const place = await newPlace()
    const { tables, close } = await openPostgres(place.url, [SCHEMA])
    const db = tables<Tables>()
    const names = ['b', 'B', 'a', 'ä', '-a', 'Z', 'é']
    await db
      .insertInto('thing')
      .values(names.map((name) => ({ ...NOTHING, name })))
      .execute()
    const rows = await db.selectFrom('thing').select('name').orderBy('name').execute()
    expect(rows.map(({ name }) => name)).toEqual(['-a', 'B', 'Z', 'a', 'b', 'ä', 'é'])
    const after = await db
      .selectFrom('thing')
      .select('name')
      .where('name', '>', 'Z')
      .orderBy('name')
      .execute()
    expect(after.map(({ name }) => name)).toEqual(['a', 'b', 'ä', 'é'])
    const own = await place.ask("SELECT * FROM (VALUES ('b'), ('B'), ('a')) AS v(t) ORDER BY t")
    expect(own.map(({ t }) => t)).toEqual(['a', 'b', 'B'])
    await close()
    await place.remove()
  })

  it('adds what two servers add at the same moment, though each read before it wrote', async () => {
    const place = await newPlace()
    const servers = await Promise.all([1, 2, 3].map(() => openPostgres(place.url, [SCHEMA])))
    const [first] = servers.map(({ tables }) => tables<Tables>())
    await first
      ?.insertInto('thing')
      .values({ ...NOTHING, name: 'n', size: 0 })
      .execute()
    const add = async ({ tables }: PostgresDatabase): Promise<void> =>
      tables<Tables>()
        .transaction()
        .execute(async (transaction) => {
          const { size } = await transaction.selectFrom('thing').select('size').executeTakeFirstOrThrow()
          await transaction
            .updateTable('thing')
            .set({ size: (size ?? 0) + 1 })
            .execute()
        })
    await Promise.all(servers.flatMap((server) => [1, 2, 3, 4].map(() => add(server))))
    expect(await first?.selectFrom('thing').select('size').executeTakeFirst()).toEqual({ size: 12 })
    for (const { close } of servers) await close()
    await place.remove()
  })

  it('says that it was cut off, and goes on by itself', async () => {
    const place = await newPlace()
    const { tables, close } = await openPostgres(place.url, [SCHEMA])
    const db = tables<Tables>()
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'annotate' AND query LIKE '%"thing"%'`
    const insert = (name: string) => db.insertInto('thing').values({ ...NOTHING, name })
    await expect(
      db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('thing')
          .values({ ...NOTHING, name: 'lost' })
          .execute()
        await place.ask(cut)
        await transaction
          .insertInto('thing')
          .values({ ...NOTHING, name: 'never' })
          .execute()
      }),
    ).rejects.toMatchObject({ code: 'database_unreachable' })
    await insert('kept').execute()
    expect(await db.selectFrom('thing').select('name').execute()).toEqual([{ name: 'kept' }])
    await close()
    await expect(insert('late').execute()).rejects.toThrow(/closed/)
    await place.remove()
  })

  it('names what keeps it from being opened, never the password', async () => {
    const place = await newPlace()
    const to = (change: (url: URL) => void): string => {
      const url = new URL(place.url)
      change(url)
      return url.href
    }
    await place.ask(
      `DROP ROLE IF EXISTS ${place.schema}; CREATE ROLE ${place.schema} LOGIN PASSWORD 'sesame-open'`,
    )
    const faults = [
      [to((url) => (url.password = 'sesame-closed')), 'database_refused'],
      [to((url) => (url.pathname = '/nowhere')), 'database_refused'],
      [to((url) => void ((url.username = place.schema), (url.password = 'sesame-open'))), 'database_refused'],
      ['postgres://annotate:sesame-open@127.0.0.1:1/x', 'database_unreachable'],
      ['postgres://annotate:sesame-open@/', 'invalid_database_url'],
      ['mysql://annotate:sesame-open@localhost/x', 'invalid_database_url'],
    ] as const
    for (const [url, code] of faults) {
      const error = await openPostgres(url, [SCHEMA]).catch((fault: unknown) => fault)
      expect(error).toMatchObject({ code })
      expect(String(error)).not.toContain('sesame')
    }
    await place.ask(`DROP ROLE ${place.schema}`)
    await place.remove()
  })
})
