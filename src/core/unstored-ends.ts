// How work ended, where that could not be stored: kept, and stored as it was once that is possible.

import { Turns } from './turns.ts'

/** A failure is tried again after so long, without anybody asking. */
const TRY_AGAIN_MS = 5000

export class UnstoredEnds {
  readonly #ends = new Map<string, () => Promise<void>>()
  readonly #again: () => void
  /** Nothing is stored twice by two who ask at once. */
  readonly #turns = new Turns()
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  /** `again`: asked for a while after a failure; it calls `store` sooner or later. */
  constructor(again: () => void) {
    this.#again = again
  }

  /** `store` stores the end of the work `id`, as often as it is called. */
  keep(id: string, store: () => Promise<void>): void {
    this.#ends.set(id, store)
  }

  /** Stores whatever is kept. @throws what the first one that fails throws; it and those behind it stay kept */
  async store(): Promise<void> {
    try {
      await this.#turns.run('', () => this.#storeEach())
    } catch (error) {
      clearTimeout(this.#timer)
      if (!this.#stopped) this.#timer = setTimeout(this.#again, TRY_AGAIN_MS).unref()
      throw error
    }
  }

  async #storeEach(): Promise<void> {
    for (const [id, store] of this.#ends) {
      await store()
      this.#ends.delete(id)
    }
  }

  /** Nothing is tried again by itself any more. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }
}
