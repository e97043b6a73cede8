// Signals that come at one moment are stored in one transaction: making each durable by itself would cost a disk sync each.
import { setImmediate } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import type { Market } from '../market/types.ts'
import type { InferenceTables } from './schema.ts'

/** Writes within the transaction; may be called once more, in one of its own. */
type Work<T> = (transaction: Transaction<InferenceTables>) => Promise<T>

/** Part of each transaction, with the markets of which it writes. @throws where nothing may be written of one of them any more */
export type Fence = (transaction: Transaction<never>, markets: readonly Market[]) => Promise<void>

/** Counts the time that `work` takes. */
export type During = <T>(work: () => Promise<T>) => Promise<T>

interface Job {
  readonly market: Market
  /** Writes, and returns what follows once it is durable. */
  readonly stage: Work<() => void>
  readonly reject: (error: unknown) => void
}

/** Other work of this process, and other writers, get their turn after so many, which hold the thread for about 10 ms. */
const MOST_TOGETHER = 48

export class GroupedWrites {
  readonly #db: Kysely<InferenceTables>
  readonly #fence: Fence | undefined
  readonly #during: During
  #jobs: Job[] = []
  #isWriting = false

  /** `during`: told of what is done here, which the wait for the disk is not. */
  constructor(db: Kysely<InferenceTables>, fence?: Fence, during: During = (work) => work()) {
    this.#db = db
    this.#fence = fence
    this.#during = during
  }

  /** Resolves when what `work` wrote of `market` is durable; what fails by itself takes no other along. */
  run<T>(market: Market, work: Work<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stage: Job['stage'] = async (transaction) => {
        const result = await work(transaction)
        return () => resolve(result)
      }
      this.#jobs.push({ market, stage, reject })
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

  async #writeApart(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) await this.#write([job]).catch(job.reject)
  }

  async #write(jobs: readonly Job[]): Promise<void> {
    const staged = await this.#db
      .transaction()
      .execute((transaction) => this.#during(() => this.#stage(jobs, transaction)))
    for (const settle of staged) settle()
  }

  async #stage(
    jobs: readonly Job[],
    transaction: Transaction<InferenceTables>,
  ): Promise<readonly (() => void)[]> {
    await this.#fence?.(
      transaction as unknown as Transaction<never>,
      jobs.map(({ market }) => market),
    )
    const follow: (() => void)[] = []
    for (const { stage } of jobs) follow.push(await stage(transaction))
    return follow
  }
}
