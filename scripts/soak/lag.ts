// How late the event loop runs: a timer that asks for its turn every few milliseconds, and what the process did while it had to wait.
import { monitorEventLoopDelay } from 'node:perf_hooks'

const EVERY_MS = 5
/** Shorter ones are no stretch to speak of. */
const STRETCH_MS = 20
/** Stretches that are remembered, ms: nobody asks about earlier ones. */
const REMEMBERED_MS = 10_000

/** In which the loop took no turn. */
export interface Stretch {
  readonly from: number
  readonly to: number
  /** Of its length, in which the process was given a core. */
  readonly worked: number
}

export class LoopLag {
  readonly #delays = monitorEventLoopDelay({ resolution: EVERY_MS })
  readonly #timer: NodeJS.Timeout
  #stretches: Stretch[] = []
  #last = performance.now()
  #used = usedMs()

  constructor() {
    this.#delays.enable()
    this.#timer = setInterval(() => this.#turn(), EVERY_MS)
  }

  /** ms beyond what the timer asked for: the 99th percentile, and the longest. */
  get lag(): { readonly p99: number; readonly longest: number } {
    const late = (ns: number): number => Math.max(0, ns / 1e6 - EVERY_MS)
    return { p99: late(this.#delays.percentile(99)), longest: late(this.#delays.max) }
  }

  /** Those that reach into [from, to] of `performance.now()`, of late. */
  within(from: number, to: number): Stretch[] {
    return this.#stretches.filter((each) => each.from < to && each.to > from)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#delays.disable()
  }

  #turn(): void {
    const [now, used] = [performance.now(), usedMs()]
    if (now - this.#last >= STRETCH_MS) {
      const worked = Math.min(1, (used - this.#used) / (now - this.#last))
      this.#stretches.push({ from: this.#last, to: now, worked })
      this.#stretches = this.#stretches.filter(({ to }) => to > now - REMEMBERED_MS)
    }
    this.#last = now
    this.#used = used
  }
}

/** Processor time of this process, ms. */
function usedMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
