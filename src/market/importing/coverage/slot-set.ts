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

  /** What of a merged set of whole slots has no candle: merged, ascending. A long range without any costs a step for each 4,096 slots. */
  missingFrom(ranges: readonly TimeRange[]): TimeRange[] {
    const missing: TimeRange[] = []
    for (const { from, to } of ranges) {
      for (let slot = from / this.#step; slot < to / this.#step;) {
        const key = Math.floor(slot / SLOTS)
        const block = this.#blocks.get(key)
        const next = block === undefined ? Math.min((key + 1) * SLOTS, to / this.#step) : slot + 1
        if (block === undefined || !isSet(block, slot - key * SLOTS))
          appendRun(missing, slot * this.#step, next * this.#step)
        slot = next
      }
    }
    return missing
  }

  /** Merged, ascending. */
  runs(): TimeRange[] {
    const runs: TimeRange[] = []
    for (const [key, block] of [...this.#blocks].toSorted(([a], [b]) => a - b)) {
      for (let place = 0; place < SLOTS; place += 1) {
        if (!isSet(block, place)) continue
        const from = (key * SLOTS + place) * this.#step
        appendRun(runs, from, from + this.#step)
      }
    }
    return runs
  }
}

function isSet(block: Uint32Array, place: number): boolean {
  return ((block[place >> 5] ?? 0) & (1 << (place & 31))) !== 0
}
