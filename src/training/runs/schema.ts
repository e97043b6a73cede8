// Training's table: every run, in the order they were asked for.
import type { Generated } from 'kysely'
import type { RunStatus } from '../../contract/training.ts'
import type { Migration } from '../../core/database.ts'

export interface TrainingTables {
  training_run: RunTable
}

export interface RunTable {
  number: Generated<number>
  id: string
  status: RunStatus
  /** JSON of what was asked. */
  body: string
  /** JSON of the run as it stands. */
  run: string
}

export const trainingMigrations: readonly Migration[] = [
  {
    id: 'training-001',
    sql: `CREATE TABLE training_run (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      status TEXT NOT NULL,
      body TEXT NOT NULL,
      run TEXT NOT NULL
    )`,
  },
  {
    id: 'training-002',
    // So that the run of a checkpoint is found among any number of runs, and its id without reading it.
    sql: `CREATE INDEX training_run_of_checkpoint
      ON training_run (json_extract(run, '$.model'), json_extract(run, '$.checkpoint'), id)
      WHERE json_extract(run, '$.checkpoint') IS NOT NULL`,
  },
]
