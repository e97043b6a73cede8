// The state of the data set for whoever shows it: made in a process of its own when it is asked for, and again after marks changed.
import type { DataSetHealthOut } from '../../contract/data-set-health.ts'
import type { Clock } from '../../core/clock.ts'
import type { DatabaseChoice } from '../../core/database.ts'
import { AppError } from '../../core/errors.ts'
import { MINUTE, SECOND, toIso, type EpochMs } from '../../core/time.ts'
import { zoneOf } from '../../core/zone.ts'
import { AskedProcess } from '../../core/asked-process.ts'
import { inZone } from './in-zone.ts'
import type { HealthOrder, MadeHealth } from './messages.ts'

const PROCESS = new URL('health-process.ts', import.meta.url)
/** The market moves on, and is imported and forgotten: what is older is made anew. */
const LASTS = 10 * MINUTE
/** Where rows of moments were still missing. */
const LASTS_WITHOUT_ROWS = 10 * SECOND

export interface HealthServiceParts {
  /** Root of the workspace. */
  readonly workspace: string
  readonly database: DatabaseChoice
  readonly clock: Clock
}

interface Made extends MadeHealth {
  readonly at: EpochMs
}

export class HealthService {
  readonly #parts: HealthServiceParts
  readonly #process = new AskedProcess<HealthOrder, MadeHealth>(PROCESS, { failed })
  #made: Made | null = null
  #isDue = true
  #making: Promise<void> | null = null
  /** Of the last try, until it is told. */
  #fault: Error | null = null

  constructor(parts: HealthServiceParts) {
    this.#parts = parts
  }

  /**
   * What is known, at once, with hours of `timezone`; it begins what is due.
   * @throws AppError `unknown_timezone`, and once of each try `data_set_health_failed`
   */
  get(timezone = 'UTC'): DataSetHealthOut {
    const zone = zoneOf(timezone)
    const fault = this.#fault
    this.#fault = null
    if (fault !== null) throw fault
    if (this.#isDue || this.#isOld()) this.#making ??= this.#make()
    const { at = null, took_ms = null } = this.#made ?? {}
    return {
      state: this.#making === null ? 'current' : 'being_computed',
      health: this.#made === null ? null : inZone(this.#made, zone),
      made_at: at === null ? null : toIso(at),
      took_ms,
    }
  }

  /** A mark, an answer or what is reviewed changed: what was said holds no longer. */
  changed(): void {
    this.#isDue = true
  }

  stop(): void {
    this.#process.stop()
  }

  #isOld(): boolean {
    if (this.#made === null) return true
    const { at, health } = this.#made
    const lasts = health.alike.reason === null ? LASTS : LASTS_WITHOUT_ROWS
    return this.#parts.clock.now() - at > lasts
  }

  async #make(): Promise<void> {
    this.#isDue = false
    try {
      const { workspace, database } = this.#parts
      const made = await this.#process.ask({ workspace, database })
      this.#made = { ...made, at: this.#parts.clock.now() }
    } catch (error) {
      this.#isDue = true
      this.#fault = error instanceof Error ? error : new Error(String(error))
    }
    this.#making = null
  }
}

function failed(why: string): AppError {
  return new AppError(
    'data_set_health_failed',
    `The data set could not be looked at: ${why}. It is tried again when asked for again.`,
    { status: 503 },
  )
}
