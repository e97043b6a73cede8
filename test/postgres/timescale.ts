// Tests that ask TimescaleDB: each a database of its own on the run's PostgreSQL, where that has the extension; else they are skipped, with the reason.
import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { describe } from 'vitest'
import { testServer, type TestServer } from './server.ts'

export interface TestDatabase {
  readonly url: string
  /** As one who may do nothing but what PostgreSQL's schema `public` is granted for. */
  readonly plainUrl: string
  /** As the owner of the server. */
  readonly ask: (sql: string) => Promise<Record<string, string | null>[]>
  /** Whoever is connected is cut off. */
  remove(): Promise<void>
}

const PASSWORD = 'plain'
const HOW =
  'ANNOTATE_TEST_POSTGRES names the folder of a PostgreSQL that has it, or DATABASE_URL such a server, with ANNOTATE_TEST_POSTGRES=none'
const server = await testServer()
const missing = await missingOf(server)

export function onTimescaleAlone(suite: (newDatabase: () => Promise<TestDatabase>) => void): void {
  const why = missing === null ? '' : `, of which there is none (${missing}; ${HOW})`
  describe.skipIf(missing !== null)(`on TimescaleDB${why}`, () => {
    suite(newDatabase)
  })
}

/** What keeps the extension from being created there; null where nothing does. */
async function missingOf(found: TestServer): Promise<string | null> {
  if ('missing' in found) return found.missing
  const sql = `SELECT current_setting('timescaledb.disable_load', true) IS NOT NULL AS loaded, version() AS version`
  const [row] = await once(found.url, sql)
  return row?.['loaded'] === true ? null : `${String(row?.['version']).split(' (')[0]} was started without it`
}

async function newDatabase(): Promise<TestDatabase> {
  if ('missing' in server) throw new Error(server.missing)
  const name = `timescale_${randomUUID().replaceAll('-', '')}`
  const plain = `plain_${name}`
  await once(server.url, `CREATE DATABASE ${name}`)
  await once(server.url, `CREATE ROLE ${plain} LOGIN PASSWORD '${PASSWORD}'`)
  const url = new URL(server.url)
  url.pathname = `/${name}`
  await once(url.href, `GRANT CREATE, USAGE ON SCHEMA public TO ${plain}`)
  const plainUrl = new URL(url)
  plainUrl.username = plain
  plainUrl.password = PASSWORD
  return {
    url: url.href,
    plainUrl: plainUrl.href,
    ask: async (sql) => (await once(url.href, sql)) as Record<string, string | null>[],
    remove: async () => {
      await once(server.url, `DROP DATABASE ${name} WITH (FORCE)`)
      await once(server.url, `DROP ROLE ${plain}`)
    },
  }
}

async function once(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const pool = new Pool({ connectionString: url, max: 1 })
  pool.on('error', () => undefined)
  try {
    return (await pool.query<Record<string, unknown>>(sql)).rows
  } finally {
    await pool.end()
  }
}
