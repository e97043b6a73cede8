// Stretches of which the trader says: everything I would take here is marked.
import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { ReviewedSpanBody, ReviewedSpanOut } from '../contract/annotations.ts'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../core/database.ts'
import { AppError, unknownThing } from '../core/errors.ts'
import { epochMs, parseInstant, SECOND, toIso, type EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import type { AnnotationTables, ReviewedSpanRow } from './schema.ts'

export class ReviewedSpans {
  readonly #db: Kysely<AnnotationTables>
  readonly #clock: Clock

  constructor({ database, clock }: { database: Database; clock: Clock }) {
    this.#db = database.tables<AnnotationTables>()
    this.#clock = clock
  }

  /**
   * Half-open, [from, to). `known` is the newest instant of the market that anyone can have looked at; without one, now.
   * @throws AppError `invalid_timestamp`, `invalid_span` unless from < to ≤ known, give or take the second under way
   */
  async create(
    body: ReviewedSpanBody,
    market: Market,
    known: EpochMs = this.#clock.now(),
  ): Promise<ReviewedSpanOut> {
    const from = parseInstant(body.from, 'from')
    const to = parseInstant(body.to, 'to')
    if (from >= to) {
      throw new AppError(
        'invalid_span',
        `The span ends (${toIso(to)}) before it begins (${toIso(from)}): swap the two.`,
        {
          field: 'to',
        },
      )
    }
    // The second under way may be the last one reviewed.
    if (to > known + SECOND) throw inFuture(to, known)
    const { venue, symbol } = market
    const row = {
      id: randomUUID(),
      venue,
      symbol,
      from_time: from,
      to_time: to,
      created_at: this.#clock.now(),
    }
    await this.#db.insertInto('reviewed_span').values(row).execute()
    return spanOut(row)
  }

  /** Ascending by begin; they may overlap. */
  async list({ venue, symbol }: Partial<Market> = {}): Promise<ReviewedSpanOut[]> {
    let query = this.#db.selectFrom('reviewed_span').selectAll().orderBy('from_time').orderBy('to_time')
    if (venue !== undefined) query = query.where('venue', '=', venue)
    if (symbol !== undefined) query = query.where('symbol', '=', symbol)
    return (await query.execute()).map(spanOut)
  }

  /** @throws AppError 404 `unknown_reviewed_span` */
  async get(id: string): Promise<ReviewedSpanOut> {
    const row = await this.#db.selectFrom('reviewed_span').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) {
      throw unknownThing('reviewed_span', id, 'GET /api/reviewed-spans lists those there are.')
    }
    return spanOut(row)
  }

  /** @throws AppError 404 `unknown_reviewed_span` */
  async remove(id: string): Promise<ReviewedSpanOut> {
    const span = await this.get(id)
    await this.#db.deleteFrom('reviewed_span').where('id', '=', id).execute()
    return span
  }
}

function inFuture(to: EpochMs, known: EpochMs): AppError {
  return new AppError(
    'invalid_span',
    `The span ends (${toIso(to)}) in the future: the market is known up to ${toIso(known)}. End it there or before.`,
    { field: 'to' },
  )
}

function spanOut(row: ReviewedSpanRow): ReviewedSpanOut {
  return {
    id: row.id,
    symbol: row.symbol,
    venue: row.venue,
    from: toIso(epochMs(row.from_time)),
    to: toIso(epochMs(row.to_time)),
    created_at: toIso(epochMs(row.created_at)),
  }
}
