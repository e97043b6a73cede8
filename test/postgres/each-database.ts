// A store's contract, asked of SQLite and of a real PostgreSQL; without one that part is skipped, with the reason.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'pg'
import { describe } from 'vitest'
import type { Database, Migration } from '../../src/core/database.ts'
import { openChosen, type Schemas } from '../../src/core/open-chosen.ts'
import { testServer } from './server.ts'

/** `close` takes away what was in it, too. */
export type OpenedDatabase = Database

/** `market`: tables of the file, whichever database has the rooms'. */
type Open = (rooms: readonly Migration[], market?: readonly Migration[]) => Promise<OpenedDatabase>

const server = await testServer()

/** `suite` declares the same tests for each; it opens a database of its own by what it is handed. */
export function onEachDatabase(suite: (open: Open) => void): void {
  describe('on SQLite', () => {
    suite(onSqlite)
  })
  const why = 'missing' in server ? `, of which there is none (${server.missing})` : ''
  describe.skipIf('missing' in server)(`on PostgreSQL${why}`, () => {
    suite(onPostgres)
  })
}

/** Tests that ask PostgreSQL alone. */
export function onPostgresAlone(suite: (place: () => Promise<Place>) => void): void {
  const why = 'missing' in server ? `, of which there is none (${server.missing})` : ''
  describe.skipIf('missing' in server)(`on PostgreSQL${why}`, () => {
    suite(newPlace)
  })
}

const onSqlite: Open = async (rooms, market = []) => opened(null, { rooms, market })

const onPostgres: Open = async (rooms, market = []) => {
  const place = await newPlace()
  const database = await opened(place.url, { rooms, market })
  return {
    ...database,
    close: async () => {
      await database.close()
      await place.remove()
    },
  }
}

async function opened(postgres: string | null, schemas: Schemas): Promise<OpenedDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-contract-'))
  const database = await openChosen({ file: join(folder, 'annotate.db'), postgres }, schemas)
  return {
    ...database,
    close: async () => {
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A schema of one's own on the run's server. */
export interface Place {
  readonly url: string
  /** As the owner of the server, outside the schema. */
  readonly ask: (sql: string) => Promise<Record<string, string | null>[]>
  readonly schema: string
  remove(): Promise<void>
}

async function newPlace(): Promise<Place> {
  if ('missing' in server) throw new Error(server.missing)
  const schema = `test_${randomUUID().replaceAll('-', '')}`
  const pool = new Pool({ connectionString: server.url, max: 1 })
  pool.on('error', () => undefined)
  const ask: Place['ask'] = async (sql) => (await pool.query<Record<string, string | null>>(sql)).rows
  await ask(`CREATE SCHEMA ${schema}`)
  const url = new URL(server.url)
  url.searchParams.set('options', `-c search_path=${schema}`)
  return {
    url: url.href,
    ask,
    schema,
    remove: async () => {
      await ask(`SET client_min_messages = warning; DROP SCHEMA ${schema} CASCADE`)
      await pool.end()
    },
  }
}
