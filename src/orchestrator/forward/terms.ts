// What a promotion writes down of what will count, where nobody says otherwise.
import type { ForwardTerms } from '../../contract/forward.ts'
import type { ForwardNeeded } from '../../contract/promotions.ts'

const CALLS_NEEDED = 30
const DAYS_NEEDED = 10
/** So that reading a record is bounded; an interval hardly narrows beyond. */
const CALLS_AT_MOST = 1_000

export function forwardTerms(feePctPerSide: number, needed: ForwardNeeded = {}): ForwardTerms {
  const { calls = CALLS_NEEDED, days = DAYS_NEEDED } = needed
  return {
    calls_needed: calls,
    days_needed: days,
    calls_at_most: CALLS_AT_MOST,
    fee_pct_per_side: feePctPerSide,
    opponents: {
      plain_rule: { k_atr: 1, pause_seconds: 30 },
      random: { draws: 20, nearest_share: 0.25, apart_seconds: 60 },
    },
  }
}
