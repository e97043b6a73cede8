// Other thresholds, fees and barriers tried on the same scores: one row a combination.
import type { BacktestSweepBody, BacktestSweepRow } from '../contract/backtests.ts'
import type { Market } from '../market/types.ts'
import type { SecondBars } from '../market-state/bars.ts'
import type { Barriers } from '../signals/barriers.ts'
import type { CallRule } from '../signals/signal.ts'
import { callsOf } from '../training/evaluation/score-calls.ts'
import { tradeFigures } from './figures.ts'
import type { HeardStretch } from './heard.ts'
import { tradesOf, type Entry, type Seconds, type Terms } from './trades.ts'

export interface SweepParts {
  readonly market: Market
  readonly rule: CallRule
  readonly terms: Terms
  readonly stretches: readonly HeardStretch[]
  readonly seconds: Seconds
  readonly bars: SecondBars
}

/** What one row is of. */
interface Tried {
  readonly on: number
  readonly feePct: number
  readonly barriers: Barriers
}

/** Combinations at most: each follows every call anew. */
export const MOST_ROWS = 500

export function rowsIn(sweep: BacktestSweepBody): number {
  return Object.values(sweep).reduce((rows, values) => rows * values.length, 1)
}

/** Empty where nothing says what a trade is. */
export function sweepOf(parts: SweepParts, sweep: BacktestSweepBody): BacktestSweepRow[] {
  const { rule, terms } = parts
  const { barriers } = terms
  if (barriers === null) return []
  return (sweep.on ?? [rule.on]).flatMap((on) => {
    const entries = entriesAt(parts, on)
    return (sweep.fee_pct ?? [terms.feePct]).flatMap((feePct) =>
      barriersIn(sweep, barriers).map((each) => row(parts, entries, { on, feePct, barriers: each })),
    )
  })
}

/** A stop that nobody gave stays half the target. */
function barriersIn(sweep: BacktestSweepBody, given: Barriers): Barriers[] {
  return (sweep.target_pct ?? [given.target_pct]).flatMap((target_pct) =>
    (sweep.stop_pct ?? [given.stop_assumed ? target_pct / 2 : given.stop_pct]).flatMap((stop_pct) =>
      (sweep.hold_seconds ?? [given.seconds]).map((seconds) => ({ ...given, target_pct, stop_pct, seconds })),
    ),
  )
}

function entriesAt({ market, rule, stretches, bars }: SweepParts, on: number): Entry[] {
  const swept = { ...rule, on, off: Math.min(rule.off, on) }
  const scored = stretches.map((stretch) => ({ market, ...stretch }))
  return callsOf(scored, swept).map((call) => ({ ...call, price: bars.closeAt(call.opensAt) }))
}

function row(
  { terms, seconds }: SweepParts,
  entries: readonly Entry[],
  { on, feePct, barriers }: Tried,
): BacktestSweepRow {
  return {
    on,
    fee_pct: feePct,
    target_pct: barriers.target_pct,
    stop_pct: barriers.stop_pct,
    hold_seconds: barriers.seconds,
    calls: entries.length,
    ...tradeFigures(tradesOf(entries, seconds, { ...terms, feePct, barriers })),
  }
}
