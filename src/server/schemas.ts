// The tables of all rooms, the market's apart: they may lie in two databases.
import { alertMigrations } from '../alerts/schema.ts'
import { annotationMigrations } from '../annotation/schema.ts'
import { backtestMigrations } from '../backtest/schema.ts'
import { leaseMigrations } from '../core/postgres/lease.ts'
import type { Schemas } from '../core/open-chosen.ts'
import { inferenceMigrations } from '../inference/schema.ts'
import { bookMigrations } from '../market/book/schema.ts'
import { marketLogMigrations } from '../market/log/schema.ts'
import { marketMigrations } from '../market/store/schema.ts'
import { orchestratorMigrations } from '../orchestrator/schema.ts'
import { trainingMigrations } from '../training/runs/schema.ts'
import { besideMigrations } from './beside/schema.ts'

export const SCHEMAS: Schemas = {
  market: [...marketMigrations, ...bookMigrations],
  rooms: [
    ...annotationMigrations,
    ...orchestratorMigrations,
    ...trainingMigrations,
    ...inferenceMigrations,
    ...alertMigrations,
    ...backtestMigrations,
  ],
  shared: [...leaseMigrations, ...marketLogMigrations, ...besideMigrations],
}
