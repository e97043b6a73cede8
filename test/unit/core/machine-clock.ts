// A machine's clock under the test's hand: time that passes, and what the clock is set to, apart from each other.
import type { Clock } from '../../../src/core/clock.ts'
import { epochMs, type EpochMs } from '../../../src/core/time.ts'

export class MachineClock implements Clock {
  #passed = 0
  #offset: number
  #sleepers: { at: number; wake: () => void }[] = []

  constructor(start: EpochMs) {
    this.#offset = start
  }

  readonly stopwatch = (): number => this.#passed

  now(): EpochMs {
    return epochMs(this.#offset + this.#passed)
  }

  /** Sets the clock; no time passes. */
  set(by: number): void {
    this.#offset += by
  }

  pass(ms: number): void {
    this.#passed += ms
    const due = this.#sleepers.filter(({ at }) => at <= this.#passed)
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#passed)
    for (const { wake } of due) wake()
  }

  async until(instant: EpochMs, signal?: AbortSignal): Promise<void> {
    while (this.now() < instant) await this.sleep(instant - this.now(), signal)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      this.#sleepers.push({ at: this.#passed + ms, wake: resolve })
    })
  }
}
