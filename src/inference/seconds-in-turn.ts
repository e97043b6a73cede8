// Seconds taken one at a time: of several that come while one is being answered only the newest waits, the others are missed.
import type { EpochMs } from '../core/time.ts'

export class SecondsInTurn {
  readonly #answer: (second: EpochMs) => Promise<void>
  readonly #onFault: (error: unknown) => void
  #waiting: EpochMs | null = null
  #work: Promise<void> | null = null
  #stopped = false

  /** @param onFault told of a second whose answer failed; the next one is taken all the same */
  constructor(answer: (second: EpochMs) => Promise<void>, onFault: (error: unknown) => void) {
    this.#answer = answer
    this.#onFault = onFault
  }

  /** Resolves when nothing is left to answer: a replay waits for this promise, so no second is lost; a live source does not. */
  next(second: EpochMs): Promise<void> {
    this.#waiting = second
    this.#work ??= this.#answerWaiting().finally(() => (this.#work = null))
    return this.#work
  }

  /** Resolves when the second being answered is done; none is taken after it. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#work
  }

  async #answerWaiting(): Promise<void> {
    while (this.#waiting !== null && !this.#stopped) {
      const second = this.#waiting
      this.#waiting = null
      await this.#answer(second).catch(this.#onFault)
    }
  }
}
