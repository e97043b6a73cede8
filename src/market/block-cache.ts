// Candles in memory, in blocks: where something inside one changes, it is read again from there on.
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

/** Of a block; fewer of seconds, since a block is copied where it grows. */
const SLOTS = 1024
const SECONDS = 256
/** A live market moves on: of its seconds no more blocks are read. */
const SECONDS_KEPT = 4
/** Of at most 1024 candles of 48 bytes: 50 MB. */
const KEPT = 1024

interface Block {
  readonly market: number
  readonly timeframe: Timeframe
  readonly from: number
  readonly to: number
  readonly candles: CandleColumns
  /** Candles that open before are as they are stored; later ones are to be read. */
  readonly known: number
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

  /** Whether so much is worth keeping: of seconds only what a live one reads. */
  static isFor(timeframe: Timeframe, { from, to }: TimeRange): boolean {
    return timeframe !== '1s' || to - from <= sizeOf('1s')
  }

  /** The newest rows with from ≤ open < to. */
  read(market: number, timeframe: Timeframe, range: TimeRange): CandleColumns {
    const size = sizeOf(timeframe)
    const parts: CandleColumns[] = []
    for (let from = floorTo(range.from, size) as number; from < range.to; from += size) {
      const { candles } = this.#block(market, timeframe, from)
      const view = viewOf(candles, indexFrom(candles, range.from), indexFrom(candles, range.to))
      parts.push(view.length > 0 ? view : NO_CANDLES)
    }
    return joined(parts)
  }

  closeBefore(market: number, timeframe: Timeframe, time: number): number | null {
    const { candles, closeBefore } = this.#block(market, timeframe, floorTo(time, sizeOf(timeframe)))
    const index = indexFrom(candles, time)
    return index > 0 ? float64At(candles.close, index - 1) : closeBefore
  }

  #block(market: number, timeframe: Timeframe, from: number): Block {
    const key = keyOf(market, timeframe, from)
    const block = this.#whole(this.#blocks.get(key) ?? this.#begun(market, timeframe, from))
    this.#blocks.delete(key)
    if (timeframe === '1s') this.#blocks.delete(keyOf(market, '1s', from - SECONDS_KEPT * sizeOf('1s')))
    const [oldest] = this.#blocks.keys()
    if (oldest !== undefined && this.#blocks.size >= KEPT) this.#blocks.delete(oldest)
    this.#blocks.set(key, block)
    return block
  }

  #begun(market: number, timeframe: Timeframe, from: number): Block {
    const closeBefore = this.#store.candles.closeBefore(market, timeframe, from)
    const to = from + sizeOf(timeframe)
    return { market, timeframe, from, to, candles: NO_CANDLES, known: from, closeBefore }
  }

  /** With what is to be read. What others hold of the block stays as it was. */
  #whole(block: Block): Block {
    const { market, timeframe, to, candles, known } = block
    if (known >= to) return block
    const before = viewOf(candles, 0, indexFrom(candles, known))
    const later = this.#store.candles.read(market, timeframe, rangeOf(known, to))
    return { ...block, candles: joined([before, later]), known: to }
  }

  /** Later blocks too: their close before may have changed. */
  #forget(change: Change | null): void {
    if (change === null) return this.#blocks.clear()
    for (const [key, block] of this.#blocks) {
      if (block.market !== change.market || block.to <= change.from) continue
      const step = durationOf(block.timeframe)
      if (step !== change.timeframe * 1000) continue
      const known = floorTo(change.from, step)
      if (known <= block.from) this.#blocks.delete(key)
      else if (known < block.known) this.#blocks.set(key, { ...block, known })
    }
  }
}

function keyOf(market: number, timeframe: Timeframe, from: number): string {
  return `${market} ${timeframe} ${from}`
}

/** ms of a block. */
function sizeOf(timeframe: Timeframe): number {
  return durationOf(timeframe) * (timeframe === '1s' ? SECONDS : SLOTS)
}
