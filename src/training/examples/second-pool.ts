// Seconds of many ranges to draw from.
import { at } from '../../core/at.ts'
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import { secondsIn, type SecondsRange } from '../data/training-data.ts'

/** Whole seconds of many ranges, by number. */
export class SecondPool {
  readonly size: number
  readonly #ranges: readonly SecondsRange[]
  readonly #firsts: readonly number[]

  constructor(ranges: readonly SecondsRange[]) {
    let size = 0
    this.#ranges = ranges.filter((range) => secondsIn(range) > 0)
    this.#firsts = this.#ranges.map((range) => {
      const first = size
      size += secondsIn(range)
      return first
    })
    this.size = size
  }

  at(number: number): { stretch: number; instant: EpochMs } {
    let low = 0
    let high = this.#ranges.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#firsts[middle] ?? Infinity) <= number) low = middle
      else high = middle - 1
    }
    const range = at(this.#ranges, low)
    const first = Math.ceil(range.from / SECOND) * SECOND
    return { stretch: range.stretch, instant: epochMs(first + (number - at(this.#firsts, low)) * SECOND) }
  }
}
