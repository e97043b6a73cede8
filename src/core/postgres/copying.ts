// A PostgreSQL spoken to in SQL of its own, with COPY: for what goes there in bulk, beside the rooms' tables.
import { Pool, type PoolClient } from 'pg'
import { postgresAddress } from './address.ts'
import { binaryRows, type Cell } from './binary-rows.ts'
import { CopyIn } from './copy-in.ts'
import { postgresFault } from './fault.ts'
import { VALUES } from './values.ts'

/** One transaction. */
export interface Copying {
  ask<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>
  /** `sql`: `COPY … FROM STDIN (FORMAT binary)`. Rows are made as the server takes them. */
  copy(sql: string, rows: AsyncIterable<readonly Cell[]>): Promise<void>
}

const CONNECTING_MS = 10_000
/** Whoever stands still in a transaction, stopped or cut off, holds up others no longer than that. */
const IDLE_MS = 4_000
/** One may write while another reads. */
const CONNECTIONS = 2

/** Nothing is connected before it is asked; a connection that was lost is opened anew. */
export class CopyingPostgres {
  /** `user@host:port/database`. */
  readonly name: string
  readonly #pool: Pool
  readonly #working = new Set<PoolClient>()
  #isAbandoned = false

  /** @throws AppError `invalid_database_url` */
  constructor(given: string) {
    const { url, name } = postgresAddress(given)
    this.name = name
    this.#pool = new Pool({
      connectionString: url,
      max: CONNECTIONS,
      types: VALUES,
      connectionTimeoutMillis: CONNECTING_MS,
      idle_in_transaction_session_timeout: IDLE_MS,
      keepAlive: true,
      application_name: 'annotate',
    })
    this.#pool.on('error', () => undefined)
  }

  /** @throws AppError as `postgresFault` says */
  ask<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#with((client) => asking(client).ask<Row>(sql, values))
  }

  /**
   * All of `work` or nothing; each statement sees what others have committed by then. @throws AppError as `postgresFault` says; where the connection is lost at
   * the end, what was done may or may not stand
   */
  transaction<T>(work: (within: Copying) => Promise<T>): Promise<T> {
    return this.#with(async (client) => {
      await client.query('BEGIN')
      try {
        const result = await work(asking(client))
        await client.query('COMMIT')
        return result
      } catch (error) {
        // What it had locked is free by the time that somebody hears of it: a connection that is only dropped goes some time later.
        await client.query('ROLLBACK').catch(ignore)
        throw error
      }
    })
  }

  /** Resolves when what is under way has ended. */
  async close(): Promise<void> {
    await this.#pool.end()
  }

  /** Whatever waits for an answer, or asks from now on, gets `database_unreachable`: for who cannot wait for a PostgreSQL that does not say anything. */
  abandon(): void {
    this.#isAbandoned = true
    for (const client of this.#working) client.connection.stream.destroy()
  }

  /** A client that failed is not used again: whatever it had begun ends with its connection. */
  async #with<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    try {
      if (this.#isAbandoned) throw new Error('Connection ended')
      const client = await this.#pool.connect()
      client.on('error', ignore)
      this.#working.add(client)
      let isSound = false
      try {
        const result = await work(client)
        isSound = true
        return result
      } finally {
        this.#working.delete(client)
        client.off('error', ignore)
        client.release(!isSound)
      }
    } catch (error) {
      throw postgresFault(error, this.name) ?? error
    }
  }
}

function ignore(): void {}

function asking(client: PoolClient): Copying {
  return {
    ask: async <Row>(sql: string, values: readonly unknown[] = []) =>
      (await client.query(sql, [...values])).rows as Row[],
    copy: (sql, rows) => client.query(new CopyIn(sql, binaryRows(rows))).done,
  }
}
