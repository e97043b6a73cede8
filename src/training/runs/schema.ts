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
]
