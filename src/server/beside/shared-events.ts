// Events of each server's stream for the pages of the others: they lie in a table for a while, and a notice says that there are new ones.
import type { EventName } from '../../contract/event-names.ts'
import type { CopyingPostgres } from '../../core/postgres/copying.ts'
import { NOW } from '../../core/postgres/now.ts'
import { MINUTE } from '../../core/time.ts'
import { Rounds } from '../../core/rounds.ts'
import type { StreamEvent } from '../event-stream.ts'

type AnyEvent = StreamEvent<EventName, unknown>

/** What every server has of its own: candles and books come with the markets' logs. */
const OWN: ReadonlySet<EventName> = new Set(['candle', 'order_book', 'health'])
/** Where no notice came. */
const EVERY_MS = 1_000
const KEPT_MS = 10 * MINUTE
/** So many wait at most while PostgreSQL is away: pages read anew what they show once they miss some. */
const MOST_WAITING = 2_000
const A_PAGE = 500

export interface SharedEventsParts {
  readonly db: CopyingPostgres
  /** `machine:folder` of this server, whose own events it does not hear. */
  readonly place: string
  /** Tells the other servers that there are new ones. */
  readonly tell: () => Promise<void>
  /** Heard of another server. */
  readonly onEvent: (event: AnyEvent) => void
  /** Some were missed: pages read anew. */
  readonly onMissed: () => void
}

interface Row {
  id: number
  topic: EventName
  symbol: string | null
  venue: string | null
  payload: string
}

export class SharedEvents {
  readonly #parts: SharedEventsParts
  readonly #rounds = new Rounds({ round: () => this.#round(), every: EVERY_MS })
  #told: AnyEvent[] = []
  #heard: number | null = null
  #pruned = 0

  constructor(parts: SharedEventsParts) {
    this.#parts = parts
  }

  /** An event of this server's own stream, for the others. */
  tell(event: AnyEvent): void {
    if (OWN.has(event.topic) || this.#told.length >= MOST_WAITING) return
    this.#told.push(event)
    this.#rounds.wake()
  }

  /** There is something new, somebody says. */
  wake(): void {
    this.#rounds.wake()
  }

  start(): void {
    this.#rounds.start()
  }

  async stop(): Promise<void> {
    await this.#rounds.stop()
  }

  async #round(): Promise<void> {
    await this.#hear()
    await this.#send()
  }

  async #send(): Promise<void> {
    while (this.#told.length > 0) {
      const batch = this.#told.slice(0, A_PAGE)
      const column = (of: (event: AnyEvent) => string | null): (string | null)[] => batch.map(of)
      const { db, place } = this.#parts
      // Who hears up to a number has heard all before it: one at a time is given numbers, until others can see them.
      await db.ask(
        `WITH alone AS MATERIALIZED (SELECT pg_advisory_xact_lock('server_event'::regclass::oid::bigint))
         INSERT INTO server_event (topic, symbol, venue, payload, origin, told_at)
         SELECT topic, symbol, venue, payload, $5, ${NOW} FROM alone
         CROSS JOIN unnest($1::text[], $2::text[], $3::text[], $4::text[])
         WITH ORDINALITY AS event (topic, symbol, venue, payload, place) ORDER BY place`,
        [
          column(({ topic }) => topic),
          column(({ symbol }) => symbol),
          column(({ venue }) => venue),
          column(({ payload }) => JSON.stringify(payload)),
          place,
        ],
      )
      this.#told = this.#told.slice(batch.length)
      await this.#parts.tell()
      await this.#prune()
    }
  }

  async #prune(): Promise<void> {
    const now = performance.now()
    if (now - this.#pruned < MINUTE) return
    this.#pruned = now
    await this.#parts.db.ask(`DELETE FROM server_event WHERE told_at < ${NOW} - ${KEPT_MS}`)
  }

  /** From the newest on where it begins; whatever came since where it goes on. */
  async #hear(): Promise<void> {
    const { db, onMissed } = this.#parts
    const [bounds] = await db.ask<{ first: number | null; last: number | null }>(
      'SELECT min(id) AS first, max(id) AS last FROM server_event',
    )
    const last = bounds?.last ?? this.#heard ?? 0
    const isMissed = this.#heard !== null && (bounds?.first ?? 0) > this.#heard + 1
    if (isMissed) onMissed()
    const from = this.#heard === null || isMissed ? last : this.#heard
    this.#heard = from
    for (let heard = from; heard < last;) heard = await this.#page(heard, last)
  }

  /** Up to which it has heard then. */
  async #page(after: number, last: number): Promise<number> {
    const { db, place, onEvent } = this.#parts
    const rows = await db.ask<Row>(
      `SELECT id, topic, symbol, venue, payload FROM server_event WHERE id > $1 AND origin <> $2 ORDER BY id LIMIT ${A_PAGE}`,
      [after, place],
    )
    for (const { id, topic, symbol, venue, payload } of rows) {
      this.#heard = id
      onEvent({ topic, symbol, venue, payload: JSON.parse(payload) as unknown })
    }
    // Its own are not among them.
    const heard = rows.at(-1)?.id ?? last
    this.#heard = rows.length < A_PAGE ? Math.max(heard, last) : heard
    return this.#heard
  }
}
