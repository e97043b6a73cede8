// Training's table: every run, in the order they were asked for.
import type { Migration } from '../../core/database.ts'

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
