// Where "now" comes from. Logic never reads the system clock: it is handed one of these.
import { setTimeout as delay } from 'node:timers/promises'
import { epochMs, type EpochMs } from './time.ts'

export interface Clock {
  now(): EpochMs
  /** Resolves once `now() >= instant`; rejects with the signal's reason when aborted. */
  until(instant: EpochMs, signal?: AbortSignal): Promise<void>
  /** Resolves once so many ms have passed, whatever the clock is set to meanwhile; rejects as `until` does. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Of one that does not go back with the machine's: the last time that was set back, as long as it matters. */
  readonly setBack?: SetBack | null
  /** What such a one said when the machine's said `instant`, lately. */
  fromMachine?(instant: number): number
}

/** A machine's clock that was set back, and one that went on. */
export interface SetBack {
  /** When it was noticed, by the clock that went on. */
  readonly at: EpochMs
  /** ms. */
  readonly by: number
  /** ms that the clock which went on is ahead of the machine's because of it, now. */
  readonly ahead: number
}

const LONGEST_TIMER = 2_147_483_647

export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  async until(instant, signal) {
    for (let wait = instant - Date.now(); wait > 0; wait = instant - Date.now()) {
      await systemClock.sleep(Math.min(wait, LONGEST_TIMER), signal)
    }
    signal?.throwIfAborted()
  },
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
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

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.until(epochMs(this.#now + ms), signal)
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
