// What the trader calls checkpoints: the challenger of each model and pattern, and a note on any.
import type { Kysely } from 'kysely'
import type { RoomsDatabase } from '../core/database.ts'
import type { OrchestratorTables } from './schema.ts'
import { columnsOf, type Slot } from './slot.ts'

export class CheckpointNames {
  readonly #db: Kysely<OrchestratorTables>

  constructor(database: RoomsDatabase) {
    this.#db = database.tables<OrchestratorTables>()
  }

  /** The version that was named; null where none was. */
  async challenger(slot: Slot): Promise<string | null> {
    const { model, pattern } = columnsOf(slot)
    const row = this.#db
      .selectFrom('checkpoint_challenger')
      .select('version')
      .where('model', '=', model)
      .where('pattern', '=', pattern)
    return (await row.executeTakeFirst())?.version ?? null
  }

  /** Of which a challenger is named. */
  async patterns(model: string): Promise<string[]> {
    const rows = this.#db.selectFrom('checkpoint_challenger').select('pattern').where('model', '=', model)
    return (await rows.where('pattern', '!=', '').execute()).map(({ pattern }) => pattern)
  }

  async setChallenger(slot: Slot, version: string | null): Promise<void> {
    const columns = columnsOf(slot)
    if (version === null)
      await this.#db
        .deleteFrom('checkpoint_challenger')
        .where('model', '=', columns.model)
        .where('pattern', '=', columns.pattern)
        .execute()
    else
      await this.#db
        .insertInto('checkpoint_challenger')
        .values({ ...columns, version })
        .onConflict((conflict) => conflict.columns(['model', 'pattern']).doUpdateSet({ version }))
        .execute()
  }

  /** By version. */
  async notes(model: string): Promise<ReadonlyMap<string, string>> {
    const rows = this.#db.selectFrom('checkpoint_note').select(['version', 'note']).where('model', '=', model)
    return new Map((await rows.execute()).map(({ version, note }) => [version, note]))
  }

  async setNote(model: string, version: string, note: string | null): Promise<void> {
    if (note === null)
      await this.#db
        .deleteFrom('checkpoint_note')
        .where('model', '=', model)
        .where('version', '=', version)
        .execute()
    else
      await this.#db
        .insertInto('checkpoint_note')
        .values({ model, version, note })
        .onConflict((conflict) => conflict.columns(['model', 'version']).doUpdateSet({ note }))
        .execute()
  }
}
