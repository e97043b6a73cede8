// The market's vocabulary: what every source speaks and every other room reads.
import type { EpochMs } from '../core/time.ts'
import type { TopSnapshot } from './book/top-snapshot.ts'

/** A venue and a symbol. Two venues never meet in one candle or state. */
export interface Market {
  /** `demo-<seed>`, an exchange's ccxt id, or `imported`. */
  readonly venue: string
  /** ccxt's form, `ETH/USDT`. */
  readonly symbol: string
}

export function sameMarket(a: Market, b: Market): boolean {
  return a.venue === b.venue && a.symbol === b.symbol
}

/** `demo-<seed>` is simulated; every other venue is recorded or real. */
export function isSimulated({ venue }: Pick<Market, 'venue'>): boolean {
  return venue.startsWith('demo-')
}

/** For maps: one text a market. */
export function marketKey({ venue, symbol }: Market): string {
  return `${venue} ${symbol}`
}

export type Side = 'buy' | 'sell'

/** A public print on the exchange; never the trader's own mark. */
export interface Trade {
  /** The exchange's id, or a key made of the row itself (see `tradeKey`). Unique within a market and millisecond. */
  readonly id: string
  /** Event time at the exchange. */
  readonly time: EpochMs
  /** Orders trades of the same millisecond: the exchange's sequence, else the place among the rows of that millisecond. */
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

/** What a source yields, in order of event time within a kind. */
export type MarketEvent =
  | { readonly kind: 'trade'; readonly market: Market; readonly trade: Trade }
  /**
   * Everything with event time < `through` has been sent: a stream's confirmation, the tick that closes a second. `from` stands where that
   * does not reach back to the mark before: what lies between is unknown, a gap.
   */
  | {
      readonly kind: 'confirmed'
      readonly market: Market
      readonly through: EpochMs
      readonly from?: EpochMs
    }
  /**
   * A venue's best levels as of second `snapshot.time`, sent before the mark that confirms that second: one that comes after its second was
   * decided is not recorded, since the signal of that second did not see it.
   */
  | { readonly kind: 'book'; readonly market: Market; readonly snapshot: TopSnapshot }
  | { readonly kind: 'end_of_data'; readonly market: Market; readonly at: EpochMs }
