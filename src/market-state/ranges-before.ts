// How far a market moved in the half hour before each second: what seconds are told apart by as quiet or lively.
import { numberAt } from '../core/at.ts'
import { SECOND } from '../core/time.ts'
import type { SecondBars } from './bars.ts'
import { RULE_LOOKBACK } from './plain-rule.ts'
import { slidingExtreme } from './sliding-extreme.ts'

/** (highest − lowest) / close of the half hour before an instant; NaN where it is not known whole. */
export function rangesBefore(bars: SecondBars): (instant: number) => number {
  const highest = slidingExtreme(bars.high, RULE_LOOKBACK / SECOND, 1)
  const lowest = slidingExtreme(bars.low, RULE_LOOKBACK / SECOND, -1)
  return (instant) => {
    const last = bars.indexOf(instant) - 1
    return (numberAt(highest, last) - numberAt(lowest, last)) / numberAt(bars.close, last)
  }
}
