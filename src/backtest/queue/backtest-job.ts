// A backtest as a job of the queue: plain values.
import type { BacktestOrder } from '../order.ts'

export interface BacktestJob {
  /** There is one a batch. */
  readonly number: 0
  readonly order: BacktestOrder
  readonly market: FrozenMarket
}

/** How far a market's log has to be applied so that a file holds what the server's held when the backtest began. */
export interface FrozenMarket {
  /** Which logs: `SharedLog.id`. */
  readonly logs: string
  /** The entry; 0 before the first. */
  readonly number: number
}

/** The share that is done. */
export type BacktestNews = number
