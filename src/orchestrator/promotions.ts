// Which checkpoint of a model goes live, of the whole of it and of each pattern, and which did before: written down once each, in order, and never changed.
import type { Kysely, Selectable } from 'kysely'
import type { ForwardTerms } from '../contract/forward.ts'
import type { LiveAtOut, PromotionOut } from '../contract/promotions.ts'
import type { RoomsDatabase } from '../core/database.ts'
import { epochMs, toIso, type EpochMs } from '../core/time.ts'
import { beginRecord } from './forward/records.ts'
import type { OrchestratorTables, PromotionTable } from './schema.ts'
import { columnsOf, type Slot } from './slot.ts'

type Row = Omit<Selectable<PromotionTable>, 'number'>

export class Promotions {
  readonly #db: Kysely<OrchestratorTables>

  constructor(database: RoomsDatabase) {
    this.#db = database.tables<OrchestratorTables>()
  }

  /** The version promoted now; null where none ever was. */
  async current(slot: Slot): Promise<string | null> {
    const newest = this.#of(slot).orderBy('number', 'desc').limit(1)
    return (await newest.executeTakeFirst())?.version ?? null
  }

  /** Of which something was promoted, in the order of the alphabet. */
  async patterns(model: string): Promise<string[]> {
    const rows = this.#db.selectFrom('promotion').select('pattern').distinct().where('model', '=', model)
    const named = await rows.where('pattern', '!=', '').orderBy('pattern').execute()
    return named.map(({ pattern }) => pattern)
  }

  /** With the forward record that begins with it, `now`: both or neither. */
  async add(row: Row, now: EpochMs, terms: ForwardTerms): Promise<void> {
    await this.#db.transaction().execute((transaction) => add(transaction, row, now, terms))
  }

  /** Does nothing where the model has a promotion already, also one that is made at the same moment. */
  async addFirst(
    model: string,
    { version, publishedAt }: { version: string; publishedAt: EpochMs },
    now: EpochMs,
    terms: ForwardTerms,
  ): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const known = transaction.selectFrom('promotion').select('number').where('model', '=', model)
      if ((await known.where('pattern', '=', '').limit(1).executeTakeFirst()) !== undefined) return
      const row = {
        model,
        pattern: '',
        version,
        promoted_at: publishedAt,
        kind: 'first',
        reason: null,
      } as const
      await add(transaction, row, now, terms)
    })
  }

  /** Begins a forward record for what was promoted before records were kept: from now on. */
  async beginMissing(model: string, now: EpochMs, terms: ForwardTerms): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const newest = await transaction
        .selectFrom('promotion')
        .select(['number', 'version'])
        .where('model', '=', model)
        .where('pattern', '=', '')
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst()
      const before = await transaction.selectFrom('forward_before').select('promotion').executeTakeFirst()
      if (newest === undefined || newest.number > (before?.promotion ?? 0)) return
      const begun = transaction
        .selectFrom('forward_entry')
        .select('place')
        .where('record', '=', newest.number)
      if ((await begun.limit(1).executeTakeFirst()) !== undefined) return
      await beginRecord(transaction, {
        model,
        record: newest.number,
        pattern: null,
        checkpoint: newest.version,
        at: now,
        terms,
      })
    })
  }

  /** Newest first. */
  async list(slot: Slot): Promise<PromotionOut[]> {
    const rows = await this.#rows(slot)
    return rows.map((row, i) => promotionOut(row, rows[i + 1] ?? null)).reverse()
  }

  async liveAt(slot: Slot, at: EpochMs): Promise<LiveAtOut> {
    const found = (await this.list(slot)).find(({ from }) => from === null || Date.parse(from) <= at)
    const { checkpoint = null, from = null, to = null, reason = null } = found ?? {}
    return { at: toIso(at), checkpoint, from, to, reason }
  }

  /**
   * What was promoted before the current one. Going back undoes one promotion: a second time leads to the one before that, never
   * forward again. Null where there is none.
   */
  async previous(slot: Slot): Promise<string | null> {
    const path: string[] = []
    for (const { version, kind } of await this.#rows(slot)) {
      if (kind === 'rollback') path.pop()
      else path.push(version)
    }
    return path.at(-2) ?? null
  }

  #rows(slot: Slot) {
    return this.#of(slot).orderBy('number').execute()
  }

  #of(slot: Slot) {
    const { model, pattern } = columnsOf(slot)
    return this.#db
      .selectFrom('promotion')
      .selectAll()
      .where('model', '=', model)
      .where('pattern', '=', pattern)
  }
}

async function add(
  db: Kysely<OrchestratorTables>,
  row: Row,
  now: EpochMs,
  terms: ForwardTerms,
): Promise<void> {
  const { number } = await db
    .insertInto('promotion')
    .values(row)
    .returning('number')
    .executeTakeFirstOrThrow()
  const { model, version: checkpoint } = row
  const pattern = row.pattern === '' ? null : row.pattern
  await beginRecord(db, { model, pattern, record: number, checkpoint, at: now, terms })
}

function promotionOut({ version, promoted_at, reason, kind, pattern }: Row, next: Row | null): PromotionOut {
  return {
    checkpoint: version,
    from: isoOrNull(promoted_at),
    to: isoOrNull(next?.promoted_at),
    reason,
    kind,
    pattern: pattern === '' ? null : pattern,
  }
}

function isoOrNull(ms: number | null | undefined): string | null {
  return ms == null ? null : toIso(epochMs(ms))
}
