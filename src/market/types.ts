// The market's vocabulary: what every source speaks and every other room reads.
import type { MarketName } from '../contract/market-name.ts'
import type { EpochMs } from '../core/time.ts'

/** Two venues never meet in one candle or state. */
export type Market = MarketName

export type Side = 'buy' | 'sell'

/** A public print on the exchange; never the trader's own mark. */
export interface Trade {
  /** The exchange's id, or a key made of the row itself (see `tradeKey`). Unique within a market and millisecond. */
  readonly id: string
  /** Event time at the exchange. */
  readonly time: EpochMs
  /**
   * Orders trades of the same millisecond, those that are equal here by id, shorter ids first: the exchange's sequence, else what is finer than
   * a millisecond and the place among the rows of that millisecond.
   */
  readonly sequence: number
  readonly price: number
  /** Base units; the double nearest to the exchange's decimal text. */
  readonly amount: number
  /** The taker's side; null where the source does not say. */
  readonly side: Side | null
  /** When it reached us, by the source's clock; equals `time` for imports. */
  readonly arrivedAt: EpochMs
}

/** OHLCV stamped with its open time. Volume 0 means quiet: nobody traded. */
export interface Candle {
  readonly openTime: EpochMs
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Base units: the exact decimal sum of its trades, rounded once to a double. */
  readonly volume: number
}

/** From ≤ t < to, UTC ms. */
export interface TimeRange {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** One level of an order book: price and amount in base units. */
export type BookLevel = readonly [price: number, amount: number]
