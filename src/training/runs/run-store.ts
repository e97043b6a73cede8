// Training runs in the database: what was asked, and how far it has come.
import type { TrainingRunOut } from '../../contract/training.ts'
import type { TrainingBody, TrainingParameters } from '../../contract/training-parameters.ts'
import type { Sqlite } from '../../core/database.ts'

export interface StoredRun {
  readonly body: TrainingBody
  readonly run: TrainingRunOut
}

interface Row {
  body: string
  run: string
}

export class RunStore {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  insert({ body, run }: StoredRun): void {
    this.#sqlite
      .prepare('INSERT INTO training_run (id, status, body, run) VALUES (?, ?, ?, ?)')
      .run(run.id, run.status, JSON.stringify(body), JSON.stringify(run))
  }

  update(run: TrainingRunOut): void {
    this.#sqlite
      .prepare('UPDATE training_run SET status = ?, run = ? WHERE id = ?')
      .run(run.status, JSON.stringify(run), run.id)
  }

  get(id: string): StoredRun | null {
    const row = this.#sqlite.prepare('SELECT body, run FROM training_run WHERE id = ?').get(id)
    return row === undefined ? null : parse(row as Row)
  }

  /** Newest first. */
  list(): StoredRun[] {
    return (
      this.#sqlite.prepare('SELECT body, run FROM training_run ORDER BY number DESC').all() as Row[]
    ).map(parse)
  }

  /** Oldest first. */
  withStatus(status: TrainingRunOut['status']): StoredRun[] {
    const sql = 'SELECT body, run FROM training_run WHERE status = ? ORDER BY number'
    return (this.#sqlite.prepare(sql).all(status) as Row[]).map(parse)
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

const PARAMETERS_SINCE = {
  schedule: 'cosine',
  warmup: null,
  weight_decay: null,
  clip_norm: null,
  dropout: null,
  class_weights: null,
  holds_per_annotation: 6,
  augmentation: true,
  pretraining: null,
  seeds: 1,
  early_stopping: 0,
  permutation_test: false,
} satisfies Partial<TrainingParameters>

function parse(row: Row): StoredRun {
  const run = JSON.parse(row.run) as TrainingRunOut
  const parameters = { ...PARAMETERS_SINCE, ...run.parameters }
  return { body: JSON.parse(row.body) as TrainingBody, run: { ...SINCE, ...run, parameters } }
}
