// Kysely's way to a PostgreSQL: one connection in turns, opened anew when it was lost; what is refused is said in words.
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import { Pool, type PoolClient } from 'pg'
import type { PostgresAddress } from './address.ts'
import { again } from './again.ts'
import { postgresFault } from './fault.ts'
import { VALUES } from './values.ts'

const CONNECTING_MS = 10_000
/** Whoever stands still in a transaction, a process that was stopped, holds up whoever takes over from it no longer than that. */
const IDLE_MS = 10_000
/** As with SQLite: statements of one process are done in the order in which they were asked for. */
const CONNECTIONS = 1

/** Nothing is connected before it is asked. */
export function patientPool(address: PostgresAddress): PostgresPool {
  const pool = new Pool({
    connectionString: address.url,
    max: CONNECTIONS,
    types: VALUES,
    connectionTimeoutMillis: CONNECTING_MS,
    idle_in_transaction_session_timeout: IDLE_MS,
    keepAlive: true,
    application_name: 'annotate',
  })
  // One that is lost while nobody uses it is no event: whoever asks next gets another.
  pool.on('error', () => undefined)
  return {
    connect: async () => {
      // Whoever is still at work when it closes fails by itself.
      if (pool.ending) throw new Error('The database is closed.')
      return new PatientClient(await said(address.name, () => pool.connect()), address.name)
    },
    end: () => pool.end(),
  }
}

class PatientClient implements PostgresPoolClient {
  readonly #client: PoolClient
  readonly #name: string
  #isInTransaction = false

  constructor(client: PoolClient, name: string) {
    this.#client = client
    this.#name = name
    // What is lost in the middle of something fails there.
    client.on('error', ignore)
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  query<R>(what: string | PostgresCursor<R>, parameters: readonly unknown[] = []) {
    if (typeof what !== 'string') return what
    return said(this.#name, () => this.#ask<R>(what, parameters))
  }

  release(destroy = false): void {
    this.#client.off('error', ignore)
    this.#client.release(destroy)
  }

  /** Outside a transaction a statement is one of its own, and is done again by itself. */
  async #ask<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const ask = async (): Promise<PostgresQueryResult<R>> =>
      (await this.#client.query(sql, [...parameters])) as unknown as PostgresQueryResult<R>
    if (/^(start transaction|begin)/.test(sql)) this.#isInTransaction = true
    const result = await (this.#isInTransaction ? ask() : again(this.#name, ask))
    if (/^(commit|rollback)$/.test(sql)) this.#isInTransaction = false
    return result
  }
}

function ignore(): void {}

async function said<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw postgresFault(error, name) ?? error
  }
}
