// Forward records in the database: begun with a promotion, added to, read with their chain of hashes checked.
import { setImmediate } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import type { ForwardTerms } from '../../contract/forward.ts'
import { at as itemAt } from '../../core/at.ts'
import type { RoomsDatabase } from '../../core/database.ts'
import { toIso, type EpochMs } from '../../core/time.ts'
import type { OrchestratorTables } from '../schema.ts'
import { columnsOf, type Slot } from '../slot.ts'
import { ChainCheck, type Break, type EntryRow } from './chain.ts'
import {
  hashOf,
  NOTHING_BEFORE,
  parseEntry,
  textOf,
  type CallEntry,
  type DayEntry,
  type ForwardEntry,
  type PromotionEntry,
} from './entry.ts'

type Placed = 'version' | 'model' | 'record' | 'place' | 'at'
/** What is added, without what it gets from its place. */
export type Addition = Omit<CallEntry, Placed> | Omit<DayEntry, Placed>

/** Which record: the model, and the number of the promotion. */
export interface RecordId {
  readonly model: string
  readonly record: number
}

export interface ForwardRecord extends RecordId {
  /** Null only where the chain is broken there. */
  readonly first: PromotionEntry | null
  /** When the next promotion was written down, ISO; null while this one holds. */
  readonly endedAt: string | null
  /** All of it, first included, up to the first broken one. */
  readonly entries: readonly ForwardEntry[]
  readonly head: string
  readonly broken: Break | null
}

/** A promotion that is just made. */
export interface Begun extends RecordId {
  /** That it was promoted for; null: for the model as a whole. */
  readonly pattern: string | null
  readonly checkpoint: string
  readonly at: EpochMs
  readonly terms: ForwardTerms
}

/** Entries between two looks at what else the thread has to do: a millisecond or so. */
const PIECE = 256
/** What is said of a record without its first entry. */
export const GONE = 'its first entry is missing'
const COLUMNS = ['model', 'record', 'place', 'entry', 'hash'] as const

/** In the transaction of the promotion. */
export async function beginRecord(db: Kysely<OrchestratorTables>, begun: Begun): Promise<void> {
  const { model, pattern, record, checkpoint, at, terms } = begun
  const before = await firsts(db, model).clearOrderBy().orderBy('record', 'desc').limit(1).executeTakeFirst()
  const text = textOf({
    version: 1,
    kind: 'promotion',
    model,
    record,
    place: 0,
    at: toIso(at),
    checkpoint,
    ...(pattern === null ? {} : { pattern }),
    terms,
  })
  const hash = hashOf(before?.hash ?? NOTHING_BEFORE, text)
  const row = { model, record, place: 0, subject: 'promotion', entry: text, hash }
  await db.insertInto('forward_entry').values(row).execute()
}

export class ForwardRecords {
  readonly #db: Kysely<OrchestratorTables>

  constructor(database: RoomsDatabase) {
    this.#db = database.tables<OrchestratorTables>()
  }

  /** Models of which something was ever promoted. */
  async models(): Promise<string[]> {
    const rows = await this.#db.selectFrom('promotion').select('model').distinct().execute()
    return rows.map(({ model }) => model)
  }

