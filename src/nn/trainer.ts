// Trains the parameters of a loss: one call, one AdamW step. The state can be taken out and put back to the bit.
import { parametersOf } from './gradient.ts'
import { hyperRow } from './optimizer.ts'
import { partedSteps, type Parts } from './parted-steps.ts'
import { wholeSteps, type Feeds, type StepOptions, type Steps } from './steps.ts'
import {
  beginning,
  byName,
  copyOf,
  initialWeights,
  type TrainerState,
  type Vectors,
} from './training-state.ts'
import type { TensorData, Value } from './value.ts'
import type { NamedTensors } from './weights.ts'

interface Begun {
  readonly seed: number
  /** What is trained; all parameters of the loss where absent. */
  readonly parameters?: readonly Value[]
}

/** `parts`: the loss and its inputs are of one of so many equal parts of a step's rows. */
export type TrainerOptions = Begun &
  (StepOptions | (Omit<StepOptions, 'replace' | 'outputs'> & { readonly parts: Parts }))

export class Trainer {
  readonly #steps: Steps
  readonly #options: TrainerOptions
  readonly #parameters: readonly Value[]
  #state: TrainerState
  /** Of the step before the last, which the next one writes over: vectors of their own each step would have the garbage collector run every few steps. */
  #spare: Vectors

  private constructor(steps: Steps, options: TrainerOptions, parameters: readonly Value[]) {
    this.#steps = steps
    this.#options = options
    this.#parameters = parameters
    this.#state = { step: 0, ...beginning(initialWeights(parameters, options.seed)) }
    this.#spare = copyOf(this.#state)
  }

  static async open(options: TrainerOptions): Promise<Trainer> {
    const parameters = options.parameters ?? parametersOf([options.loss])
    const steps =
      'parts' in options && options.parts.count > 1
        ? await partedSteps(options, parameters, options.parts)
        : await wholeSteps(options, parameters)
    return new Trainer(steps, options, parameters)
  }

  /** Takes one step and returns the loss before it. */
  async step(feeds: Feeds, learningRate: number): Promise<number> {
    return Number((await this.stepAll(feeds, learningRate))['loss']![0])
  }

  /** Takes one step and returns `loss` and the other outputs, all as of before it. */
  async stepAll(feeds: Feeds, learningRate: number): Promise<Record<string, TensorData>> {
    const t = this.#state.step + 1
    const next = this.#spare
    const hyper = hyperRow(t, learningRate, this.#options.optimizer)
    const result = await this.#steps.take({ feeds, number: t, hyper }, this.#state, next)
    this.#spare = this.#state
    this.#state = { ...next, step: t }
    return result
  }

  /** Steps taken. */
  get steps(): number {
    return this.#state.step
  }

  /** All weights end to end as they lie, until the next step begins. */
  get flat(): Float32Array {
    return this.#state.weights
  }

  /** A copy of the state after the last step; feeding it to `restore` continues as if nothing had happened. */
  state(): TrainerState {
    return { step: this.#state.step, ...copyOf(this.#state) }
  }

  restore(state: TrainerState): void {
    if (state.weights.length !== this.#state.weights.length) {
      throw new RangeError(
        `restore: ${state.weights.length} weights given, the network has ${this.#state.weights.length}.`,
      )
    }
    this.#state = { ...copyOf(state), step: state.step }
  }

  /** A copy of the current weights by parameter name. */
  weights(): NamedTensors {
    return byName(this.#parameters, this.#state.weights)
  }

  async close(): Promise<void> {
    await this.#steps.close()
  }
}
