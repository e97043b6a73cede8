// What the trader calls checkpoints: the challenger of each model, and a note on any.
import type { Kysely } from 'kysely'
import type { RoomsDatabase } from '../core/database.ts'
import type { OrchestratorTables } from './schema.ts'

export class CheckpointNames {
  readonly #db: Kysely<OrchestratorTables>

  constructor(database: RoomsDatabase) {
    this.#db = database.tables<OrchestratorTables>()
  }

  /** The version that was named; null where none was. */
  async challenger(model: string): Promise<string | null> {
    const row = this.#db.selectFrom('checkpoint_challenger').select('version').where('model', '=', model)
    return (await row.executeTakeFirst())?.version ?? null
  }

  async setChallenger(model: string, version: string | null): Promise<void> {
    if (version === null)
      await this.#db.deleteFrom('checkpoint_challenger').where('model', '=', model).execute()
    else
      await this.#db
        .insertInto('checkpoint_challenger')
        .values({ model, version })
        .onConflict((conflict) => conflict.column('model').doUpdateSet({ version }))
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
