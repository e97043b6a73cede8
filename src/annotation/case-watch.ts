// Which test cases have to be compared with today's market data: those before whose entry data changed since they last were. The cases are in the
// rooms' database, the market's changes in this workspace's file, and beside them how far they have been read.
import type { Kysely } from 'kysely'
import type { Database } from '../core/database.ts'
import { ChangeReader, type ChangeMark, type MarketChange } from '../market/store/changes-since.ts'
import type { AnnotationTables } from './schema.ts'

/** Changes that may be read again after a crash. */
const SAVED_EVERY = 500

export class CaseWatch {
  readonly #db: Kysely<AnnotationTables>
  readonly #local: Kysely<Pick<AnnotationTables, 'case_watch'>>
  readonly #reader: ChangeReader
  #mark: ChangeMark | undefined
  #saved: ChangeMark = { candles: 0, books: 0 }

  /** `readsBooks`: whether cases have order books, and the database their tables. */
  constructor(database: Database, readsBooks: boolean) {
    this.#db = database.tables<AnnotationTables>()
    this.#local = database.local<Pick<AnnotationTables, 'case_watch'>>()
    this.#reader = new ChangeReader(database.sqlite, readsBooks ? ['candles', 'books'] : ['candles'])
  }

  /** Reads what changed since the last call, whoever changed it, and marks the cases it concerns as due. Costs as much as changed. */
  async advance(): Promise<void> {
    this.#mark ??= await this.#load()
    const { mark, changes } = this.#reader.since(this.#mark)
    let marked = 0n
    if (changes === null) marked = await this.#markAll()
    else for (const change of changes) marked += await this.#markAfter(change)
    this.#mark = mark
    const unsaved = mark.candles - this.#saved.candles + mark.books - this.#saved.books
    if (marked > 0n || unsaved >= SAVED_EVERY) await this.save()
  }

  async #load(): Promise<ChangeMark> {
    const row = await this.#local.selectFrom('case_watch').select(['candles', 'books']).executeTakeFirst()
    this.#saved = row ?? this.#saved
    return this.#saved
  }

  /** Keeps how far changes have been read, so that a later start begins there. */
  async save(): Promise<void> {
    const mark = this.#mark
    if (mark === undefined || (mark.candles === this.#saved.candles && mark.books === this.#saved.books))
      return
    await this.#local.updateTable('case_watch').set(mark).execute()
    this.#saved = mark
  }

  async #markAll(): Promise<bigint> {
    const { numUpdatedRows } = await this.#db.updateTable('case_state').set({ due: 1 }).executeTakeFirst()
    return numUpdatedRows
  }

  /** A candle concerns every later case of its market: it may fill a gap. A book concerns its symbol's, since books are consolidated. */
  async #markAfter({ what, venue, symbol, from }: MarketChange): Promise<bigint> {
    const concerned = this.#db
      .selectFrom('annotation')
      .select('id')
      .where('symbol', '=', symbol)
      .where('entry_time', '>', from - 1)
      .$if(what === 'candles', (query) => query.where('venue', '=', venue).where('entry_time', '>', from))
    if ((await concerned.limit(1).executeTakeFirst()) === undefined) return 0n
    const { numUpdatedRows } = await this.#db
      .updateTable('case_state')
      .set({ due: 1 })
      .where('annotation_id', 'in', concerned)
      .executeTakeFirst()
    return numUpdatedRows
  }
}
