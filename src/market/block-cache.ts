// Candles of the longer timeframes in memory, in blocks that are forgotten as soon as something inside them changes.
import { indexFrom } from './series.ts'
import { joined, NO_CANDLES, viewOf } from './columns.ts'
import { floorTo } from '../core/time.ts'
import { float64At } from '../core/number-at.ts'
import type { CandleColumns } from './slice.ts'
import type { MarketStore } from './store/market-store.ts'
import type { Change } from './store/change-log.ts'
import { durationOf, type Timeframe } from './timeframe.ts'
import { rangeOf } from './ranges.ts'
import type { TimeRange } from './types.ts'

const SLOTS = 1024
/** Of at most 1024 candles of 48 bytes: 50 MB. */
const KEPT = 1024

interface Block {
  readonly market: number
  readonly timeframe: Timeframe
  readonly from: number
  readonly to: number
  readonly candles: CandleColumns
  /** Close of the last candle before the block. */
  readonly closeBefore: number | null
}

/** Least recently used blocks go first. */
export class BlockCache {
  readonly #store: MarketStore
  readonly #blocks = new Map<string, Block>()

  constructor(store: MarketStore) {
    this.#store = store
    store.changes.listen((change) => this.#forget(change))
  }

  /** The newest rows with from ≤ open < to. */
  read(market: number, timeframe: Timeframe, range: TimeRange): CandleColumns {
    const size = durationOf(timeframe) * SLOTS
    const parts: CandleColumns[] = []
    for (let from = floorTo(range.from, size) as number; from < range.to; from += size) {
      const { candles } = this.#block(market, timeframe, from, size)
      const view = viewOf(candles, indexFrom(candles, range.from), indexFrom(candles, range.to))
      parts.push(view.length > 0 ? view : NO_CANDLES)
    }
    return joined(parts)
  }

  closeBefore(market: number, timeframe: Timeframe, time: number): number | null {
    const size = durationOf(timeframe) * SLOTS
    const { candles, closeBefore } = this.#block(market, timeframe, floorTo(time, size), size)
    const index = indexFrom(candles, time)
    return index > 0 ? float64At(candles.close, index - 1) : closeBefore
  }

  #block(market: number, timeframe: Timeframe, from: number, size: number): Block {
    const key = `${market} ${timeframe} ${from}`
    const known = this.#blocks.get(key)
    if (known !== undefined) {
      this.#blocks.delete(key)
      this.#blocks.set(key, known)
      return known
    }
    const { candles } = this.#store
    const block: Block = {
      market,
      timeframe,
      from,
      to: from + size,
      candles: candles.read(market, timeframe, rangeOf(from, from + size)),
      closeBefore: candles.closeBefore(market, timeframe, from),
    }
    const [oldest] = this.#blocks.keys()
    if (oldest !== undefined && this.#blocks.size >= KEPT) this.#blocks.delete(oldest)
    this.#blocks.set(key, block)
    return block
  }

  /** Later blocks too: their close before may have changed. */
  #forget(change: Change | null): void {
    if (change === null) return this.#blocks.clear()
    for (const [key, block] of this.#blocks) {
      const same = block.market === change.market && durationOf(block.timeframe) === change.timeframe * 1000
      if (same && block.to > change.from) this.#blocks.delete(key)
    }
  }
}
