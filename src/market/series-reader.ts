// One timeframe of a market at a time: rows, what is covered, and the price before, by the newest rows or as they were known.
import { WINDOW } from '../contract/timeframes.ts'
import { floorTo, type EpochMs } from '../core/time.ts'
import { BlockCache } from './block-cache.ts'
import { NO_CANDLES } from './columns.ts'
import { lastOpenTime } from './forming.ts'
import { clip, rangeOf } from './ranges.ts'
import type { CandleColumns, SliceSeries } from './slice.ts'
import type { MarketStore } from './store/market-store.ts'
import { durationOf, lowerOf, TIMEFRAMES, type Timeframe } from './timeframe.ts'
import type { Market, TimeRange } from './types.ts'

/** `market` null reads as nothing stored. */
export class SeriesReader {
  readonly #store: MarketStore
  readonly #blocks: BlockCache
  readonly #firstPrices = new Map<string, number | null>()

  constructor(store: MarketStore) {
    this.#store = store
    this.#blocks = new BlockCache(store)
    store.changes.listen(() => this.#firstPrices.clear())
  }

  /** The market's number, after a look at what other processes changed. */
  find(market: Market): number | null {
    this.#store.changes.look()
    return this.#store.find(market)
  }

  coverage(market: number | null, timeframe: Timeframe): readonly TimeRange[] {
    return market === null ? [] : this.#store.coverage.known(market, timeframe)
  }

  /** Newest rows with from ≤ open < to. */
  rows(market: number, timeframe: Timeframe, range: TimeRange): CandleColumns {
    return BlockCache.isFor(timeframe, range)
      ? this.#blocks.read(market, timeframe, range)
      : this.#store.candles.read(market, timeframe, range)
  }

  /** As `View.closeBefore`, of the newest rows; before the first candle, the last price known before it. */
  closeBefore(market: number, timeframe: Timeframe, time: number): number | null {
    const view = this.#newest(market)
    const first = view.known(timeframe)[0]?.from
    const known = view.closeBefore(timeframe, time)
    return known ?? (first === undefined ? null : this.#firstPrice(market, view, timeframe, first))
  }

  read(
    market: number | null,
    timeframe: Timeframe,
    asOf: TimeRange,
    knownAt: EpochMs | undefined,
  ): SliceSeries {
    if (market === null) return { candles: NO_CANDLES, covered: [], closeBefore: null, firstOpen: null }
    const view = knownAt === undefined ? this.#newest(market) : this.#asKnown(market, knownAt)
    const step = durationOf(timeframe)
    const from = lastOpenTime(timeframe, asOf.from) - (WINDOW - 1) * step
    const window = rangeOf(from, floorTo(asOf.to, step))
    const known = view.known(timeframe)
    const first = known[0]?.from
    // What begins after the last as-of is not known yet.
    const firstOpen = first !== undefined && first + step <= asOf.to ? first : null
    return {
      candles: view.rows(timeframe, window),
      covered: clip(known, window),
      closeBefore:
        view.closeBefore(timeframe, from) ?? this.#firstPrice(market, view, timeframe, firstOpen ?? asOf.to),
      firstOpen,
    }
  }

  #newest(market: number): View {
    const { coverage, trades } = this.#store
    return {
      newest: true,
      known: (timeframe) => coverage.known(market, timeframe),
      rows: (timeframe, range) => this.rows(market, timeframe, range),
      closeBefore: (timeframe, time) => this.#blocks.closeBefore(market, timeframe, time),
      tradeBefore: (time) => trades.lastPriceBefore(market, time),
    }
  }

  #asKnown(market: number, knownAt: EpochMs): View {
    const { coverage, candles, trades } = this.#store
    return {
      newest: false,
      known: (timeframe) => coverage.known(market, timeframe, knownAt),
      rows: (timeframe, range) => candles.readAsKnown(market, timeframe, range, knownAt),
      closeBefore: (timeframe, time) => candles.closeBeforeAsKnown(market, timeframe, time, knownAt),
      tradeBefore: (time) => trades.lastPriceBefore(market, time, knownAt),
    }
  }

  /** Remembered for the newest rows, until anything changes. */
  #firstPrice(market: number, view: View, timeframe: Timeframe, first: number): number | null {
    if (!view.newest) return priceBeforeFirst(view, timeframe, first)
    const key = `${market} ${timeframe} ${first}`
    const remembered = this.#firstPrices.get(key)
    if (remembered !== undefined) return remembered
    const price = priceBeforeFirst(view, timeframe, first)
    this.#firstPrices.set(key, price)
    return price
  }
}

/** What is stored of one market, by the newest rows or as it was known at a time. */
interface View {
  readonly newest: boolean
  known(timeframe: Timeframe): readonly TimeRange[]
  rows(timeframe: Timeframe, range: TimeRange): CandleColumns
  /** Close of the last candle of the timeframe that opens before `time`. */
  closeBefore(timeframe: Timeframe, time: number): number | null
  /** Price of the last trade before `time`. */
  tradeBefore(time: number): number | null
}

/**
 * The last price known before a timeframe's first candle: of the next lower timeframe that has one, down to the trades of a second that is
 * covered only in part; else of the nearest higher timeframe.
 */
function priceBeforeFirst(view: View, timeframe: Timeframe, first: number): number | null {
  for (let lower = lowerOf(timeframe); lower !== null; lower = lowerOf(lower)) {
    const close = view.closeBefore(lower, first - durationOf(lower) + 1)
    if (close !== null) return close
  }
  const traded = view.tradeBefore(first)
  if (traded !== null) return traded
  for (const higher of TIMEFRAMES.slice(TIMEFRAMES.indexOf(timeframe) + 1)) {
    const close = view.closeBefore(higher, first - durationOf(higher) + 1)
    if (close !== null) return close
  }
  return null
}
