// A stretch of one market in memory: everything that market states of a range of instants are made from.
import type { EpochMs } from '../core/time.ts'
import type { Market, TimeRange } from './types.ts'
import type { Timeframe } from './timeframe.ts'

/** Candles as columns of equal length, ascending by open time. */
export interface CandleColumns {
  readonly length: number
  readonly openTime: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
}

/** One timeframe of a slice. */
export interface SliceSeries {
  /** Closed candles that exist: the venue's own, else composed. Quiet ones and gaps are absent unless the venue sent them. */
  readonly candles: CandleColumns
  /** Where a candle is known to be closed, so that an absent one is quiet and not a gap: merged, ascending. */
  readonly covered: readonly TimeRange[]
  /** Close of the last candle that opens before the first of `candles`, else the last price known before; null where there is none. */
  readonly closeBefore: number | null
  /** Open of the first candle of this timeframe that is known at all, traded or quiet; null where nothing is. */
  readonly firstOpen: EpochMs | null
}

/**
 * Holds what market states as of any whole second in [asOf.from, asOf.to] need: 100 candles back of each timeframe, and the
 * lower candles of those still forming. It may hold candles later than an as-of; a market state never looks at them.
 */
export interface MarketSlice {
  readonly market: Market
  readonly asOf: TimeRange
  readonly series: Readonly<Record<Timeframe, SliceSeries>>
}
