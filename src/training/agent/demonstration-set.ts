// The demonstrations of a job with what their states look like, replayed by priority; they are never forgotten.
import { at } from '../../core/at.ts'
import { SECOND } from '../../core/time.ts'
import { PrioritizedReplay, type Drawn } from '../../models/agent/prioritized-replay.ts'
import type { AgentSettings } from '../../models/agent/agent.ts'
import type { Example } from '../examples/example.ts'
import { PURPOSE, Random } from '../data/random.ts'
import type { Views } from '../learning/views.ts'
import { marginsOf, type Demonstration, type Demonstrator } from './demonstrations.ts'
import type { Environment } from './environment.ts'
import type { Observation, Observations } from './observations.ts'

/** A demonstration as a batch takes it. */
export interface DemonstrationRow {
  readonly seen: Float32Array
  readonly account: readonly number[]
  readonly action: number
  readonly return: number
  readonly discount: number
  readonly nextSeen: Float32Array
  readonly nextAccount: readonly number[]
  readonly margins: readonly number[]
  /** What it counts in the loss. */
  readonly weight: number
}

export interface DemonstrationParts {
  readonly demonstrator: Demonstrator
  readonly environment: Environment
  readonly observations: Observations
  readonly views: Views
  readonly settings: AgentSettings
  /** Of the run and the job. */
  readonly keys: readonly number[]
  /** Whether views are augmented; else each is the state itself. */
  readonly augmentation: boolean
}

/** Added to the errors of demonstrations, in rewards: what is right already is still seen often (DQfD, section 4). */
const LEAST_PRIORITY = 1

export class DemonstrationSet {
  readonly #parts: DemonstrationParts
  readonly #rows: DemonstrationRow[] = []
  readonly #replay: PrioritizedReplay

  /** @param most rows there will ever be */
  constructor(parts: DemonstrationParts, most: number) {
    this.#parts = parts
    const exponent = parts.settings.priorityExponent
    this.#replay = new PrioritizedReplay({ capacity: most, exponent, least: LEAST_PRIORITY })
  }

  get size(): number {
    return this.#rows.length
  }

  /** Demonstrations of all trades, `views` augmented views of each; drawn by the job's seed. */
  async addTrades(views: number): Promise<void> {
    const random = new Random(...this.#parts.keys, PURPOSE.agent, 1)
    const shown = this.#parts.demonstrator.trades(views, random)
    await this.#add(shown.map((demonstration) => [demonstration, random]))
  }

  /** Demonstrations of staying out. */
  async addHolds(examples: readonly Example[], views: number): Promise<void> {
    const shown = examples.flatMap((example) => {
      const random = new Random(
        ...this.#parts.keys,
        PURPOSE.agent,
        2,
        example.stretch,
        example.instant / SECOND,
      )
      const holds = this.#parts.demonstrator.hold(example, views, random)
      return holds.map((demonstration) => [demonstration, random] as const)
    })
    await this.#add(shown)
  }

  draw(count: number, importance: number, uniform: () => number): Drawn {
    return this.#replay.draw(count, importance, uniform)
  }

  update(rows: ArrayLike<number>, errors: ArrayLike<number>): void {
    this.#replay.update(rows, errors)
  }

  at(row: number): DemonstrationRow {
    return at(this.#rows, row)
  }

  /** What can not be drawn anew by the seed. */
  save(): { highest: number; priorities: Float64Array } {
    const { highest, priorities } = this.#replay.save()
    return { highest, priorities }
  }

  /** After the same demonstrations were added. */
  restore({ highest, priorities }: { highest: number; priorities: Float64Array }): void {
    this.#replay.restore({ size: this.size, next: this.size, highest, priorities })
  }

  /** Each with the stream that augments it. */
  async #add(shown: readonly (readonly [Demonstration, Random])[]): Promise<void> {
    const { observations, views, environment, settings, augmentation } = this.#parts
    const places = shown.flatMap(([{ state, next }]) => [state, next])
    const plain = await observations.at(places)
    const seen = await observations.of(shown.length, (inputs, row, index) => {
      const [demonstration, random] = at(shown, index)
      const { stretch, second } = demonstration.state
      if (augmentation) return views.writeAugmented(stretch, second, inputs, row, random)
      return views.sweep(stretch).writeAt(second, inputs, row)
    })
    for (const [i, [{ state, next, action, return: sum, discount, weight }]] of shown.entries()) {
      const [own, before, after] = [seen[i], plain[2 * i], plain[2 * i + 1]] as (Observation | null)[]
      if (own == null || before == null || after == null || this.size === this.#replay.capacity) continue
      this.#replay.add()
      this.#rows.push({
        seen: own.seen,
        account: environment.accountOf(state, before.volatility),
        action,
        return: sum,
        discount,
        nextSeen: after.seen,
        nextAccount: environment.accountOf(next, after.volatility),
        margins: marginsOf(action, state.account.position, settings.margin),
        weight,
      })
    }
  }
}
