// Writes of many streams that come at one moment, in one transaction: making each durable by itself would cost a disk sync each.
import type { MarketStore } from '../store/market-store.ts'

/** What was written, and what is to follow once it is committed. */
export interface Staged<T> {
  readonly result: T
  settle(): void
}

interface Job {
  /** Writes, and returns what follows. */
  stage(): () => void
  reject(error: unknown): void
}

export class GroupCommit {
  readonly #store: MarketStore
  readonly #isAlone: () => boolean
  #jobs: Job[] = []
  #isFlushing = false

  /** Where `isAlone`, nobody is waited for. */
  constructor(store: MarketStore, isAlone: () => boolean) {
    this.#store = store
    this.#isAlone = isAlone
  }

  /** `stage` is called within a transaction, once more in one of its own where another's failed; it resolves when that is committed, as `MarketStore.commit` says. */
  run<T>(stage: () => Staged<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const isFirst = this.#jobs.length === 0 && !this.#isFlushing
      this.#jobs.push({
        reject,
        stage: () => {
          const staged = stage()
          return () => {
            staged.settle()
            resolve(staged.result)
          }
        },
      })
      if (isFirst && this.#isAlone()) void this.#flush()
      else if (isFirst) setImmediate(() => void this.#flush())
    })
  }

  /** What comes while another process holds it up is the next flush's. */
  async #flush(): Promise<void> {
    this.#isFlushing = true
    while (this.#jobs.length > 0) {
      const jobs = this.#jobs
      this.#jobs = []
      await this.#commit(jobs).catch(async () => {
        for (const job of jobs) await this.#commit([job]).catch((error: unknown) => job.reject(error))
      })
    }
    this.#isFlushing = false
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    const followUps = await this.#store.commit(() => jobs.map((job) => job.stage()))
    for (const follow of followUps) follow()
  }
}
