// n-step returns: the rewards of some decisions summed up, and what is left to be estimated where they end.
import { at } from '../../core/at.ts'

/** One decision and its reward. `S` is whatever tells the state. */
export interface Step<S> {
  readonly state: S
  readonly action: number
  readonly reward: number
  /** Whether the action was drawn at random instead of chosen. */
  readonly random: boolean
}

export interface Transition<S> {
  readonly state: S
  readonly action: number
  /** Σ γⁱ · reward i */
  readonly return: number
  readonly next: S
  /** γᵏ: what the value of `next` counts; 0 where the episode ended for good. */
  readonly discount: number
}

/**
 * The transitions of an episode as its steps come. A transition sums up to n rewards, fewer where a random action would
 * come in between (its reward says nothing about the policy) or where the episode is over. An episode that was cut off
 * goes on being worth something: the value of where it stood is estimated. One that ended for good is not.
 */
export class NStep<S> {
  readonly #n: number
  readonly #discount: number
  #steps: Step<S>[]

  constructor(n: number, discount: number, waiting: readonly Step<S>[] = []) {
    this.#n = n
    this.#discount = discount
    this.#steps = [...waiting]
  }

  /** The steps whose transitions are not complete yet; plain values where `S` is. */
  get waiting(): readonly Step<S>[] {
    return this.#steps
  }

  /** Call before a step: what is complete now that the state after the last one is known. */
  ready(next: S, nextIsRandom: boolean): Transition<S>[] {
    if (nextIsRandom) return this.cut(next)
    if (this.#steps.length < this.#n) return []
    const transition = this.#from(0, next, false)
    this.#steps.shift()
    return [transition]
  }

  add(step: Step<S>): void {
    this.#steps.push(step)
  }

  /** All that wait, cut off at `next`, whose value is estimated. */
  cut(next: S): Transition<S>[] {
    return this.#flush(next, false)
  }

  /** All that wait, at the end of an episode that is over for good. */
  end(next: S): Transition<S>[] {
    return this.#flush(next, true)
  }

  #flush(next: S, terminal: boolean): Transition<S>[] {
    const transitions = this.#steps.map((_, i) => this.#from(i, next, terminal))
    this.#steps = []
    return transitions
  }

  #from(index: number, next: S, terminal: boolean): Transition<S> {
    const { state, action } = at(this.#steps, index)
    const steps = this.#steps.slice(index)
    const sum = steps.reduceRight((later, { reward }) => reward + this.#discount * later, 0)
    const discount = terminal ? 0 : this.#discount ** steps.length
    return { state, action, return: sum, next, discount }
  }
}
