// What the folds' agents made of the seconds held out from each, as one row beside its floors.
import { valueAt } from '../../core/at.ts'
import type { HeldOutTrading } from '../../contract/training.ts'
import type { JobResult } from '../learning/job.ts'

/** Null where the model is no agent, or nothing was held out. Returns are compounded over the folds. */
export function heldOutTrading(folds: readonly JobResult[]): HeldOutTrading | null {
  const each = folds.flatMap(({ epochs }) => {
    const figures = new Map(Object.entries(epochs.at(-1)?.figures ?? {}))
    return figures.has('held_out_hours') ? [figures] : []
  })
  if (each.length === 0) return null
  const sum = (name: string): number => each.reduce((total, figures) => total + valueAt(figures, name), 0)
  const compound = (name: string): number =>
    100 * Math.expm1(each.reduce((total, figures) => total + Math.log1p(valueAt(figures, name) / 100), 0))
  return {
    hours: sum('held_out_hours'),
    trades: sum('held_out_trades'),
    return_pct: compound('held_out_return_pct'),
    buy_and_hold_pct: compound('held_out_buy_and_hold_pct'),
    random_pct: compound('held_out_random_pct'),
    plain_rule_pct: compound('held_out_plain_rule_pct'),
  }
}
