// The markets' logs that machines share: who may append, appending, and reading on from where one is.
import { at } from '../../core/at.ts'
import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import type { Cell } from '../../core/postgres/binary-rows.ts'
import type { Copying, CopyingPostgres } from '../../core/postgres/copying.ts'
import { epochMs, type EpochMs } from '../../core/time.ts'
import type { Market } from '../types.ts'
import { Partitions } from './partitions.ts'
import { FORMAT } from './payload.ts'

/** A market in the log, and the fencing token of one who owns it. */
export interface Ownership {
  readonly market: Market
  readonly id: number
  readonly token: number
}

/** Up to which entry of a market: 0 before the first. */
export interface Position {
  readonly number: number
  /** When that was appended; no later one was earlier. */
  readonly at: EpochMs
}

/** What is appended: `operations` rows as `data` (payload.ts), up to number `seq` of the writer's outbox. */
export interface NewEntry {
  readonly seq: number
  readonly operations: number
  readonly data: Uint8Array
}

export interface Entry extends NewEntry, Position {
  /** Of its writer, at the time. */
  readonly token: number
  readonly format: number
}

interface Head {
  id: number
  number: number
  at: number
  token: number
}

/** Few enough to be held in memory. */
const ENTRIES_A_PAGE = 8
const COLUMNS = 'market, number, at, token, seq, operations, format, data'
/** Another has the same number there. */
const TAKEN = '23505'

/** Over a PostgreSQL with `marketLogMigrations`. */
export class SharedLog {
  readonly #db: CopyingPostgres
  readonly #clock: Clock
  readonly #partitions: Partitions

  /** @param say told of what kept TimescaleDB from being used, where it is there */
  constructor(db: CopyingPostgres, clock: Clock, say: (words: string) => void = () => undefined) {
    this.#db = db
    this.#clock = clock
    this.#partitions = new Partitions(db, say)
  }

  /** What tells these logs from those of another database. */
  async id(): Promise<string> {
    return at(await this.#db.ask<{ id: string }>('SELECT id FROM market_logs'), 0).id
  }

  /** Every market that has a log, whether something is in it or not. */
  async markets(): Promise<Market[]> {
    return this.#db.ask<Market>('SELECT venue, symbol FROM market_log_head ORDER BY id')
  }

  /** The last entry of every market that has a log. */
  async heads(): Promise<(Market & { readonly number: number })[]> {
    return this.#db.ask('SELECT venue, symbol, number FROM market_log_head ORDER BY id')
  }

  /** From now on whoever owned the market before is refused. Whether it may be taken is for the caller to know. */
  async own(market: Market): Promise<Ownership> {
    const { venue, symbol } = market
    const rows = await this.#db.ask<Head>(
      `INSERT INTO market_log_head AS head (venue, symbol, number, at, token) VALUES ($1, $2, 0, 0, 1)
       ON CONFLICT (venue, symbol) DO UPDATE SET token = head.token + 1 RETURNING id, token`,
      [venue, symbol],
    )
    const { id, token } = at(rows, 0)
    return { market, id, token }
  }

  /** The last entry of a market; null where it has no log. */
  async head({ venue, symbol }: Market): Promise<(Position & { readonly id: number }) | null> {
    const rows = await this.#db.ask<Head>(
      'SELECT id, number, at FROM market_log_head WHERE venue = $1 AND symbol = $2',
      [venue, symbol],
    )
    const [row] = rows
    return row === undefined ? null : { id: row.id, number: row.number, at: epochMs(row.at) }
  }

  /**
   * All of `entries` or nothing, behind `from`. @throws AppError 409 `market_not_owned` where another has taken the market since; 409 `market_log_ahead` where the
   * log goes on behind `from`; as `CopyingPostgres.transaction`
   */
  async append(owner: Ownership, from: Position, entries: AsyncIterable<NewEntry>): Promise<Position> {
    const now = epochMs(Math.max(this.#clock.now(), from.at))
    await this.#partitions.make(now)
    let { number } = from
    async function* rows(): AsyncGenerator<Cell[]> {
      for await (const { seq, operations, data } of entries) {
        number += 1
        yield [owner.id, number, now, owner.token, seq, operations, FORMAT, data]
      }
    }
    try {
      await this.#db.transaction(async (within) => {
        await within.copy(`COPY market_log (${COLUMNS}) FROM STDIN (FORMAT binary)`, rows())
        // The fence comes last: nobody waits for a slow writer's rows.
        await requireOwner(within, owner, from)
        await within.ask('UPDATE market_log_head SET number = $1, at = $2 WHERE id = $3', [
          number,
          now,
          owner.id,
        ])
      })
    } catch (error) {
      throw error instanceof Error && 'code' in error && error.code === TAKEN ? ahead(owner, error) : error
    }
    return { number, at: now }
  }

  /** Entries behind `from`, one after the other, up to the last there is when it is asked for. */
  async *after(id: number, from: Position): AsyncGenerator<Entry> {
    let reached = from
    for (;;) {
      const page = await this.#page(id, reached)
      for (const entry of page) {
        if (entry.number !== reached.number + 1) throw gap(reached.number + 1)
        yield entry
        reached = entry
      }
      if (page.length < ENTRIES_A_PAGE) return
    }
  }

  /** By the time only such days are read as can have them. */
  #page(id: number, { number, at: since }: Position): Promise<Entry[]> {
    return this.#db.ask<Entry>(
      `SELECT ${COLUMNS} FROM market_log WHERE market = $1 AND number > $2 AND at >= $3 ORDER BY number LIMIT ${ENTRIES_A_PAGE}`,
      [id, number, since],
    )
  }
}

async function requireOwner(
  within: Copying,
  { market, id, token }: Ownership,
  { number }: Position,
): Promise<void> {
  const [head] = await within.ask<Head>(
    'SELECT number, token FROM market_log_head WHERE id = $1 FOR UPDATE',
    [id],
  )
  if (head?.token !== token) throw notOwned(market)
  if (head.number !== number) throw ahead({ market, id, token })
}

function notOwned({ venue, symbol }: Market): AppError {
  const message = `Another machine has taken over ${symbol} on ${venue}. Nothing of this was added to its log; what was stored here since stands here alone.`
  return new AppError('market_not_owned', message, { status: 409 })
}

function ahead({ market: { venue, symbol } }: Ownership, cause?: unknown): AppError {
  const message = `The log of ${symbol} on ${venue} goes on behind what this machine knows of it. Nothing was added; catch up first.`
  return new AppError('market_log_ahead', message, { status: 409, cause })
}

function gap(number: number): AppError {
  const message = `Entry ${number} of a market's log is missing: partitions or chunks of the table market_log must not be taken away. Nothing after it was applied.`
  return new AppError('broken_market_log', message, { status: 500 })
}
