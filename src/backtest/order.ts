// What the process of a backtest is told: the span, the terms, and what the trader has marked there. Plain values.
import type { AnnotationOut } from '../contract/annotations.ts'
import type { BacktestSweepBody } from '../contract/backtests.ts'
import type { Market, TimeRange } from '../market/types.ts'
import type { Barriers } from '../signals/barriers.ts'

/** A checkpoint, and what it answers for. */
export interface OrderPart {
  /** Null where it answers by itself, whatever it was trained on. */
  readonly pattern: string | null
  readonly checkpoint: string
  /** Of its calls' trades; null where nothing says what a trade is. */
  readonly barriers: Barriers | null
}

export interface BacktestOrder {
  readonly id: string
  /** Root of the workspace. */
  readonly workspace: string
  /** Folder of the checkpoints, where that is not the workspace's. */
  readonly checkpoints?: string
  readonly model: string
  /** A version; `*` of all patterns. */
  readonly checkpoint: string
  /** Of all patterns alone: what answers for each of them, by pattern. */
  readonly parts?: readonly OrderPart[]
  readonly market: Market
  /** As-of instants [from, to), whole seconds, ascending: the span without what is left out. */
  readonly stretches: readonly TimeRange[]
  /** Percent of the price, at entry and again at exit. */
  readonly feePct: number
  readonly slippagePct: number
  /** What was asked for in place of an agent's own, as shares of the price. */
  readonly agentCosts: { readonly fee?: number; readonly halfSpread?: number }
  /** Null where nothing says what a trade is. Of all patterns: of what belongs to none of them. */
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

/** Whose answers are asked for: one, or those of all patterns. */
export function partsOf({ parts, checkpoint, barriers }: BacktestOrder): readonly OrderPart[] {
  return parts ?? [{ pattern: null, checkpoint, barriers }]
}