  /** Numbers of the newest `count` of the whole model, and of each pattern, oldest first. */
  async newest(model: string, count: number): Promise<number[]> {
    const left = new Map<string | null, number>()
    const isWanted = (row: EntryRow): boolean => {
      const pattern = patternOf(row)
      const more = left.get(pattern) ?? count
      left.set(pattern, more - 1)
      return more > 0
    }
    const newestFirst = (await firsts(this.#db, model).execute()).toReversed()
    return newestFirst
      .filter(isWanted)
      .map(({ record }) => record)
      .toReversed()
  }

  /** The newest record of a checkpoint in a slot, its chain checked, or where the chain is broken; null where it has none. */
  async newestOf(slot: Slot, checkpoint: string): Promise<ForwardRecord | null> {
    const { model } = slot
    const rows = await firsts(this.#db, model).execute()
    const check = new ChainCheck()
    for (const row of rows) check.take(row)
    const own = rows.findLast(
      (row) => promotionOf(row)?.checkpoint === checkpoint && patternOf(row) === slot.pattern,
    )
    const record = own?.record ?? check.broken?.record ?? (await this.#missing(model, { slot, checkpoint }))
    return record === undefined ? null : this.read({ model, record })
  }

  /** In pieces: others are answered meanwhile. */
  async read({ model, record }: RecordId): Promise<ForwardRecord> {
    const rows = await firsts(this.#db, model).execute()
    const check = new ChainCheck()
    for (const row of rows) if (row.record < record) check.take(row)
    const entries: ForwardEntry[] = []
    let head = NOTHING_BEFORE
    for await (const row of this.#rowsOf({ model, record })) {
      const entry = check.take(row)
      if (entry !== null) entries.push(entry)
      head = row.hash
    }
    const [first] = entries
    const own = rows.find((row) => row.record === record)
    const pattern = own === undefined ? null : patternOf(own)
    const next = rows.find((row) => row.record > record && patternOf(row) === pattern)
    return {
      model,
      record,
      first: first?.kind === 'promotion' ? first : null,
      endedAt: next === undefined ? null : (promotionOf(next)?.at ?? null),
      entries,
      head,
      broken: check.broken,
    }
  }

  /** The first entry of a model that is not as it was written; null where all are. */
  async firstBreak(model: string): Promise<Break | null> {
    const check = new ChainCheck()
    for (const record of await this.#everyNumber(model))
      for await (const row of this.#rowsOf({ model, record })) check.take(row)
    const missing = await this.#missing(model)
    return check.broken ?? (missing === undefined ? null : { record: missing, place: 0, fault: GONE })
  }

  /** Once for a subject: a second time changes nothing. */
  async append({ model, record }: RecordId, at: EpochMs, addition: Addition): Promise<void> {
    const subject = subjectOf(addition)
    await this.#db.transaction().execute(async (transaction) => {
      const own = transaction.selectFrom('forward_entry').where('record', '=', record)
      if ((await own.select('place').where('subject', '=', subject).executeTakeFirst()) !== undefined) return
      const last = await own
        .select(['place', 'hash'])
        .where('model', '=', model)
        .orderBy('place', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow()
      const place = last.place + 1
      const text = textOf({ version: 1, model, record, place, at: toIso(at), ...addition })
      const row = { model, record, place, subject, entry: text, hash: hashOf(last.hash, text) }
      await transaction.insertInto('forward_entry').values(row).execute()
    })
  }

  /** A promotion that was made with a record, and has none. */
  async #missing(model: string, of?: { slot: Slot; checkpoint: string }): Promise<number | undefined> {
    let lost = this.#db
      .selectFrom('promotion')
      .select('number')
      .where('model', '=', model)
      .where('number', '>', (eb) => eb.selectFrom('forward_before').select('promotion'))
      .where('number', 'not in', (eb) => eb.selectFrom('forward_entry').select('record'))
    if (of !== undefined)
      lost = lost.where('version', '=', of.checkpoint).where('pattern', '=', columnsOf(of.slot).pattern)
    return (await lost.orderBy('number', 'desc').limit(1).executeTakeFirst())?.number
  }

  async #everyNumber(model: string): Promise<number[]> {
    const rows = await this.#db
      .selectFrom('forward_entry')
      .select('record')
      .distinct()
      .where('model', '=', model)
      .orderBy('record')
      .execute()
    return rows.map(({ record }) => record)
  }

  async *#rowsOf({ model, record }: RecordId): AsyncGenerator<EntryRow> {
    for (let after = -1; ;) {
      const rows = await this.#db
        .selectFrom('forward_entry')
        .select(COLUMNS)
        .where('model', '=', model)
        .where('record', '=', record)
        .where('place', '>', after)
        .orderBy('place')
        .limit(PIECE)
        .execute()
      yield* rows
      if (rows.length < PIECE) return
      after = itemAt(rows, -1).place
      await setImmediate()
    }
  }
}

function firsts(db: Kysely<OrchestratorTables>, model: string) {
  return db
    .selectFrom('forward_entry')
    .select(COLUMNS)
    .where('model', '=', model)
    .where('place', '=', sql.lit(0))
    .orderBy('record')
}

function promotionOf({ entry }: EntryRow): PromotionEntry | null {
  const parsed = parseEntry(entry)
  return parsed?.kind === 'promotion' ? parsed : null
}

/** That a record's promotion is for; null: the model as a whole. */
function patternOf(row: EntryRow): string | null {
  return promotionOf(row)?.pattern ?? null
}

function subjectOf(addition: Addition): string {
  return addition.kind === 'call'
    ? `call ${addition.call}`
    : `day ${addition.venue} ${addition.symbol} ${addition.day}`
}
