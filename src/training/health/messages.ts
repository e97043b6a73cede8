// What the server and the process that looks at the data set tell each other. Both are started from the same files.
import type { DataSetHealth } from '../../contract/data-set-health.ts'
import type { DatabaseChoice } from '../../core/database.ts'
import type { QuarterCount } from './counts.ts'

export interface HealthOrder {
  /** Root of the workspace. */
  readonly workspace: string
  readonly database: DatabaseChoice
}

export interface MadeHealth {
  readonly health: DataSetHealth
  /** Of which its hours are made in other zones. */
  readonly quarters: readonly QuarterCount[]
  readonly took_ms: number
}
