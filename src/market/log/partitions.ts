// A day's partition of the markets' log, made by whoever appends first on that day.
import type { CopyingPostgres } from '../../core/postgres/copying.ts'
import { DAY, floorTo, type EpochMs } from '../../core/time.ts'

/** Whoever makes a partition holds this lock; any number that nothing else of ours takes. */
const MAKING = 7_316_055_215

export class Partitions {
  readonly #db: CopyingPostgres
  readonly #made = new Set<number>()

  constructor(db: CopyingPostgres) {
    this.#db = db
  }

  /** Cheap but once a day and process. */
  async make(at: EpochMs): Promise<void> {
    const day = floorTo(at, DAY)
    if (this.#made.has(day)) return
    const name = `market_log_${new Date(day).toISOString().slice(0, 10).replaceAll('-', '_')}`
    const [row] = await this.#db.ask<{ known: string | null }>('SELECT to_regclass($1) AS known', [name])
    if (row?.known == null) {
      await this.#db.transaction(async (within) => {
        await within.ask(`SELECT pg_advisory_xact_lock(${MAKING})`)
        await within.ask(
          `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF market_log FOR VALUES FROM (${day}) TO (${day + DAY})`,
        )
      })
    }
    this.#made.add(day)
  }
}
