// Which slots of a timeframe a file has candles for: a bit each, so that millions fit.
import { appendRun } from '../../ranges.ts'
import type { TimeRange } from '../../types.ts'

const WORDS = 128
const SLOTS = WORDS * 32

export class SlotSet {
  readonly #step: number
  readonly #blocks = new Map<number, Uint32Array>()

  constructor(step: number) {
    this.#step = step
  }

  /** True where the slot that opens at `openTime` is new. */
  add(openTime: number): boolean {
    const slot = openTime / this.#step
    const key = Math.floor(slot / SLOTS)
    let block = this.#blocks.get(key)
    if (block === undefined) this.#blocks.set(key, (block = new Uint32Array(WORDS)))
    const place = slot - key * SLOTS
    const bit = 1 << (place & 31)
    const word = block[place >> 5] ?? 0
    if ((word & bit) !== 0) return false
    block[place >> 5] = word | bit
    return true
  }

  /** Merged, ascending. */
  runs(): TimeRange[] {
    const runs: TimeRange[] = []
    for (const [key, block] of [...this.#blocks].toSorted(([a], [b]) => a - b)) {
      for (let place = 0; place < SLOTS; place += 1) {
        if (((block[place >> 5] ?? 0) & (1 << (place & 31))) === 0) continue
        const from = (key * SLOTS + place) * this.#step
        appendRun(runs, from, from + this.#step)
      }
    }
    return runs
  }
}
