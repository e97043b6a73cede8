// What processes on one PostgreSQL tell each other at once (LISTEN, NOTIFY): a word or an id, never the thing itself. One that is lost is made up for by whoever looks now and then.
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { postgresAddress } from './address.ts'
import type { CopyingPostgres } from './copying.ts'

const CONNECTING_MS = 10_000
const AGAIN_MS = 1_000

export interface NoticesParts {
  readonly url: string
  /** At most 63 characters, of letters, digits and `_`. */
  readonly channel: string
  readonly onNotice: (text: string) => void
  /** It listens now; what was told before, or since a connection was lost, was not heard. */
  readonly onListening: () => void
}

/** Every process that listens hears what is told on a channel, whoever tells it, itself too. */
export class Notices {
  readonly #parts: NoticesParts
  readonly #address: string
  readonly #end = new AbortController()
  #client: Client | null = null
  #running: Promise<void> = Promise.resolve()

  /** @throws AppError `invalid_database_url` */
  constructor(parts: NoticesParts) {
    this.#parts = parts
    this.#address = postgresAddress(parts.url).url
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#end.abort()
    this.#client?.connection.stream.destroy()
    await this.#running
  }

  /** A connection that is lost is opened anew, as long as it takes. */
  async #run(): Promise<void> {
    const { signal } = this.#end
    while (!signal.aborted) {
      await this.#listen().catch(() => undefined)
      await sleep(AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  /** Resolves when the connection has ended. */
  async #listen(): Promise<void> {
    const client = new Client({
      connectionString: this.#address,
      connectionTimeoutMillis: CONNECTING_MS,
      keepAlive: true,
      application_name: 'annotate',
    })
    const ended = new Promise<void>((resolve) => {
      client.on('error', () => resolve())
      client.on('end', () => resolve())
    })
    client.on('notification', ({ payload }) => this.#parts.onNotice(payload ?? ''))
    this.#client = client
    try {
      await client.connect()
      await client.query(`LISTEN ${this.#parts.channel}`)
      if (this.#end.signal.aborted) return
      this.#parts.onListening()
      await ended
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

/** @throws AppError as `CopyingPostgres` */
export async function tell(db: CopyingPostgres, channel: string, text: string): Promise<void> {
  await db.ask('SELECT pg_notify($1, $2)', [channel, text])
}
