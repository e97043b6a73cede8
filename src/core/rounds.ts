// Work that is done again and again, now and then, and at once where somebody says that there is something to do.
import { AppError } from './errors.ts'
import { Wake } from './wake.ts'

export interface RoundsParts {
  /** What throws is done again, like what does not. */
  readonly round: () => Promise<unknown>
  /** From the end of a round to the next, where nobody wakes it, ms. */
  readonly every: number
  /** The same after one that threw; default: `every`. */
  readonly afterFailure?: number
  /** Told once of each thing that keeps rounds from being done. */
  readonly onFault?: (error: unknown) => void
}

/** One round at a time. Nothing is held alive by it. */
export class Rounds {
  readonly #parts: RoundsParts
  readonly #wake = new Wake()
  #isOver = false
  #trouble: string | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(parts: RoundsParts) {
    this.#parts = parts
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** What kept the last round from being done, in words; null where nothing did. */
  get trouble(): string | null {
    return this.#trouble
  }

  start(): void {
    this.#running = this.#run()
  }

  wake(): void {
    this.#wake.call()
  }

  /** Resolves when the round under way is done; none follows. */
  async stop(): Promise<void> {
    this.#isOver = true
    this.#wake.call()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      await this.#round()
      const { every, afterFailure = every } = this.#parts
      if (!this.#isOver) await this.#wake.wait(this.#trouble === null ? every : afterFailure)
    }
  }

  async #round(): Promise<void> {
    try {
      await this.#parts.round()
      this.#trouble = null
    } catch (error) {
      const words = error instanceof AppError ? `${error.code}: ${error.message}` : String(error)
      if (words !== this.#trouble && !this.#isOver) this.#parts.onFault?.(error)
      this.#trouble = words
    }
  }
}
