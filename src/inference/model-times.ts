// How long a session's model took of late: kept in memory, so that telling it costs the same however long the session runs.
import type { Percentiles } from '../contract/inference.ts'

/** Answers that are kept: the newest, ten minutes of them at one a second. */
const KEPT = 600

export const NO_TIMES: Percentiles = { p50: null, p99: null }

export class ModelTimes {
  readonly #newest = new Float64Array(KEPT)
  #count = 0

  /** Takes the time of `work` by `stopwatch`, monotonic ms; not where it fails. */
  async of<T>(work: () => Promise<T>, stopwatch: () => number): Promise<T> {
    const began = stopwatch()
    const answer = await work()
    this.#newest[this.#count % KEPT] = stopwatch() - began
    this.#count += 1
    return answer
  }

  /** ms, to the microsecond, by nearest rank. */
  percentiles(): Percentiles {
    const kept = Math.min(this.#count, KEPT)
    if (kept === 0) return NO_TIMES
    const sorted = this.#newest.slice(0, kept).sort()
    const at = (share: number) => toMicroseconds(sorted[Math.ceil(kept * share) - 1] ?? 0)
    return { p50: at(0.5), p99: at(0.99) }
  }
}

/** Milliseconds with three decimals: a clock tells no more. */
export function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}
