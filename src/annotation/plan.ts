// The stop and the target that a trader gave a mark: checked as they come in, and what they say of risk.
import type { AnnotationBody } from '../contract/annotations.ts'
import { levelFault, rewardToRisk, type LevelName } from '../contract/levels.ts'
import { AppError } from '../core/errors.ts'
import type { AnnotationRow } from './schema.ts'

export type Plan = Pick<AnnotationRow, 'stop_price' | 'target_price'>

const NO_PLAN: Plan = { stop_price: null, target_price: null }

/** What the body says of them; what it leaves out stays as in `old`. @throws AppError `invalid_stop`, `invalid_target` (on the wrong side of the entry) */
export function planOf(body: AnnotationBody, old: Plan = NO_PLAN): Plan {
  const { stop_price = old.stop_price, target_price = old.target_price } = body
  check(body, 'stop', stop_price)
  check(body, 'target', target_price)
  return { stop_price, target_price }
}

function check({ direction, entry }: AnnotationBody, name: LevelName, price: number | null): void {
  const fault = price === null ? null : levelFault(name, direction, entry.price, price)
  if (fault !== null)
    throw new AppError(`invalid_${name}`, `${fault} Choose another, or none: ${name}_price null.`, {
      field: `${name}_price`,
    })
}

/** Of a row: the move to its target, else to its exit, for each unit that its stop risks; null without a stop. */
export function rewardToRiskOf(row: AnnotationRow): number | null {
  const { entry_price: entry, exit_price: exit, stop_price: stop, target_price: target } = row
  return rewardToRisk({ entry, exit, stop, target }, row.direction)
}

/** How far the stop is from the entry, percent of it; null without one. */
export function stopPctOf(entry: number, stop: number | null): number | null {
  return stop === null ? null : (Math.abs(entry - stop) / entry) * 100
}
