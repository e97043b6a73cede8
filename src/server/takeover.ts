// What a server does when another has taken its database over: it stands still, and says so.
import type { AppError } from '../core/errors.ts'
import type { Log } from './logger.ts'

export interface TakeoverOptions {
  readonly log: Log
  readonly onTakenOver?: (error: AppError) => void
}

export class Takeover {
  readonly #options: TakeoverOptions
  #error: AppError | null = null
  #standStill: () => Promise<void> = () => Promise.resolve()

  constructor(options: TakeoverOptions) {
    this.#options = options
  }

  /** For health; null: none happened. */
  get words(): string | null {
    return this.#error === null ? null : `${this.#error.code}: ${this.#error.message}`
  }

  /** How the server stands still, once there is one. */
  begin(standStill: () => Promise<void>): void {
    this.#standStill = standStill
  }

  /** Noticed by the lease and by an append: whichever comes first. */
  happened(taken: AppError): void {
    if (this.#error !== null) return
    this.#error = taken
    this.#options.log.error({}, taken.message)
    void this.#end(taken)
  }

  async #end(taken: AppError): Promise<void> {
    try {
      await this.#standStill()
    } catch (error) {
      this.#options.log.error({ err: error }, 'what moved could not be stopped')
    }
    this.#options.onTakenOver?.(taken)
  }
}
