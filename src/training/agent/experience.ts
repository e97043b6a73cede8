// What an agent has lived through: transitions in columns, replayed by priority. Market states are named, not kept.
import { at, named } from '../../core/at.ts'
import { epochMs } from '../../core/time.ts'
import type { LearnerState } from '../../models/model.ts'
import type { Transition } from '../../models/agent/n-step.ts'
import { PrioritizedReplay, type Drawn, type ReplayOptions } from '../../models/agent/prioritized-replay.ts'
import { ACCOUNT_SIZE } from '../../models/agent/agent.ts'
import type { Place } from './observations.ts'

/** A second and the account as a network is told it. Plain values only. */
export interface AgentState extends Place {
  readonly row: readonly [number, number, number]
}

export class Experience {
  readonly #replay: PrioritizedReplay
  readonly #stretch: Int32Array
  /** Second and next second. */
  readonly #seconds: Float64Array
  readonly #accounts: Float32Array
  readonly #actions: Int32Array
  /** Return and discount. */
  readonly #numbers: Float32Array

  constructor(options: ReplayOptions) {
    const { capacity } = options
    this.#replay = new PrioritizedReplay(options)
    this.#stretch = new Int32Array(capacity)
    this.#seconds = new Float64Array(2 * capacity)
    this.#accounts = new Float32Array(2 * ACCOUNT_SIZE * capacity)
    this.#actions = new Int32Array(capacity)
    this.#numbers = new Float32Array(2 * capacity)
  }

  get size(): number {
    return this.#replay.size
  }

  add({ state, action, return: sum, next, discount }: Transition<AgentState>): void {
    const row = this.#replay.add()
    this.#stretch[row] = state.stretch
    this.#seconds.set([state.second, next.second], 2 * row)
    this.#accounts.set([...state.row, ...next.row], 2 * ACCOUNT_SIZE * row)
    this.#actions[row] = action
    this.#numbers.set([sum, discount], 2 * row)
  }

  draw(count: number, importance: number, uniform: () => number): Drawn {
    return this.#replay.draw(count, importance, uniform)
  }

  /** What is known now of the errors of drawn rows. */
  update(rows: ArrayLike<number>, errors: ArrayLike<number>): void {
    this.#replay.update(rows, errors)
  }

  at(row: number): Transition<AgentState> {
    const stretch = at(this.#stretch, row)
    const account = (number: number) =>
      Array.from(this.#accounts.subarray(number * ACCOUNT_SIZE, (number + 1) * ACCOUNT_SIZE)) as [
        number,
        number,
        number,
      ]
    return {
      state: { stretch, second: epochMs(at(this.#seconds, 2 * row)), row: account(2 * row) },
      action: at(this.#actions, row),
      return: at(this.#numbers, 2 * row),
      next: { stretch, second: epochMs(at(this.#seconds, 2 * row + 1)), row: account(2 * row + 1) },
      discount: at(this.#numbers, 2 * row + 1),
    }
  }

  save(): LearnerState {
    const { size, next, highest, priorities } = this.#replay.save()
    return {
      facts: { size, next, highest },
      arrays: {
        stretches: this.#stretch.slice(0, size),
        seconds: this.#seconds.slice(0, 2 * size),
        accounts: this.#accounts.slice(0, 2 * ACCOUNT_SIZE * size),
        actions: this.#actions.slice(0, size),
        numbers: this.#numbers.slice(0, 2 * size),
        priorities,
      },
    }
  }

  restore({ facts, arrays }: LearnerState): void {
    const { size, next, highest } = facts as { size: number; next: number; highest: number }
    this.#replay.restore({ size, next, highest, priorities: arrays['priorities'] as Float64Array })
    this.#stretch.set(named(arrays, 'stretches'))
    this.#seconds.set(named(arrays, 'seconds'))
    this.#accounts.set(named(arrays, 'accounts'))
    this.#actions.set(named(arrays, 'actions'))
    this.#numbers.set(named(arrays, 'numbers'))
  }
}
