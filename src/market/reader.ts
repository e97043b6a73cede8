// Reads what is stored: slices for market states, candles for charts, trades, and what is covered.
import { tableOf } from '../contract/timeframes.ts'
import { AppError } from '../core/errors.ts'
import { ceilTo, type EpochMs } from '../core/time.ts'
import { readCandles } from './chart-candles.ts'
import type { MarketReader } from './provider.ts'
import { hullOf } from './ranges.ts'
import { SeriesReader } from './series-reader.ts'
import type { MarketSlice, SliceSeries } from './slice.ts'
import type { MarketStore } from './store/market-store.ts'
import { TIMEFRAMES, type Timeframe } from './timeframe.ts'
import type { Market, TimeRange } from './types.ts'

export function createMarketReader(store: MarketStore): MarketReader {
  const series = new SeriesReader(store)
  const slice = (market: Market, asOf: TimeRange, knownAt?: EpochMs): MarketSlice => {
    checkAsOf(asOf)
    const id = series.find(market)
    const of = (timeframe: Timeframe): SliceSeries => series.read(id, timeframe, asOf, knownAt)
    return { market, asOf, series: tableOf(TIMEFRAMES, of) }
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
    takesNegativePrices: async (market) => store.takesNegativePrices(market),
    notPositive: async (market, timeframe, from) => {
      const id = series.find(market)
      return id === null ? [] : store.candles.notPositive(id, timeframe, from ?? 0)
    },
    stored: async (market, timeframe) => {
      return hullOf(series.coverage(series.find(market), timeframe))
    },
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
