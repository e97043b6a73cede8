// A day's partition of the markets' log, made by whoever appends first on that day.
import type { Copying, CopyingPostgres } from '../../core/postgres/copying.ts'
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
    await this.#db.transaction(async (within) => {
      if (await isThere(within, name)) return
      await within.ask(`SELECT pg_advisory_xact_lock(${MAKING})`)
      if (await isThere(within, name)) return
      // Made beside it and then attached: to be made as a partition it would wait for every append under way.
      await within.ask(`CREATE TABLE ${name} (LIKE market_log INCLUDING ALL)`)
      await within.ask(
        `ALTER TABLE market_log ATTACH PARTITION ${name} FOR VALUES FROM (${day}) TO (${day + DAY})`,
      )
    })
    this.#made.add(day)
  }
}

/** Asked of the catalogue as of now: names are looked up in what the connection remembers of before it waited. */
async function isThere(within: Copying, name: string): Promise<boolean> {
  const sql = 'SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1'
  return (await within.ask(sql, [name])).length > 0
}
