// What the server and the process that looks at the data set tell each other. Both are started from the same files.
import type { DatabaseChoice } from '../../core/database.ts'
import type { ZonedHealth } from './in-zone.ts'

export interface HealthOrder {
  /** Root of the workspace. */
  readonly workspace: string
  readonly database: DatabaseChoice
}

export interface MadeHealth extends ZonedHealth {
  readonly took_ms: number
}
