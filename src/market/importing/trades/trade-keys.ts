// The key and the place of each trade of a file: equal rows without an id are separate trades, told apart by their count.

/** A row came so much later than its time that the counts of its millisecond are gone; read the file again with `keepAll`. */
export class TooFarOutOfOrder extends Error {}

const KEPT_MS = 60_000

interface Millisecond {
  rows: number
  readonly first: string
  /** How often each key was there; made with the second row, as most milliseconds have one. */
  counts: Map<string, number> | null
}

export class TradeKeys {
  readonly #keepAll: boolean
  readonly #open = new Map<number, Millisecond>()
  #forgottenFrom = Number.POSITIVE_INFINITY
  #forgottenTo = Number.NEGATIVE_INFINITY

  /** Remembers the minute at the edge of what came (see `forget`); `keepAll`: everything. */
  constructor(keepAll: boolean) {
    this.#keepAll = keepAll
  }

  /** `place` is the row's among those of its millisecond; `count` how often `key` stood there before. */
  next(time: number, key: string): { place: number; count: number } {
    const ms = this.#open.get(time)
    if (ms === undefined) {
      if (time >= this.#forgottenFrom && time <= this.#forgottenTo) throw new TooFarOutOfOrder()
      this.#open.set(time, { rows: 1, first: key, counts: null })
      return { place: 0, count: 0 }
    }
    ms.counts ??= new Map([[ms.first, 1]])
    const count = ms.counts.get(key) ?? 0
    ms.counts.set(key, count + 1)
    return { place: ms.rows++, count }
  }

  /** Lets go of what lies more than a minute from `edge`: in a file that is in order, up or down, no row of that comes again. */
  forget(edge: number): void {
    if (this.#keepAll) return
    for (const time of this.#open.keys()) {
      if (Math.abs(time - edge) <= KEPT_MS) continue
      this.#forgottenFrom = Math.min(this.#forgottenFrom, time)
      this.#forgottenTo = Math.max(this.#forgottenTo, time)
      this.#open.delete(time)
    }
  }
}
