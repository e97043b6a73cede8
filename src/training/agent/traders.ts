// An agent trading in several episodes at a time: its decisions become experience, and what they came to is counted.
import { at } from '../../core/at.ts'
import { MINUTE, SECOND } from '../../core/time.ts'
import { ACTIONS } from '../../models/model.ts'
import { ACCOUNT_SIZE, type AgentSettings } from '../../models/agent/agent.ts'
import { NStep, type Step, type Transition } from '../../models/agent/n-step.ts'
import type { QLearner } from '../../models/agent/q-learner.ts'
import { logEquity } from '../../signals/paper-account.ts'
import type { Random } from '../data/random.ts'
import { drawEpisode, type Environment, type EpisodeState, type Move } from './environment.ts'
import type { AgentState, Experience } from './experience.ts'
import { bestOf } from './held-out.ts'
import { observed, type Observation, type Observations } from './observations.ts'
import type { AgentPlan } from '../learning/job.ts'
import { entryPhases } from './plan.ts'

export interface TraderParts {
  readonly plan: AgentPlan
  readonly settings: AgentSettings
  readonly environment: Environment
  readonly observations: Observations
  readonly learner: QLearner
  readonly experience: Experience
}

/** An episode that goes on. Plain values only. */
interface Running {
  readonly state: EpisodeState
  readonly waiting: readonly Step<AgentState>[]
}

/** An action that was chosen, and what it does. */
interface Decided {
  readonly run: Running
  readonly action: number
  readonly isRandom: boolean
  readonly move: Move
}

/** Plain values only. */
export interface TradersState {
  readonly running: readonly (Running | null)[]
  /** Of the epoch: the sum of log returns of the episodes that ended, and their number. */
  readonly returned: number
  readonly episodes: number
  /** By action: how often it was chosen, not drawn at random. */
  readonly chosen: readonly number[]
}

/** Starts drawn for an episode before none is begun. */
const DRAWS = 20
const NOTHING = { returned: 0, episodes: 0, chosen: ACTIONS.map(() => 0) }

export class Traders {
  readonly #parts: TraderParts
  readonly #phases: ReadonlySet<number>
  #state: TradersState

  constructor(parts: TraderParts) {
    this.#parts = parts
    this.#phases = entryPhases(parts.plan.marks)
    this.#state = { running: Array.from({ length: parts.settings.environments }, () => null), ...NOTHING }
  }

  /** One decision of every episode, a random one in a share `explore`; new episodes where there are none. */
  async decide(random: Random, explore: number): Promise<void> {
    const { environment, observations } = this.#parts
    const running = await this.#begun(random)
    const seen = await observations.at(running.flatMap((run) => (run === null ? [] : [run.state])))
    const values = await this.#values(running, seen)
    const moves = running.map((run, row): Decided | null => {
      const isRandom = random.uniform() < explore
      const drawn = random.below(ACTIONS.length)
      const best = bestOf(values.subarray(row * ACTIONS.length, (row + 1) * ACTIONS.length))
      const action = isRandom ? drawn : best
      return run === null ? null : { run, action, isRandom, move: environment.step(run.state, action) }
    })
    const after = await observations.at(moves.flatMap((decided) => decided?.move.next ?? []))
    let number = 0
    const next = moves.map((decided) =>
      decided === null ? null : this.#take(decided, observed(seen, number), at(after, number++)),
    )
    this.#state = { ...this.#state, running: next }
  }

  /** What was counted since it was last asked. */
  figures(): Record<string, number> {
    const { returned, episodes, chosen } = this.#state
    this.#state = { ...this.#state, ...NOTHING }
    const decisions = chosen.reduce((sum, count) => sum + count, 0)
    const shares = ACTIONS.map((action, i) => {
      const share = decisions === 0 ? 0 : at(chosen, i) / decisions
      return [`share_${action.toLowerCase()}`, share] as const
    })
    const meanReturn = episodes === 0 ? 0 : 100 * Math.expm1(returned / episodes)
    return { episodes, mean_return_pct: meanReturn, ...Object.fromEntries(shares) }
  }

  save(): TradersState {
    return this.#state
  }

  restore(state: TradersState): void {
    this.#state = state
  }

  /** What becomes of an episode by an action; null where it ends. */
  #take(
    { run, action, isRandom, move }: Decided,
    seen: Observation,
    after: Observation | null,
  ): Running | null {
    const { settings } = this.#parts
    const returns = new NStep<AgentState>(settings.nStep, settings.discount, run.waiting)
    const state = this.#stateOf(run.state, seen)
    for (const transition of returns.ready(state, isRandom)) this.#learn(transition)
    if (!isRandom) this.#choose(action)
    if (after === null) return this.#end(returns.cut(state), run.state)
    returns.add({ state, action, reward: move.reward, random: isRandom })
    const next = this.#stateOf(move.next, after)
    if (move.truncated) return this.#end(returns.cut(next), move.next)
    return { state: move.next, waiting: returns.waiting }
  }

  #end(transitions: ReturnType<NStep<AgentState>['cut']>, last: EpisodeState): null {
    for (const transition of transitions) this.#learn(transition)
    const { returned, episodes } = this.#state
    const equity = logEquity(last.account, this.#parts.environment.markOf(last))
    this.#state = { ...this.#state, returned: returned + equity, episodes: episodes + 1 }
    return null
  }

  /** Flat, it learns of the phases at which the trader entered. */
  #learn(transition: Transition<AgentState>): void {
    const { second, row } = transition.state
    const [position] = row
    if (position !== 0 || this.#phases.has((second % MINUTE) / SECOND)) this.#parts.experience.add(transition)
  }

  /** Running episodes, and new ones in the place of those that ended. */
  async #begun(random: Random): Promise<(Running | null)[]> {
    const { plan, settings, observations } = this.#parts
    const all: (Running | null)[] = []
    for (const run of this.#state.running) {
      let begun = run
      for (let draw = 0; begun === null && draw < DRAWS; draw++) {
        const state = drawEpisode(plan, settings, random)
        if (state !== null && (await observations.at([state]))[0] != null) begun = { state, waiting: [] }
      }
      all.push(begun)
    }
    return all
  }

  /** Always of as many rows as there are environments, so that the same network answers. */
  async #values(
    running: readonly (Running | null)[],
    seen: readonly (Observation | null)[],
  ): Promise<Float32Array> {
    const { observations, learner, environment } = this.#parts
    const states = new Float32Array(running.length * observations.size)
    const accounts = new Float32Array(running.length * ACCOUNT_SIZE)
    let number = 0
    for (const [row, run] of running.entries()) {
      if (run === null) continue
      const own = observed(seen, number++)
      states.set(own.seen, row * observations.size)
      accounts.set(environment.accountOf(run.state, own.volatility), row * ACCOUNT_SIZE)
    }
    return learner.values([states, accounts], running.length)
  }

  #stateOf(state: EpisodeState, { volatility }: Observation): AgentState {
    const { stretch, second } = state
    return { stretch, second, row: this.#parts.environment.accountOf(state, volatility) }
  }

  #choose(action: number): void {
    const chosen = this.#state.chosen.map((count, i) => (i === action ? count + 1 : count))
    this.#state = { ...this.#state, chosen }
  }
}
