// Signals that come at one moment are stored in one transaction: making each durable by itself would cost a disk sync each.
import { setImmediate } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import type { Market } from '../market/types.ts'
import type { InferenceTables } from './schema.ts'

/** Part of each transaction, with the markets of which it writes. @throws where nothing may be written of one of them any more */
export type Fence = (transaction: Transaction<never>, markets: readonly Market[]) => Promise<void>

/** Counts the time that `work` takes. */
export type During = <T>(work: () => Promise<T>) => Promise<T>

/** What is written of a market. */
interface OfMarket {
  readonly market: Market
}

export interface GroupedParts<Entry extends OfMarket, Result> {
  readonly db: Kysely<InferenceTables>
  /** Writes within the transaction, and answers for each in order; may be called once more for each by itself. */
  readonly write: (
    transaction: Transaction<InferenceTables>,
    entries: readonly Entry[],
  ) => Promise<readonly Result[]>
  readonly fence?: Fence | undefined
  /** Told of what is done here, which the wait for the disk is not. */
  readonly during?: During | undefined
}

interface Job<Entry, Result> {
  readonly entry: Entry
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/** Other work of this process, and other writers, get their turn after so many. */
const MOST_TOGETHER = 64

export class GroupedWrites<Entry extends OfMarket, Result> {
  readonly #parts: GroupedParts<Entry, Result>
  #jobs: Job<Entry, Result>[] = []
  #isWriting = false

  constructor(parts: GroupedParts<Entry, Result>) {
    this.#parts = parts
  }

  /** Resolves when it is durable; what fails by itself takes no other along. */
  run(entry: Entry): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ entry, resolve, reject })
      if (!this.#isWriting) void this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true
    while (this.#jobs.length > 0) {
      await setImmediate()
      const jobs = this.#jobs.splice(0, MOST_TOGETHER)
      await this.#write(jobs).catch(() => this.#writeApart(jobs))
    }
    this.#isWriting = false
  }

  async #writeApart(jobs: readonly Job<Entry, Result>[]): Promise<void> {
    for (const job of jobs) await this.#write([job]).catch(job.reject)
  }

  async #write(jobs: readonly Job<Entry, Result>[]): Promise<void> {
    const { db, write, fence, during = (work) => work() } = this.#parts
    const entries = jobs.map(({ entry }) => entry)
    const staged = async (transaction: Transaction<InferenceTables>): Promise<readonly Result[]> => {
      const markets = entries.map(({ market }) => market)
      await fence?.(transaction as unknown as Transaction<never>, markets)
      return write(transaction, entries)
    }
    const results = await db.transaction().execute((transaction) => during(() => staged(transaction)))
    for (const [i, { resolve }] of jobs.entries()) resolve(results[i] as Result)
  }
}
