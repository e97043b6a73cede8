// Writes of many streams that come at one moment, in one transaction: making each durable by itself would cost a disk sync each.
import type { MarketStore } from '../store/market-store.ts'

/** What was written, and what is to follow once it is durable. */
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

  /** Where `isAlone`, nobody is waited for. */
  constructor(store: MarketStore, isAlone: () => boolean) {
    this.#store = store
    this.#isAlone = isAlone
  }

  /** `stage` is called within a transaction, once more in one of its own where another's failed; it resolves when that is durable. */
  run<T>(stage: () => Staged<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const isFirst = this.#jobs.length === 0
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
      if (isFirst && this.#isAlone()) this.#flush()
      else if (isFirst) setImmediate(() => this.#flush())
    })
  }

  #flush(): void {
    const jobs = this.#jobs
    this.#jobs = []
    try {
      this.#commit(jobs)
    } catch {
      for (const job of jobs) this.#alone(job)
    }
  }

  #alone(job: Job): void {
    try {
      this.#commit([job])
    } catch (error) {
      job.reject(error)
    }
  }

  #commit(jobs: readonly Job[]): void {
    const followUps = this.#store.transaction(() => jobs.map((job) => job.stage()))
    for (const follow of followUps) follow()
  }
}
