// Reads what is stored: slices for market states, candles for charts, trades, and what is covered.
import { AppError } from '../core/errors.ts'
import { ceilTo, floorTo, type EpochMs } from '../core/time.ts'
import { BlockCache } from './block-cache.ts'
import { readCandles } from './chart-candles.ts'
import { NO_CANDLES } from './columns.ts'
import { lastOpenTime } from './forming.ts'
import type { MarketReader } from './provider.ts'
import { clip, rangeOf } from './ranges.ts'
import type { CandleColumns, MarketSlice, SliceSeries } from './slice.ts'
import type { MarketStore } from './store/market-store.ts'
import { durationOf, lowerOf, TIMEFRAMES, type Timeframe } from './timeframe.ts'
import type { Market, TimeRange } from './types.ts'

/** Candles of each timeframe that a market state holds. */
const STATE_CANDLES = 100

export function createMarketReader(store: MarketStore): MarketReader {
  const series = new SeriesReader(store)
  const slice = (market: Market, asOf: TimeRange, knownAt?: EpochMs): MarketSlice => {
    checkAsOf(asOf)
    const id = series.find(market)
    const of = (timeframe: Timeframe): SliceSeries => series.read(id, timeframe, asOf, knownAt)
    return { market, asOf, series: { '1s': of('1s'), '1m': of('1m'), '1h': of('1h'), '1d': of('1d') } }
  }
  return {
    markets: async () => store.markets(),
    slice: async (market, asOf, options) => slice(market, asOf, options?.knownAt),
    candles: async (request) => readCandles(series, request, (asOf) => slice(request.market, asOf)),
    coverage: async (market, timeframe) => series.coverage(series.find(market), timeframe),
    trades: async (market, range) => {
      const id = series.find(market)
      return id === null ? [] : store.trades.read(id, range)
    },
    stored: async (market, timeframe) => {
      const known = series.coverage(series.find(market), timeframe)
      return known.length === 0 ? null : rangeOf(known[0]!.from, known.at(-1)!.to)
    },
  }
}

/** Rows and coverage of one timeframe at a time. `market` null reads as nothing stored. */
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
    return timeframe === '1s'
      ? this.#store.candles.read(market, timeframe, range)
      : this.#blocks.read(market, timeframe, range)
  }

  /**
   * Close of the last candle that opens before `time`. Before the first candle: the last price known earlier from the lower timeframe,
   * down to the trades of a second that is covered only in part; else from the nearest higher timeframe.
   */
  closeBefore(market: number, timeframe: Timeframe, time: number): number | null {
    const close =
      timeframe === '1s'
        ? this.#store.candles.closeBefore(market, timeframe, time)
        : this.#blocks.closeBefore(market, timeframe, time)
    return close ?? this.#priceBeforeFirst(market, timeframe)
  }

  read(
    market: number | null,
    timeframe: Timeframe,
    asOf: TimeRange,
    knownAt: EpochMs | undefined,
  ): SliceSeries {
    if (market === null) return { candles: NO_CANDLES, covered: [], closeBefore: null, firstOpen: null }
    const step = durationOf(timeframe)
    const window = rangeOf(
      lastOpenTime(timeframe, asOf.from) - (STATE_CANDLES - 1) * step,
      floorTo(asOf.to, step),
    )
    if (knownAt !== undefined) return this.#readAsKnown(market, timeframe, window, knownAt)
    const known = this.#store.coverage.known(market, timeframe)
    return {
      candles: this.rows(market, timeframe, window),
      covered: clip(known, window),
      closeBefore: this.closeBefore(market, timeframe, window.from),
      firstOpen: known[0]?.from ?? null,
    }
  }

  #readAsKnown(market: number, timeframe: Timeframe, window: TimeRange, knownAt: EpochMs): SliceSeries {
    const { candles, coverage } = this.#store
    const known = coverage.known(market, timeframe, knownAt)
    const before = candles.closeBeforeAsKnown(market, timeframe, window.from, knownAt)
    return {
      candles: candles.readAsKnown(market, timeframe, window, knownAt),
      covered: clip(known, window),
      closeBefore: before ?? this.#priceBeforeFirst(market, timeframe, knownAt),
      firstOpen: known[0]?.from ?? null,
    }
  }

  #priceBeforeFirst(market: number, timeframe: Timeframe, knownAt?: EpochMs): number | null {
    if (knownAt !== undefined) return this.#findPriceBeforeFirst(market, timeframe, knownAt)
    const key = `${market} ${timeframe}`
    const cached = this.#firstPrices.get(key)
    if (cached !== undefined) return cached
    const price = this.#findPriceBeforeFirst(market, timeframe)
    this.#firstPrices.set(key, price)
    return price
  }

  #findPriceBeforeFirst(market: number, timeframe: Timeframe, knownAt?: EpochMs): number | null {
    const first = this.#store.coverage.known(market, timeframe, knownAt)[0]?.from
    if (first === undefined) return null
    const closeBefore = (other: Timeframe, time: number): number | null =>
      knownAt === undefined
        ? this.#store.candles.closeBefore(market, other, time)
        : this.#store.candles.closeBeforeAsKnown(market, other, time, knownAt)
    for (let lower = lowerOf(timeframe); lower !== null; lower = lowerOf(lower)) {
      const close = closeBefore(lower, first)
      if (close !== null) return close
    }
    const traded = this.#store.trades.lastPriceBefore(market, first, knownAt)
    if (traded !== null) return traded
    for (const higher of TIMEFRAMES.slice(TIMEFRAMES.indexOf(timeframe) + 1)) {
      const close = closeBefore(higher, first - durationOf(higher) + 1)
      if (close !== null) return close
    }
    return null
  }
}

function checkAsOf({ from, to }: TimeRange): void {
  if (from <= to && from === ceilTo(from, 1000) && to === ceilTo(to, 1000)) return
  throw new AppError(
    'invalid_timestamp',
    `A market is seen as of whole seconds, the first not after the last: got ${from} to ${to} ms.`,
    { field: 'timestamp' },
  )
}
