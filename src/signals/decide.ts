// What a second's scores come to: the call rule's word, and of an agent what that means to its position. Live and over stored spans alike.
import type { EpochMs } from '../core/time.ts'
import type { CallTracker, TrackedSecond } from './call-tracker.ts'
import type { Intent } from './paper-account.ts'
import type { PaperTrader } from './paper-trader.ts'
import type { Scores } from './signal.ts'

export interface DecidedSecond extends TrackedSecond {
  /** Null where there is no agent. */
  readonly intent: Intent | null
}

/** What was said of a second: `own` is an agent's scores in its position. Both null where it abstains. */
export interface ScoredSecond {
  readonly scores: Scores | null
  readonly own: Scores | null
}

/** Seconds in ascending order. An agent acts on nothing while it abstains. */
export function decide(
  tracker: CallTracker,
  trader: PaperTrader | null,
  second: EpochMs,
  { scores, own }: ScoredSecond,
): DecidedSecond {
  const tracked = tracker.feed(second, scores)
  if (trader === null) return { ...tracked, intent: null }
  return scores === null ? { ...tracked, intent: 'hold' } : trader.decide(second, tracked, own)
}
