// The orchestrator's table: which checkpoint of each model goes live.
import type { Migration } from '../core/database.ts'

export interface OrchestratorTables {
  promoted_checkpoint: { model: string; version: string }
}

export const orchestratorMigrations: readonly Migration[] = [
  {
    id: 'orchestrator-001',
    sql: 'CREATE TABLE promoted_checkpoint (model TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID',
  },
]
