// What an agent's trading of held-out seconds is measured against: buy and hold, chance, the plain rule.
import { at } from '../../core/at.ts'
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import type { MarketSlice } from '../../market/slice.ts'
import { FLAT, logEquity } from '../../signals/paper-account.ts'
import { SecondBars } from '../../market-state/bars.ts'
import type { SecondsRange } from '../data/training-data.ts'
import { RuleScores, withLookback, type RuleCall } from '../../market-state/plain-rule.ts'
import type { Random } from '../data/random.ts'
import type { Environment, EpisodeState } from './environment.ts'

/** Indices into ACTIONS. */
const [BUY, SELL, HOLD] = [0, 1, 2] as const

/** What to do in a state; called once a decision, in order of time. */
export type Policy = (state: EpisodeState) => number | Promise<number>

export interface Traded {
  /** Change of log equity, the cost of the last close included. */
  readonly logReturn: number
  readonly trades: number
  /** Decisions spent in a position. */
  readonly held: number
  readonly decisions: number
}

/** Trades one range from its first second to its last, where what is still open is closed. */
export async function trade(
  environment: Environment,
  { stretch, from, to }: SecondsRange,
  decisionSeconds: number,
  policy: Policy,
): Promise<Traded> {
  const until = epochMs(to - decisionSeconds * SECOND)
  let state: EpisodeState = { stretch, second: from, until, account: FLAT }
  let [trades, held, decisions] = [0, 0, 0]
  while (state.second < until) {
    const { next, intent } = environment.step(state, await policy(state))
    if (intent.startsWith('open')) trades += 1
    if (next.account.position !== 0) held += 1
    decisions += 1
    state = next
  }
  const { position } = state.account
  if (position !== 0) state = environment.step(state, position === 1 ? SELL : BUY).next
  return { logReturn: logEquity(state.account, 1), trades, held, decisions }
}

export function buyAndHold({ account }: EpisodeState): number {
  return account.position === 0 ? BUY : HOLD
}

/** Enters about `trades` times in `decisions`, on either side, and holds for `holding` decisions. */
export function randomPolicy(trades: number, decisions: number, holding: number, random: Random): Policy {
  const free = Math.max(1, decisions - trades * holding)
  const rate = Math.min(1, trades / free)
  let left = 0
  return ({ account }) => {
    if (account.position === 0) {
      if (random.uniform() >= rate) return HOLD
      left = holding
      return random.uniform() < 0.5 ? BUY : SELL
    }
    left -= 1
    if (left > 0) return HOLD
    return account.position === 1 ? SELL : BUY
  }
}

/** The plain rule over a range of a stretch, for any k. */
export function ruleOver(slice: MarketSlice, range: SecondsRange): RuleScores {
  return new RuleScores(slice, new SecondBars(slice, withLookback(range)))
}

/** Enters on the rule's calls, closes on the opposite one or after `holdingSeconds`. */
export function rulePolicy(
  calls: readonly RuleCall[],
  decisionSeconds: number,
  holdingSeconds: number,
): Policy {
  let next = 0
  return ({ second, account }) => {
    let called: number = HOLD
    for (; next < calls.length && at(calls, next).opensAt <= second; next++) {
      if (at(calls, next).opensAt <= second - decisionSeconds * SECOND) continue
      called = at(calls, next).action === 'BUY' ? BUY : SELL
    }
    if (account.position === 0) return called
    const close = account.position === 1 ? SELL : BUY
    return called === close || isOver(account.openedAt, second, holdingSeconds) ? close : HOLD
  }
}

function isOver(openedAt: number | null, second: EpochMs, holdingSeconds: number): boolean {
  return openedAt !== null && second - openedAt >= holdingSeconds * SECOND
}
