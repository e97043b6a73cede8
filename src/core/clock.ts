// Where "now" comes from. Logic never reads the system clock: it is handed one of these.
import { setTimeout as delay } from 'node:timers/promises'
import { epochMs, type EpochMs } from './time.ts'

export interface Clock {
  now(): EpochMs
  /** Resolves once `now() >= instant`; rejects with the signal's reason when aborted. */
  until(instant: EpochMs, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  async until(instant, signal) {
    for (let wait = instant - Date.now(); wait > 0; wait = instant - Date.now()) {
      await delay(Math.min(wait, 2_147_483_647), undefined, signal ? { signal } : {})
    }
    signal?.throwIfAborted()
  },
}

interface Waiter {
  instant: EpochMs
  resolve: () => void
}

/** A clock that stands still until it is told to move: for tests, and for replay, whose time is the data's. */
export class ManualClock implements Clock {
  #now: EpochMs
  #waiters: Waiter[] = []

  constructor(start: EpochMs) {
    this.#now = start
  }

  now(): EpochMs {
    return this.#now
  }

  until(instant: EpochMs, signal?: AbortSignal): Promise<void> {
    if (instant <= this.#now) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal?.reason as Error)
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiters.push({
        instant,
        resolve: () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        },
      })
    })
  }

  /** Moves to `instant`; never backwards. Wakes whoever waits for a time that has come. */
  moveTo(instant: EpochMs): void {
    if (instant <= this.#now) return
    this.#now = instant
    const due = this.#waiters.filter((waiter) => waiter.instant <= instant)
    this.#waiters = this.#waiters.filter((waiter) => waiter.instant > instant)
    for (const waiter of due) waiter.resolve()
  }
}
