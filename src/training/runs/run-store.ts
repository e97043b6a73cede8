// Training runs in the database: what was asked, and how far it has come.
import { sql, type Kysely, type Selectable } from 'kysely'
import type { TrainingRunOut, TrainingRunsQuery } from '../../contract/training.ts'
import { PARAMETER_NAMES, rowOf, storedBefore } from '../../contract/parameters.ts'
import type { TrainingBody, TrainingParameters } from '../../contract/training-parameters.ts'
import type { RoomsDatabase } from '../../core/database.ts'
import type { RunTable, TrainingTables } from './schema.ts'

export interface StoredRun {
  readonly body: TrainingBody
  readonly run: TrainingRunOut
}

/** As the index of runs by checkpoint has them. */
const MODEL = sql<string>`json_extract(run, '$.model')`
const CHECKPOINT = sql<string | null>`json_extract(run, '$.checkpoint')`

export class RunStore {
  readonly #db: Kysely<TrainingTables>

  constructor(database: RoomsDatabase) {
    this.#db = database.tables<TrainingTables>()
  }

  async insert({ body, run }: StoredRun): Promise<void> {
    const row = { id: run.id, status: run.status, body: JSON.stringify(body), run: JSON.stringify(run) }
    await this.#db.insertInto('training_run').values(row).execute()
  }

  async update(run: TrainingRunOut): Promise<void> {
    await this.#db
      .updateTable('training_run')
      .set({ status: run.status, run: JSON.stringify(run) })
      .where('id', '=', run.id)
      .execute()
  }

  async get(id: string): Promise<StoredRun | null> {
    const row = await this.#runs().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : parse(row)
  }

  /** Newest first. */
  async list({ limit, before }: TrainingRunsQuery = {}): Promise<StoredRun[]> {
    let query = this.#runs().orderBy('number', 'desc')
    if (limit !== undefined) query = query.limit(limit)
    if (before !== undefined) {
      const place = this.#db.selectFrom('training_run').select('number').where('id', '=', before)
      query = query.where('number', '<', place)
    }
    return (await query.execute()).map(parse)
  }

  /** Those that made this checkpoint, newest first: one, where nobody moved files about. */
  async ofCheckpoint(model: string, checkpoint: string): Promise<StoredRun[]> {
    const own = this.#runs().where(MODEL, '=', model).where(CHECKPOINT, '=', checkpoint)
    return (await own.where(CHECKPOINT, 'is not', null).orderBy('number', 'desc').execute()).map(parse)
  }

  /** Run id by checkpoint of the model; of several the newest. */
  async byCheckpoint(model: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#db
      .selectFrom('training_run')
      .select(['id', CHECKPOINT.as('checkpoint')])
      .where(MODEL, '=', model)
      .where(CHECKPOINT, 'is not', null)
      .orderBy('number')
      .execute()
    return new Map(rows.map(({ id, checkpoint }) => [String(checkpoint), id]))
  }

  async count(): Promise<number> {
    const { n } = await this.#db
      .selectFrom('training_run')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    return n
  }

  /** Oldest first. */
  async withStatus(status: TrainingRunOut['status']): Promise<StoredRun[]> {
    return (await this.#runs().where('status', '=', status).orderBy('number').execute()).map(parse)
  }

  #runs() {
    return this.#db.selectFrom('training_run').select(['body', 'run'])
  }
}

/** What runs that were stored by an earlier version do not say. */
const SINCE = {
  selection: {},
  pattern: null,
  warm_start: null,
  stopped_early: null,
  queue_position: null,
  resumed_at: null,
} satisfies Partial<TrainingRunOut>

const PARAMETERS_SINCE = Object.fromEntries(
  PARAMETER_NAMES.map((name) => [name, storedBefore(rowOf(name))]),
) as Partial<TrainingParameters>

function parse(row: Pick<Selectable<RunTable>, 'body' | 'run'>): StoredRun {
  const run = JSON.parse(row.run) as TrainingRunOut
  const parameters = { ...PARAMETERS_SINCE, ...run.parameters }
  return { body: JSON.parse(row.body) as TrainingBody, run: { ...SINCE, ...run, parameters } }
}
