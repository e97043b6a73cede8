// The trader's decisions as demonstrations: entries, waiting in a position, exits, and the HOLDs of reviewed spans.
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import { NStep, type Transition } from '../../models/agent/n-step.ts'
import type { AgentSettings } from '../../models/agent/agent.ts'
import { ACTIONS } from '../../models/model.ts'
import { FLAT, type PaperAccount } from '../../signals/paper-account.ts'
import type { Example } from '../examples/example.ts'
import type { Random } from '../data/random.ts'
import type { Environment, EpisodeState } from './environment.ts'
import type { Place } from './observations.ts'
import type { AgentPlan, TradeMark } from '../learning/job.ts'

/** Decisions drawn from the waiting and from the exit of a trade, as shares of those drawn from its entry. */
const WAITING_SHARE = 0.5
const EXIT_SHARE = 0.5

const [BUY, SELL, HOLD] = [0, 1, 2] as const

export interface Demonstration extends Transition<EpisodeState> {
  /** What it counts in the loss: the average uniqueness of its annotation, 1 of a HOLD. */
  readonly weight: number
}

/** What the trader would do next; all that a demonstration is followed by. */
type Script = (state: EpisodeState) => number

export class Demonstrator {
  readonly #environment: Environment
  readonly #plan: AgentPlan
  readonly #settings: AgentSettings

  constructor(environment: Environment, plan: AgentPlan, settings: AgentSettings) {
    this.#environment = environment
    this.#plan = plan
    this.#settings = settings
  }

  /** Of each trade `views` entries within its zone, and some decisions on the way and at its exit. */
  trades(views: number, random: Random): Demonstration[] {
    return this.#plan.marks.flatMap((mark) => [
      ...this.#entries(mark, views, random),
      ...this.#waits(mark, Math.ceil(views * WAITING_SHARE), random),
      ...this.#exits(mark, Math.ceil(views * EXIT_SHARE), random),
    ])
  }

  /** `views` decisions to stay out, within the seconds of a HOLD example. */
  hold(example: Example, views: number, random: Random): Demonstration[] {
    return times(views, () => {
      const second = epochMs(example.instant + random.below(example.seconds) * SECOND)
      return this.#demonstrate({ ...example, second }, FLAT, () => HOLD)
    })
  }

  #entries(mark: TradeMark, views: number, random: Random): Demonstration[] {
    const seconds = Math.max(1, Math.ceil((mark.zoneEnd - mark.entry) / SECOND))
    return times(views, () => {
      const second = epochMs(mark.entry + random.below(seconds) * SECOND)
      return this.#demonstrate({ ...mark, second }, FLAT, scriptOf(mark))
    })
  }

  #waits(mark: TradeMark, count: number, random: Random): Demonstration[] {
    const [from, to] = [mark.entry + 3 * mark.z, mark.exit - mark.z]
    if (to <= from) return []
    return this.#inPosition(mark, count, (account) => {
      const second = epochMs(Math.floor(random.between(from, to) / SECOND) * SECOND)
      return this.#demonstrate({ ...mark, second }, account, scriptOf(mark))
    })
  }

  #exits(mark: TradeMark, count: number, random: Random): Demonstration[] {
    const seconds = Math.max(1, Math.floor(mark.z / SECOND))
    return this.#inPosition(mark, count, (account) => {
      const second = epochMs(mark.exit + random.below(seconds) * SECOND)
      return this.#demonstrate({ ...mark, second }, account, scriptOf(mark))
    })
  }

  /** What `of` makes of the account of who entered at the mark. */
  #inPosition(
    mark: TradeMark,
    count: number,
    of: (account: PaperAccount) => Demonstration[],
  ): Demonstration[] {
    const start = { stretch: mark.stretch, second: mark.entry, until: NEVER, account: FLAT }
    if (!this.#isKnown(start.stretch, start.second)) return []
    const { account } = this.#environment.step(start, entryAction(mark)).next
    return times(count, () => of(account))
  }

  /** The decision of the script as of `second`, with the n-step return of following it. Empty where prices are not to be known. */
  #demonstrate(
    { stretch, second, weight }: Place & Pick<Demonstration, 'weight'>,
    account: PaperAccount,
    script: Script,
  ): Demonstration[] {
    const { nStep, discount } = this.#settings
    let state: EpisodeState = { stretch, second, until: NEVER, account }
    const returns = new NStep<EpisodeState>(nStep, discount)
    for (let i = 0; i < nStep && this.#isKnown(stretch, state.second); i++) {
      const action = script(state)
      const { next, reward } = this.#environment.step(state, action)
      returns.add({ state, action, reward, random: false })
      state = next
    }
    const [first] = returns.cut(state)
    return first === undefined ? [] : [{ ...first, weight }]
  }

  /** Whether a decision as of `second` and what comes of it lie in one range that may be traded. */
  #isKnown(stretch: number, second: EpochMs): boolean {
    const end = second + this.#settings.decisionSeconds * SECOND
    return this.#plan.ranges.some(
      (range) => range.stretch === stretch && range.from <= second && end < range.to,
    )
  }
}

const NEVER = epochMs(Number.MAX_SAFE_INTEGER)

/** Enters at once, closes at the exit, stays out after it. */
function scriptOf(mark: TradeMark): Script {
  return ({ second, account }) => {
    if (account.position !== 0) return second >= mark.exit ? exitAction(mark) : HOLD
    return second < mark.zoneEnd ? entryAction(mark) : HOLD
  }
}

function entryAction({ side }: TradeMark): number {
  return side === 1 ? BUY : SELL
}

function exitAction({ side }: TradeMark): number {
  return side === 1 ? SELL : BUY
}

/** [3]: `margin` for each action that does something else than the demonstrated one in this position; 0 for the others. */
export function marginsOf(action: number, position: number, margin: number): number[] {
  const meaning = (of: number): number =>
    (position === 1 && of === BUY) || (position === -1 && of === SELL) ? HOLD : of
  return ACTIONS.map((_, other) => (meaning(other) === meaning(action) ? 0 : margin))
}

function times<T>(count: number, of: () => T[]): T[] {
  return Array.from({ length: count }, of).flat()
}
