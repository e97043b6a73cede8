// Annotations in the database: rows in and out, filters, pages, overlaps.
import { sql, type Kysely } from 'kysely'
import type { RoomsDatabase } from '../core/database.ts'
import type { EpochMs } from '../core/time.ts'
import type { Market, TimeRange } from '../market/types.ts'
import { overlapsIn, type Overlapping } from './overlaps.ts'
import { comesBefore, pageOf, rowsToRead, type Page, type PageWanted } from './pages.ts'
import type { AnnotationRow, AnnotationTables } from './schema.ts'

/** What `list` selects; entry times from ≤ T < to. Without `deleted`, those that stand. */
export interface AnnotationFilter {
  readonly market?: Partial<Market>
  readonly ids?: readonly string[]
  readonly direction?: 'LONG' | 'SHORT'
  readonly tag?: string
  readonly from?: EpochMs
  readonly to?: EpochMs
  readonly deleted?: boolean
}

const ORDER = ['entry_time', 'created_at', 'id'] as const

export class AnnotationStore {
  readonly #db: Kysely<AnnotationTables>

  constructor(database: RoomsDatabase) {
    this.#db = database.tables<AnnotationTables>()
  }

  async insert(row: AnnotationRow): Promise<void> {
    await this.#db.insertInto('annotation').values(row).execute()
  }

  async update(id: string, patch: Partial<AnnotationRow>): Promise<void> {
    await this.#db.updateTable('annotation').set(patch).where('id', '=', id).execute()
  }

  /** Takes back an insert that was never answered. */
  async erase(id: string): Promise<void> {
    await this.#db.deleteFrom('annotation').where('id', '=', id).execute()
  }

  async find(id: string): Promise<AnnotationRow | undefined> {
    return this.#db.selectFrom('annotation').selectAll().where('id', '=', id).executeTakeFirst()
  }

  /** Ascending by entry time. */
  async list(filter: AnnotationFilter = {}): Promise<AnnotationRow[]> {
    const rows = await this.#selected(filter).orderBy(ORDER[0]).orderBy(ORDER[1]).orderBy(ORDER[2]).execute()
    if (filter.ids === undefined) return rows
    const wanted = new Set(filter.ids)
    return rows.filter((row) => wanted.has(row.id))
  }

  /** Those of `ids` that stand, in any order; as many as one page has at most. */
  async named(ids: readonly string[]): Promise<AnnotationRow[]> {
    const rows = this.#db.selectFrom('annotation').selectAll().where('deleted_at', 'is', null)
    return rows.where('id', 'in', ids).execute()
  }

  /** A page of the same list. */
  async page(filter: Omit<AnnotationFilter, 'ids'>, wanted: PageWanted): Promise<Page<AnnotationRow>> {
    let query = this.#selected(filter).orderBy(ORDER[0], 'desc').orderBy(ORDER[1], 'desc')
    query = query.orderBy(ORDER[2], 'desc').limit(rowsToRead(wanted))
    if (wanted.before !== undefined) query = query.where(comesBefore(ORDER, wanted.before))
    return pageOf(await query.execute(), wanted, (row) => [row.entry_time, row.created_at, row.id])
  }

  /** Those of a market that stand and whose [entry, exit] shares an instant with `range`, ascending by entry time. */
  async touching(market: Market, range: TimeRange): Promise<AnnotationRow[]> {
    const longest = await this.#longest(market)
    return this.#standing(market)
      .selectAll()
      .where('entry_time', '>=', range.from - longest)
      .where('entry_time', '<=', range.to)
      .where('exit_time', '>=', range.from)
      .orderBy(ORDER[0])
      .orderBy(ORDER[1])
      .orderBy(ORDER[2])
      .execute()
  }

  /** Every row, deleted ones too. */
  async all(): Promise<AnnotationRow[]> {
    return this.#db.selectFrom('annotation').selectAll().orderBy('entry_time').orderBy('id').execute()
  }

  /** Entry and exit of the newest that stand of a market, newest first. */
  async newestHeld(
    market: Market,
    limit: number,
  ): Promise<Pick<AnnotationRow, 'entry_time' | 'exit_time'>[]> {
    const rows = this.#standing(market).select(['entry_time', 'exit_time'])
    return rows.orderBy('entry_time', 'desc').limit(limit).execute()
  }

  async count(): Promise<number> {
    const row = await this.#db
      .selectFrom('annotation')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    return row?.n ?? 0
  }

  /** By the id of each of `rows`: standing annotations of the same market whose [entry, exit] shares an instant with its own. */
  async overlapping(rows: readonly AnnotationRow[]): Promise<ReadonlyMap<string, readonly Overlapping[]>> {
    const found = await Promise.all(byMarket(rows).map(async (own) => this.#overlappingOf(own)))
    return new Map(found.flatMap((overlaps) => [...overlaps]))
  }

  /** Of rows of one market. */
  async #overlappingOf(rows: readonly AnnotationRow[]): Promise<Map<string, Overlapping[]>> {
    const [first] = rows
    if (first === undefined) return new Map()
    const longest = await this.#longest(first)
    const others = await this.#standing(first)
      .select(['id', 'direction', 'entry_time', 'exit_time'])
      .where('entry_time', '>=', least(rows.map((row) => row.entry_time)) - longest)
      .where('entry_time', '<=', -least(rows.map((row) => -row.exit_time)))
      .orderBy('entry_time')
      .execute()
    return overlapsIn(rows, others, longest)
  }

  /** How long the longest is held that stands, ms: whatever overlaps an instant was entered no longer before it. */
  async #longest(market: Market): Promise<number> {
    const holding = sql<number>`exit_time - entry_time`
    const row = await this.#standing(market)
      .select(holding.as('longest'))
      .orderBy(holding, 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.longest ?? 0
  }

  #standing({ venue, symbol }: Market) {
    return this.#db
      .selectFrom('annotation')
      .where('venue', '=', venue)
      .where('symbol', '=', symbol)
      .where('deleted_at', 'is', null)
  }

  #selected({ market, direction, from, to, tag, deleted = false }: AnnotationFilter) {
    let query = this.#db
      .selectFrom('annotation')
      .selectAll()
      .where('deleted_at', deleted ? 'is not' : 'is', null)
    if (market?.venue !== undefined) query = query.where('venue', '=', market.venue)
    if (market?.symbol !== undefined) query = query.where('symbol', '=', market.symbol)
    if (direction !== undefined) query = query.where('direction', '=', direction)
    if (from !== undefined) query = query.where('entry_time', '>=', from)
    if (to !== undefined) query = query.where('entry_time', '<', to)
    if (tag === undefined) return query
    return query.where(sql<boolean>`EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ${tag})`)
  }
}

export function tagsOf(row: Pick<AnnotationRow, 'tags'>): string[] {
  return JSON.parse(row.tags) as string[]
}

function byMarket(rows: readonly AnnotationRow[]): AnnotationRow[][] {
  const markets = new Map<string, AnnotationRow[]>()
  for (const row of rows) {
    const name = JSON.stringify([row.venue, row.symbol])
    const own = markets.get(name)
    if (own === undefined) markets.set(name, [row])
    else own.push(row)
  }
  return [...markets.values()]
}

function least(values: readonly number[]): number {
  return values.reduce((smallest, value) => Math.min(smallest, value), Infinity)
}
