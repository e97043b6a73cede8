// Which checkpoint of a model goes live, and which did before: written down once each, in order, and never changed.
import { sql, type Kysely, type Selectable } from 'kysely'
import type { LiveAtOut, PromotionOut } from '../contract/promotions.ts'
import type { Database } from '../core/database.ts'
import { epochMs, toIso, type EpochMs } from '../core/time.ts'
import type { OrchestratorTables, PromotionTable } from './schema.ts'

type Row = Omit<Selectable<PromotionTable>, 'number'>

export class Promotions {
  readonly #db: Kysely<OrchestratorTables>

  constructor(database: Database) {
    this.#db = database.tables<OrchestratorTables>()
  }

  /** The version promoted now; null where none ever was. */
  async current(model: string): Promise<string | null> {
    const newest = this.#of(model).orderBy('number', 'desc').limit(1)
    return (await newest.executeTakeFirst())?.version ?? null
  }

  async add(row: Row): Promise<void> {
    await this.#db.insertInto('promotion').values(row).execute()
  }

  /** Does nothing where the model has a promotion already, also one that is made at the same moment. */
  async addFirst(model: string, version: string, at: EpochMs): Promise<void> {
    await sql`INSERT INTO promotion (model, version, promoted_at, kind, reason)
      SELECT ${model}, ${version}, ${at}, 'first', NULL
      WHERE NOT EXISTS (SELECT 1 FROM promotion WHERE model = ${model})`.execute(this.#db)
  }

  /** Newest first. */
  async list(model: string): Promise<PromotionOut[]> {
    const rows = await this.#rows(model)
    return rows.map((row, i) => promotionOut(row, rows[i + 1] ?? null)).reverse()
  }

  async liveAt(model: string, at: EpochMs): Promise<LiveAtOut> {
    const found = (await this.list(model)).find(({ from }) => from === null || Date.parse(from) <= at)
    const { checkpoint = null, from = null, to = null, reason = null } = found ?? {}
    return { at: toIso(at), checkpoint, from, to, reason }
  }

  /**
   * What was promoted before the current one. Going back undoes one promotion: a second time leads to the one before that, never
   * forward again. Null where there is none.
   */
  async previous(model: string): Promise<string | null> {
    const path: string[] = []
    for (const { version, kind } of await this.#rows(model)) {
      if (kind === 'rollback') path.pop()
      else path.push(version)
    }
    return path.at(-2) ?? null
  }

  #rows(model: string) {
    return this.#of(model).orderBy('number').execute()
  }

  #of(model: string) {
    return this.#db.selectFrom('promotion').selectAll().where('model', '=', model)
  }
}

function promotionOut({ version, promoted_at, reason, kind }: Row, next: Row | null): PromotionOut {
  return { checkpoint: version, from: isoOrNull(promoted_at), to: isoOrNull(next?.promoted_at), reason, kind }
}

function isoOrNull(ms: number | null | undefined): string | null {
  return ms == null ? null : toIso(epochMs(ms))
}
