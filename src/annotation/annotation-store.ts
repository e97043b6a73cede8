// Annotations in the database: rows in and out, filters, overlaps.
import type { Kysely } from 'kysely'
import type { Database } from '../core/database.ts'
import type { EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
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

/** What a warning says of another annotation. */
export type Overlapping = Pick<AnnotationRow, 'id' | 'direction' | 'entry_time' | 'exit_time'>

export class AnnotationStore {
  readonly #db: Kysely<AnnotationTables>

  constructor(database: Database) {
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
    const { market, direction, from, to, deleted = false, ids, tag } = filter
    let query = this.#db
      .selectFrom('annotation')
      .selectAll()
      .where('deleted_at', deleted ? 'is not' : 'is', null)
      .orderBy('entry_time')
      .orderBy('created_at')
      .orderBy('id')
    if (market?.venue !== undefined) query = query.where('venue', '=', market.venue)
    if (market?.symbol !== undefined) query = query.where('symbol', '=', market.symbol)
    if (direction !== undefined) query = query.where('direction', '=', direction)
    if (from !== undefined) query = query.where('entry_time', '>=', from)
    if (to !== undefined) query = query.where('entry_time', '<', to)
    const rows = await query.execute()
    const wanted = ids === undefined ? null : new Set(ids)
    return rows.filter(
      (row) => (wanted?.has(row.id) ?? true) && (tag === undefined || tagsOf(row).includes(tag)),
    )
  }

  /** Every row, deleted ones too. */
  async all(): Promise<AnnotationRow[]> {
    return this.#db.selectFrom('annotation').selectAll().orderBy('entry_time').orderBy('id').execute()
  }

  async count(): Promise<number> {
    const row = await this.#db
      .selectFrom('annotation')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    return row?.n ?? 0
  }

  /** Standing annotations of the same market whose [entry, exit] shares an instant with this one's. */
  async overlapping(row: AnnotationRow): Promise<Overlapping[]> {
    return this.#db
      .selectFrom('annotation')
      .select(['id', 'direction', 'entry_time', 'exit_time'])
      .where('venue', '=', row.venue)
      .where('symbol', '=', row.symbol)
      .where('deleted_at', 'is', null)
      .where('id', '!=', row.id)
      .where('entry_time', '<=', row.exit_time)
      .where('exit_time', '>=', row.entry_time)
      .orderBy('entry_time')
      .execute()
  }
}

export function tagsOf(row: Pick<AnnotationRow, 'tags'>): string[] {
  return JSON.parse(row.tags) as string[]
}
