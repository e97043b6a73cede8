// Trains the parameters of a loss: one call, one AdamW step. The state can be taken out and put back to the bit.
import { emit } from './emit.ts'
import { gradients, parametersOf } from './gradient.ts'
import { adamW, HYPER_SIZE, hyperRow, unflatten, type AdamWOptions } from './optimizer.ts'
import { randomFrom } from './random.ts'
import { float32, int64, Session, type DataTensor } from './runtime.ts'
import { input, sizeOf, type TensorData, type Value } from './value.ts'
import type { NamedTensors } from './weights.ts'

export interface TrainerOptions {
  /** The number to make small: float32 []. */
  readonly loss: Value
  /** What each step is fed, by the names of the inputs. */
  readonly inputs: readonly Value[]
  /** The int64 [] input that numbers the steps, for dropout. */
  readonly stepInput?: Value
  readonly seed: number
  readonly threads: number
  readonly optimizer: AdamWOptions
  /** What is trained; all parameters of the loss where absent. */
  readonly parameters?: readonly Value[]
  /** What stands for other parameters in the graph, given the flat vector of those trained: shared or delayed weights. */
  readonly replace?: (weights: Value) => ReadonlyMap<Value, Value>
  /** What else a step tells, by name. */
  readonly outputs?: Readonly<Record<string, Value>>
}

/** Everything a step depends on besides its feeds. */
export interface TrainerState {
  /** Steps taken. */
  readonly step: number
  readonly weights: Float32Array
  readonly moment1: Float32Array
  readonly moment2: Float32Array
}

/** Before the names of what a step makes of the vectors. */
const NEW = 'new_'

type Vectors = Omit<TrainerState, 'step'>

export class Trainer {
  readonly #session: Session
  readonly #options: TrainerOptions
  readonly #parameters: readonly Value[]
  #state: TrainerState
  /** Of the step before the last, which the next one writes over: vectors of their own each step would have the garbage collector run every few steps. */
  #spare: Vectors

  private constructor(session: Session, options: TrainerOptions, parameters: readonly Value[]) {
    this.#session = session
    this.#options = options
    this.#parameters = parameters
    this.#state = { step: 0, ...beginning(initialWeights(parameters, options.seed)) }
    this.#spare = copyOf(this.#state)
  }

  static async open(options: TrainerOptions): Promise<Trainer> {
    const parameters = options.parameters ?? parametersOf([options.loss])
    const session = await Session.open(stepGraph(options, parameters), { threads: options.threads })
    return new Trainer(session, options, parameters)
  }

  /** Takes one step and returns the loss before it. */
  async step(feeds: Readonly<Record<string, DataTensor>>, learningRate: number): Promise<number> {
    return Number((await this.stepAll(feeds, learningRate))['loss']![0])
  }

  /** Takes one step and returns `loss` and the other outputs, all as of before it. */
  async stepAll(
    feeds: Readonly<Record<string, DataTensor>>,
    learningRate: number,
  ): Promise<Record<string, TensorData>> {
    const t = this.#state.step + 1
    const next = this.#spare
    const result = await this.#session.run(
      {
        ...feeds,
        ...(this.#options.stepInput === undefined ? {} : { step: int64([t], []) }),
        ...tensorsOf(this.#state, ''),
        hyper: float32(hyperRow(t, learningRate, this.#options.optimizer), [HYPER_SIZE]),
      },
      tensorsOf(next, NEW),
    )
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
    await this.#session.close()
  }
}

/** The initial weights of the parameters, each drawn in order from one seeded stream. */
export function initialWeights(parameters: readonly Value[], seed: number): Float32Array {
  const random = randomFrom(seed)
  const flat = new Float32Array(parameters.reduce((sum, value) => sum + sizeOf(value.shape), 0))
  let at = 0
  for (const { source, shape } of parameters) {
    if (source.kind !== 'parameter') throw new TypeError('initialWeights: not a parameter.')
    const values = source.initial(sizeOf(shape), random)
    flat.set(values, at)
    at += values.length
  }
  return flat
}

/** A flat vector cut into named tensors (copies). */
export function byName(parameters: readonly Value[], flat: Float32Array): NamedTensors {
  let at = 0
  return new Map(
    parameters.map(({ source, shape }) => {
      const start = at
      at += sizeOf(shape)
      return [source.kind === 'parameter' ? source.name : '', { shape, data: flat.slice(start, at) }]
    }),
  )
}

/** What a training begins with. */
function beginning(weights: Float32Array): Vectors {
  const zeros = (): Float32Array => new Float32Array(weights.length)
  return { weights, moment1: zeros(), moment2: zeros() }
}

function copyOf({ weights, moment1, moment2 }: Vectors): Vectors {
  return { weights: weights.slice(), moment1: moment1.slice(), moment2: moment2.slice() }
}

/** As a step's graph names them, what is new with `NEW` before it. */
function tensorsOf({ weights, moment1, moment2 }: Vectors, prefix: string): Record<string, DataTensor> {
  return Object.fromEntries(
    Object.entries({ weights, moment1, moment2 }).map(([name, vector]) => [
      `${prefix}${name}`,
      float32(vector, [vector.length]),
    ]),
  )
}

function stepGraph(options: TrainerOptions, parameters: readonly Value[]): Uint8Array {
  const size = parameters.reduce((sum, value) => sum + sizeOf(value.shape), 0)
  const weights = input('weights', 'float32', [size])
  const moment1 = input('moment1', 'float32', [size])
  const moment2 = input('moment2', 'float32', [size])
  const hyper = input('hyper', 'float32', [HYPER_SIZE])
  const state = { weights, moment1, moment2 }
  const next = adamW(state, parameters, gradients(options.loss, parameters), hyper, options.optimizer)
  const step = options.stepInput === undefined ? [] : [options.stepInput]
  return emit({
    name: 'training_step',
    inputs: [...options.inputs, ...step, weights, moment1, moment2, hyper],
    outputs: {
      ...options.outputs,
      loss: options.loss,
      [`${NEW}weights`]: next.weights,
      [`${NEW}moment1`]: next.moment1,
      [`${NEW}moment2`]: next.moment2,
    },
    replace: new Map([...unflatten(weights, parameters), ...(options.replace?.(weights) ?? [])]),
  })
}
