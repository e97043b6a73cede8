// What a call is measured by: how far the price has to go, how far it may go the other way, for how long, and what a trade costs.
import { numberIn } from '../core/number-at.ts'

/** Fixed before the first call and kept: nothing that happens later moves them. Percents are of the call's price. */
export interface Barriers {
  /** Gross move in the call's direction that makes it right. */
  readonly target_pct: number
  /** Gross move against it that makes it wrong. */
  readonly stop_pct: number
  /** True where no trader said so: half the target. */
  readonly stop_assumed: boolean
  /** A call that met neither by then has expired. */
  readonly seconds: number
  /** Paid at entry and again at exit. */
  readonly fee_pct_per_side: number
}

/** What an annotation says of the trades that are looked for. */
export interface MarkedMove {
  /** Gross, percent, in its direction. */
  readonly profit_loss_pct: number
  readonly holding_seconds: number
  /** How far its own stop is from its entry, percent; null or left out where the trader gave none. */
  readonly stop_pct?: number | null
}

const HOLDING_QUANTILE = 0.9

/**
 * Target: the annotations' median move; time: the 90th percentile of their holding; stop: `stopPct`, else the median of
 * the annotations' own stops, else half the target. Marks that
 * lost before fees say nothing of a target. Null where no mark is left.
 */
export function barriersOf(
  marks: readonly MarkedMove[],
  feePctPerSide: number,
  stopPct: number | null = null,
): Barriers | null {
  const gains = marks.filter((mark) => mark.profit_loss_pct > 0)
  if (gains.length === 0) return null
  const target = quantile(
    gains.map((mark) => mark.profit_loss_pct),
    0.5,
  )
  const holding = quantile(
    gains.map((mark) => mark.holding_seconds),
    HOLDING_QUANTILE,
  )
  const own = marks.flatMap(({ stop_pct }) => stop_pct ?? [])
  const stop = stopPct ?? (own.length === 0 ? null : quantile(own, 0.5))
  return {
    target_pct: target,
    stop_pct: stop ?? target / 2,
    stop_assumed: stop === null,
    seconds: Math.max(1, Math.round(holding)),
    fee_pct_per_side: feePctPerSide,
  }
}

/** Straight lines between the order statistics (Hyndman & Fan 1996, type 7). `values` is not empty. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const rank = share * (sorted.length - 1)
  const below = numberIn(sorted, Math.floor(rank))
  return below + (rank - Math.floor(rank)) * (numberIn(sorted, Math.ceil(rank)) - below)
}
