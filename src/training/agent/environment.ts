// The market as an environment: an agent's decisions filled at the next second's open, its reward what they make of its equity.
import { at } from '../../core/at.ts'
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import { ACTIONS } from '../../models/model.ts'
import type { AgentSettings } from '../../models/agent/agent.ts'
import {
  FLAT,
  accountRow,
  filled,
  intentOf,
  logEquity,
  type Intent,
  type PaperAccount,
} from '../../signals/paper-account.ts'
import type { SecondsRange } from '../data/training-data.ts'
import type { Random } from '../data/random.ts'
import type { AgentPlan } from '../learning/job.ts'
import type { Place } from './observations.ts'
import type { SecondPrices } from './prices.ts'

/** Where an episode stands. Plain values only. */
export interface EpisodeState extends Place {
  /** It is cut off at the first decision at or after this instant. */
  readonly until: EpochMs
  readonly account: PaperAccount
}

export interface Move {
  readonly next: EpisodeState
  readonly intent: Intent
  /** Change of log equity, in units of `rewardUnit`. */
  readonly reward: number
  /** Whether the episode is cut off here: it is not over for good, so what comes next still has a value. */
  readonly truncated: boolean
}

/** Minutes before an entry in which episodes start. */
const BEFORE_ENTRY = { least: 5, most: 60 }
const MINUTE = 60

type Trading = Pick<AgentSettings, 'decisionSeconds' | 'fee' | 'halfSpread' | 'rewardUnit'>

export class Environment {
  readonly #prices: readonly SecondPrices[]
  readonly #settings: Trading

  /** @param prices of each stretch */
  constructor(prices: readonly SecondPrices[], settings: Trading) {
    this.#prices = prices
    this.#settings = settings
  }

  /** One decision: filled at the open of the second that follows, worth what is known when the next one is due. */
  step(state: EpisodeState, action: number): Move {
    const { decisionSeconds, rewardUnit } = this.#settings
    const { stretch, second, account } = state
    const prices = at(this.#prices, stretch)
    const intent = intentOf(account.position, at(ACTIONS, action))
    const after = filled(account, intent, prices.openAt(second), second, this.#settings)
    const next = { ...state, second: epochMs(second + decisionSeconds * SECOND), account: after }
    const gained =
      logEquity(after, prices.closeBefore(next.second)) - logEquity(account, prices.closeBefore(second))
    return { next, intent, reward: gained / rewardUnit, truncated: next.second >= state.until }
  }

  /** The last price known at a second. */
  markOf({ stretch, second }: Place): number {
    return at(this.#prices, stretch).closeBefore(second)
  }

  /** The input `account` of a model. */
  accountOf({ stretch, second, account }: EpisodeState, volatility: number): [number, number, number] {
    return accountRow(account, at(this.#prices, stretch).closeBefore(second), volatility, second)
  }
}

/**
 * Where a new episode begins and ends, flat. The start is even over the 5 to 60 minutes before an entry (then of a mark
 * drawn evenly) or over all reviewed seconds; the length is drawn by itself, from nothing that was annotated. Null where
 * the draw met no second that may be traded.
 */
export function drawEpisode(
  { ranges, reviewed, marks }: AgentPlan,
  settings: Pick<AgentSettings, 'nearEntries' | 'episodeLeast' | 'episodeMost' | 'decisionSeconds'>,
  random: Random,
): EpisodeState | null {
  const nearEntry = random.uniform() < settings.nearEntries
  const minutes = random.between(settings.episodeLeast, settings.episodeMost)
  const place = nearEntry && marks.length > 0 ? beforeEntry(marks, random) : withinSpans(reviewed, random)
  const range = place === null ? undefined : ranges.find((each) => holds(each, place))
  if (place === null || range === undefined) return null
  // Of the last decision's reward the price `decisionSeconds` later must still be known.
  const last = range.to - settings.decisionSeconds * SECOND
  const until = epochMs(Math.min(place.second + Math.round(minutes * MINUTE) * SECOND, last))
  return place.second < until ? { ...place, until, account: FLAT } : null
}

function beforeEntry(marks: AgentPlan['marks'], random: Random): Place {
  const { stretch, entry } = at(marks, random.below(marks.length))
  const seconds = Math.round(random.between(BEFORE_ENTRY.least * MINUTE, BEFORE_ENTRY.most * MINUTE))
  return { stretch, second: epochMs(entry - seconds * SECOND) }
}

function withinSpans(spans: readonly SecondsRange[], random: Random): Place | null {
  const total = spans.reduce((sum, { from, to }) => sum + (to - from) / SECOND, 0)
  let left = random.below(Math.max(1, total))
  for (const { stretch, from, to } of spans) {
    const seconds = (to - from) / SECOND
    if (left < seconds) return { stretch, second: epochMs(from + left * SECOND) }
    left -= seconds
  }
  return null
}

function holds({ stretch, from, to }: SecondsRange, place: Place): boolean {
  return place.stretch === stretch && place.second >= from && place.second < to
}
