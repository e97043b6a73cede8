// A clock over the machine's that never goes back: where that is set back, it goes on by elapsed time, and says so.
import { systemClock, type Clock, type SetBack } from './clock.ts'
import { SECOND, epochMs, type EpochMs } from './time.ts'

/** Less is no one's doing: the clock stands until the machine's has come as far again. */
const LEAST = SECOND
/** While waiting, the machine's clock is looked at so often at least. */
const LOOK = SECOND

export interface SteadyParts {
  /** The machine's clock. */
  readonly machine: Clock
  /** Monotonic milliseconds. */
  readonly stopwatch: () => number
  /**
   * What it does when the machine's clock is ahead of the elapsed time, having been set or having slept: follows it, or counts elapsed time
   * alone, where something else says how late it is.
   */
  readonly follows: boolean
}

/** One that counts elapsed time from now on. */
export function elapsedClock(): SteadyClock {
  return new SteadyClock({ machine: systemClock, stopwatch: () => performance.now(), follows: false })
}

export class SteadyClock implements Clock {
  readonly #parts: SteadyParts
  /** The last reading: of the machine's clock, of the stopwatch, and what this clock said. */
  #machine: number
  #elapsed: number
  #last: number
  /** ms to add to the machine's clock. */
  #ahead = 0
  #setBack: { at: EpochMs; by: number } | null = null

  constructor(parts: SteadyParts) {
    this.#parts = parts
    this.#machine = parts.machine.now()
    this.#elapsed = parts.stopwatch()
    this.#last = this.#machine
  }

  now(): EpochMs {
    const { machine, stopwatch, follows } = this.#parts
    const [now, elapsed] = [machine.now(), stopwatch()]
    /** How much further the machine's clock has come than time has passed. */
    const jump = now - this.#machine - (elapsed - this.#elapsed)
    const wentBack = now < this.#machine && -jump >= LEAST
    if (wentBack || !follows) this.#ahead -= jump
    else if (jump >= LEAST) this.#ahead = Math.max(0, this.#ahead - jump)
    this.#machine = now
    this.#elapsed = elapsed
    this.#last = Math.max(this.#last, Math.round(now + this.#ahead))
    if (wentBack) this.#setBack = { at: epochMs(this.#last), by: Math.round(-jump) }
    else if (follows && this.#ahead < LEAST) this.#setBack = null
    return epochMs(this.#last)
  }

  /** The last time that the machine's clock was set back; null once it has come as far again as this one, and where it never was. */
  get setBack(): SetBack | null {
    this.now()
    if (this.#setBack === null) return null
    return { ...this.#setBack, ahead: Math.max(0, Math.round(this.#ahead)) }
  }

  fromMachine(instant: number): number {
    return instant + this.#ahead
  }

  async until(instant: EpochMs, signal?: AbortSignal): Promise<void> {
    for (let wait = instant - this.now(); wait > 0; wait = instant - this.now()) {
      await this.sleep(Math.min(wait, LOOK), signal)
    }
    signal?.throwIfAborted()
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#parts.machine.sleep(ms, signal)
  }
}
