// Trades of one market from stream and REST as one chain: each once, in order, and where ids are gapless, without a hole.
import { compareTrades } from '../aggregation.ts'
import type { EpochMs } from '../../core/time.ts'
import { valueAt } from '../../core/at.ts'
import type { Trade } from '../types.ts'

/** Ids of trades that were handed on, kept to know them again. */
const REMEMBERED = 20_000

/** Ids that are missing, both included, and the trades around them. */
export interface Hole {
  readonly from: number
  readonly to: number
  readonly before: Trade | null
  readonly after: Trade
}

export class TradeChain {
  readonly #contiguous: boolean
  /** Joined to what came before, not handed on yet. */
  #ready: Trade[] = []
  /** Beyond a hole, by sequence. */
  #ahead = new Map<number, Trade>()
  #head: number | null = null
  #last: Trade | null = null
  #seen = new Set<string>()
  #older = new Set<string>()

  constructor(ids: 'contiguous' | 'opaque') {
    this.#contiguous = ids === 'contiguous'
  }

  /** The last trade of the chain, before any hole. */
  get last(): Trade | null {
    return this.#last
  }

  /** Trades that wait to be taken. */
  get waiting(): number {
    return this.#ready.length
  }

  /** Takes in trades in any order; those seen before are left out. */
  add(trades: readonly Trade[]): void {
    for (const trade of trades.toSorted(compareTrades)) {
      if (this.#contiguous) this.#place(trade)
      else if (this.#isNew(trade)) this.#join(trade)
    }
    if (this.#contiguous) this.#close()
  }

  /** The first stretch of ids that is missing. */
  hole(): Hole | null {
    if (this.#ahead.size === 0 || this.#head === null) return null
    const next = Math.min(...this.#ahead.keys())
    return { from: this.#head + 1, to: next - 1, before: this.#last, after: valueAt(this.#ahead, next) }
  }

  /** The exchange has no trades in the hole: goes on behind it. */
  skip(hole: Hole): void {
    if (this.#head !== null && this.#head < hole.to) this.#head = hole.to
    this.#close()
  }

  /** Hands on what is joined and earlier than `time`, in order. */
  take(time: EpochMs): Trade[] {
    const due = this.#ready.filter((trade) => trade.time < time).toSorted(compareTrades)
    if (due.length > 0) this.#ready = this.#ready.filter((trade) => trade.time >= time)
    return due
  }

  #place(trade: Trade): void {
    if (this.#head === null) this.#head = trade.sequence - 1
    if (trade.sequence > this.#head) this.#ahead.set(trade.sequence, trade)
  }

  #close(): void {
    if (this.#head === null) return
    for (
      let next = this.#ahead.get(this.#head + 1);
      next !== undefined;
      next = this.#ahead.get(this.#head + 1)
    ) {
      this.#ahead.delete(next.sequence)
      this.#head = next.sequence
      this.#join(next)
    }
  }

  #join(trade: Trade): void {
    this.#ready.push(trade)
    if (this.#last === null || compareTrades(trade, this.#last) > 0) this.#last = trade
  }

  #isNew({ id, time }: Trade): boolean {
    const key = `${time} ${id}`
    if (this.#seen.has(key) || this.#older.has(key)) return false
    this.#seen.add(key)
    if (this.#seen.size >= REMEMBERED) {
      this.#older = this.#seen
      this.#seen = new Set()
    }
    return true
  }
}
