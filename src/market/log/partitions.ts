// A day's part of the markets' log, made by whoever appends first on that day.
import type { CopyingPostgres } from '../../core/postgres/copying.ts'
import { DAY, floorTo, type EpochMs } from '../../core/time.ts'
import { takeTurn } from './log-days.ts'
import { chooseLogTable, daysOf } from './log-table.ts'

export class Partitions {
  readonly #db: CopyingPostgres
  readonly #say: (words: string) => void
  readonly #made = new Set<number>()
  #isChosen = false

  /** @param say told what kept TimescaleDB from being used where it is there, once */
  constructor(db: CopyingPostgres, say: (words: string) => void) {
    this.#db = db
    this.#say = say
  }

  /** Cheap but once a day and process. */
  async make(at: EpochMs): Promise<void> {
    const day = floorTo(at, DAY)
    if (this.#made.has(day)) return
    if (!this.#isChosen) await this.#choose()
    await this.#db.transaction(async (within) => {
      if (await (await daysOf(within)).isThere(within, day)) return
      await takeTurn(within)
      // Another may have chosen otherwise meanwhile.
      const days = await daysOf(within)
      if (!(await days.isThere(within, day))) await days.make(within, day)
    })
    this.#made.add(day)
  }

  async #choose(): Promise<void> {
    const words = await chooseLogTable(this.#db)
    this.#isChosen = true
    if (words !== null) this.#say(words)
  }
}
