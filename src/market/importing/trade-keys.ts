// The key and the place of each trade of a file: equal rows without an id are separate trades, told apart by their count.

/** A row came so much later than its time that the counts of its millisecond are gone; read the file again with `keepAll`. */
export class TooFarOutOfOrder extends Error {}

const KEPT_MS = 60_000
const SWEEP_AT = 100_000

interface Millisecond {
  rows: number
  readonly first: string
  /** How often each key was there; made with the second row, as most milliseconds have one. */
  counts: Map<string, number> | null
}

export class TradeKeys {
  readonly #keepAll: boolean
  readonly #open = new Map<number, Millisecond>()
  #latest = Number.NEGATIVE_INFINITY
  #forgotten = Number.NEGATIVE_INFINITY

  /** Remembers the last minute before the latest row; `keepAll`: everything. */
  constructor(keepAll: boolean) {
    this.#keepAll = keepAll
  }

  /** `sequence` is the place among the file's rows of that millisecond; `count` how often `key` stood there before. */
  next(time: number, key: string): { sequence: number; count: number } {
    if (time < this.#forgotten) throw new TooFarOutOfOrder()
    if (time > this.#latest) this.#latest = time
    const ms = this.#open.get(time)
    if (ms === undefined) {
      this.#sweep()
      this.#open.set(time, { rows: 1, first: key, counts: null })
      return { sequence: 0, count: 0 }
    }
    ms.counts ??= new Map([[ms.first, 1]])
    const count = ms.counts.get(key) ?? 0
    ms.counts.set(key, count + 1)
    return { sequence: ms.rows++, count }
  }

  #sweep(): void {
    if (this.#keepAll || this.#open.size < SWEEP_AT) return
    this.#forgotten = this.#latest - KEPT_MS
    for (const time of this.#open.keys()) if (time < this.#forgotten) this.#open.delete(time)
  }
}
