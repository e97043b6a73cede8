// Trains the parameters of a loss: one call, one AdamW step. The state can be taken out and put back to the bit.
import { AdamWVectors } from './adamw.ts'
import { emit } from './emit.ts'
import { gradients, parametersOf } from './gradient.ts'
import { decaysOf, unflatten, updateNumbers, type AdamWOptions } from './optimizer.ts'
import { randomFrom } from './random.ts'
import { float32, int64, Session, type DataTensor } from './runtime.ts'
import { concat, reshape } from './shape.ts'
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

export class Trainer {
  readonly #session: Session
  readonly #options: TrainerOptions
  readonly #parameters: readonly Value[]
  readonly #vectors: AdamWVectors
  #steps = 0

  private constructor(session: Session, options: TrainerOptions, parameters: readonly Value[]) {
    this.#session = session
    this.#options = options
    this.#parameters = parameters
    this.#vectors = new AdamWVectors(decaysOf(parameters))
    this.#vectors.weights.set(initialWeights(parameters, options.seed))
  }

  static async open(options: TrainerOptions): Promise<Trainer> {
    const parameters = options.parameters ?? parametersOf([options.loss])
    const session = await Session.open(gradientGraph(options, parameters), { threads: options.threads })
    return new Trainer(session, options, parameters)
  }

  /** Steps taken. */
  get steps(): number {
    return this.#steps
  }

  /** All parameters end to end, in place: another step changes them. */
  get flat(): Float32Array {
    return this.#vectors.weights
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
    const t = this.#steps + 1
    const { weights, gradient } = this.#vectors
    const shape = [weights.length]
    const ofStep = this.#options.stepInput === undefined ? {} : { step: int64([t], []) }
    const result = await this.#session.run(
      { ...feeds, ...ofStep, weights: float32(weights, shape) },
      { gradient: float32(gradient, shape) },
    )
    const norm = Math.sqrt(this.#vectors.squares())
    this.#vectors.update(updateNumbers(t, learningRate, norm, this.#options.optimizer))
    this.#steps = t
    return result
  }

  /** A copy of the state after the last step; feeding it to `restore` continues as if nothing had happened. */
  state(): TrainerState {
    const { weights, moment1, moment2 } = this.#vectors
    return { step: this.#steps, weights: weights.slice(), moment1: moment1.slice(), moment2: moment2.slice() }
  }

  restore({ step, weights, moment1, moment2 }: TrainerState): void {
    const { length } = this.flat
    if (weights.length !== length) {
      throw new RangeError(`restore: ${weights.length} weights given, the network has ${length}.`)
    }
    this.#vectors.weights.set(weights)
    this.#vectors.moment1.set(moment1)
    this.#vectors.moment2.set(moment2)
    this.#steps = step
  }

  /** A copy of the current weights by parameter name. */
  weights(): NamedTensors {
    return byName(this.#parameters, this.flat)
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

function gradientGraph(options: TrainerOptions, parameters: readonly Value[]): Uint8Array {
  const size = parameters.reduce((sum, value) => sum + sizeOf(value.shape), 0)
  const weights = input('weights', 'float32', [size])
  const parts = gradients(options.loss, parameters).map((part) => reshape(part, [sizeOf(part.shape)]))
  const step = options.stepInput === undefined ? [] : [options.stepInput]
  return emit({
    name: 'training_step',
    inputs: [...options.inputs, ...step, weights],
    outputs: { ...options.outputs, loss: options.loss, gradient: concat(parts, 0) },
    replace: new Map([...unflatten(weights, parameters), ...(options.replace?.(weights) ?? [])]),
  })
}
