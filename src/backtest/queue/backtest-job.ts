// A backtest as a job of the queue: plain values.
import type { FrozenMarket } from '../../market/log/frozen-market.ts'
import type { BacktestOrder } from '../order.ts'

export interface BacktestJob {
  /** There is one a batch. */
  readonly number: 0
  readonly order: BacktestOrder
  /** The market that it reads. */
  readonly frozen: FrozenMarket
}

/** The share that is done. */
export type BacktestNews = number
