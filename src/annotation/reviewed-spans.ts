// Stretches of which the trader says: everything I would take here is marked.
import { randomUUID } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { ReviewedSpanBody, ReviewedSpanOut } from '../contract/annotations.ts'
import type { Clock } from '../core/clock.ts'
import type { RoomsDatabase } from '../core/database.ts'
import { AppError, unknownThing } from '../core/errors.ts'
import { epochMs, parseInstant, SECOND, toIso, type EpochMs } from '../core/time.ts'
import type { Market, TimeRange } from '../market/types.ts'
import { comesBefore, pageOf, rowsToRead, type Page, type PageWanted } from './pages.ts'
import type { AnnotationTables, ReviewedSpanRow } from './schema.ts'

const ORDER = ['from_time', 'to_time', 'id'] as const

export class ReviewedSpans {
  readonly #db: Kysely<AnnotationTables>
  readonly #clock: Clock

  constructor({ database, clock }: { database: RoomsDatabase; clock: Clock }) {
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
  async list(market: Partial<Market> = {}): Promise<ReviewedSpanOut[]> {
    const rows = await this.#of(market).orderBy(ORDER[0]).orderBy(ORDER[1]).orderBy(ORDER[2]).execute()
    return rows.map(spanOut)
  }

  /** What of `range` was reviewed: the spans that share an instant with it, as [from, to), ascending; costs the same whatever lies elsewhere. */
  async touching(market: Market, range: TimeRange): Promise<TimeRange[]> {
    const rows = await this.#of(market)
      .where('from_time', '>', range.from - (await this.#longest(market)))
      .where('from_time', '<', range.to)
      .where('to_time', '>', range.from)
      .orderBy(ORDER[0])
      .execute()
    return rows.map(({ from_time, to_time }) => ({ from: epochMs(from_time), to: epochMs(to_time) }))
  }

  /** A page of the same list, from its end on. */
  async page(market: Partial<Market>, wanted: PageWanted): Promise<Page<ReviewedSpanOut>> {
    let query = this.#of(market).orderBy(ORDER[0], 'desc').orderBy(ORDER[1], 'desc')
    query = query.orderBy(ORDER[2], 'desc').limit(rowsToRead(wanted))
    if (wanted.before !== undefined) query = query.where(comesBefore(ORDER, wanted.before))
    const found = await query.execute()
    const { rows, next } = pageOf(found, wanted, (row) => [row.from_time, row.to_time, row.id])
    return { rows: rows.map(spanOut), next }
  }

  /** How many there are of all markets. */
  async count(): Promise<number> {
    const { n } = await this.#db
      .selectFrom('reviewed_span')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    return n
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

  /** How long the longest lasts, ms. */
  async #longest({ venue, symbol }: Market): Promise<number> {
    const lasting = sql<number>`to_time - from_time`
    const row = await this.#db
      .selectFrom('reviewed_span')
      .select(lasting.as('longest'))
      .where('venue', '=', venue)
      .where('symbol', '=', symbol)
      .orderBy(lasting, 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.longest ?? 0
  }

  #of({ venue, symbol }: Partial<Market>) {
    let query = this.#db.selectFrom('reviewed_span').selectAll()
    if (venue !== undefined) query = query.where('venue', '=', venue)
    if (symbol !== undefined) query = query.where('symbol', '=', symbol)
    return query
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
