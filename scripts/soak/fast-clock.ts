// A machine's clock that runs faster than time passes, for hours of a server in minutes.
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { epochMs, type EpochMs } from '../../src/core/time.ts'

export class FastClock implements Clock {
  #speed = 1
  #from: number = systemClock.now()
  #since = performance.now()

  now(): EpochMs {
    return epochMs(Math.round(this.#from + (performance.now() - this.#since) * this.#speed))
  }

  /** So many seconds a second from now on. */
  runAt(speed: number): void {
    this.#from = this.now()
    this.#since = performance.now()
    this.#speed = speed
  }

  async until(instant: EpochMs, signal?: AbortSignal): Promise<void> {
    for (let wait = instant - this.now(); wait > 0; wait = instant - this.now())
      await this.sleep(wait, signal)
    signal?.throwIfAborted()
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(Math.ceil(ms / this.#speed), signal)
  }
}
