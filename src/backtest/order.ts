// What the process of a backtest is told: the span, the terms, and what the trader has marked there. Plain values.
import type { AnnotationOut } from '../contract/annotations.ts'
import type { BacktestSweepBody } from '../contract/backtests.ts'
import type { Market, TimeRange } from '../market/types.ts'
import type { Barriers } from '../signals/barriers.ts'

export interface BacktestOrder {
  readonly id: string
  /** Root of the workspace. */
  readonly workspace: string
  readonly model: string
  readonly checkpoint: string
  readonly market: Market
  /** As-of instants [from, to), whole seconds, ascending: the span without what is left out. */
  readonly stretches: readonly TimeRange[]
  /** Percent of the price, at entry and again at exit. */
  readonly feePct: number
  readonly slippagePct: number
  /** What was asked for in place of an agent's own, as shares of the price. */
  readonly agentCosts: { readonly fee?: number; readonly halfSpread?: number }
  /** Null where nothing says what a trade is. */
  readonly barriers: Barriers | null
  readonly sweep: BacktestSweepBody | null
  /** Of the market, in or near the span. */
  readonly annotations: readonly AnnotationOut[]
  readonly reviewed: readonly TimeRange[]
  /** Processes that score at once, at most, as asked for. Changes no result, here and below. */
  readonly processes?: number
  /** Its share of the machine's cores when it begins: as many where nothing is asked for, and it is long enough. */
  readonly cores?: number
}
