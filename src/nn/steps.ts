// How a step of training is computed: here at once, by one graph that is given the rows and the state and gives the next state.
import { emit } from './emit.ts'
import { gradients } from './gradient.ts'
import { adamW, endToEnd, HYPER_SIZE, unflatten, type AdamWOptions, type AdamWState } from './optimizer.ts'
import { float32, int64, Session, type DataTensor } from './runtime.ts'
import { NEW, tensorsOf, type Vectors } from './training-state.ts'
import { input, sizeOf, type TensorData, type Value } from './value.ts'

export type Feeds = Readonly<Record<string, DataTensor>>

/** What a step is made of. */
export interface StepOptions {
  /** The number to make small: float32 []. */
  readonly loss: Value
  /** What each step is fed, by the names of the inputs. */
  readonly inputs: readonly Value[]
  /** The int64 [] input that numbers the steps, for dropout. */
  readonly stepInput?: Value
  readonly threads: number
  readonly optimizer: AdamWOptions
  /** What stands for other parameters in the graph, given the flat vector of those trained: shared or delayed weights. */
  readonly replace?: (weights: Value) => ReadonlyMap<Value, Value>
  /** What else a step tells, by name. */
  readonly outputs?: Readonly<Record<string, Value>>
}

export interface Step {
  readonly feeds: Feeds
  /** 1, 2, … */
  readonly number: number
  /** float32 [HYPER_SIZE] */
  readonly hyper: Float32Array
}

export interface Steps {
  /** Writes the state after the step into `next` and gives `loss` and the other outputs, all as of before it. */
  take(step: Step, state: Vectors, next: Vectors): Promise<Record<string, TensorData>>
  close(): Promise<void>
}

/** One graph for all of it. */
export async function wholeSteps(options: StepOptions, parameters: readonly Value[]): Promise<Steps> {
  const { threads, stepInput } = options
  const session = await Session.open(stepGraph(options, parameters), { threads })
  return {
    take: ({ feeds, number, hyper }, state, next) => {
      const given = {
        ...feeds,
        ...numbered(stepInput, number),
        ...tensorsOf(state, ''),
        hyper: hyperTensor(hyper),
      }
      return session.run(given, tensorsOf(next, NEW))
    },
    close: () => session.close(),
  }
}

/** The feed of the input that numbers steps, where there is one. */
export function numbered(stepInput: Value | undefined, number: number): Feeds {
  return stepInput === undefined ? {} : { step: int64([number], []) }
}

export function hyperTensor(hyper: Float32Array): DataTensor {
  return float32(hyper, [HYPER_SIZE])
}

/** The inputs of a state and of a step's numbers. */
export function stateInputs(parameters: readonly Value[]): AdamWState & { readonly hyper: Value } {
  const size = parameters.reduce((sum, value) => sum + sizeOf(value.shape), 0)
  const vector = (name: string): Value => input(name, 'float32', [size])
  return {
    weights: vector('weights'),
    moment1: vector('moment1'),
    moment2: vector('moment2'),
    hyper: input('hyper', 'float32', [HYPER_SIZE]),
  }
}

/** The next state as outputs. */
export function newState({ weights, moment1, moment2 }: AdamWState): Record<string, Value> {
  return { [`${NEW}weights`]: weights, [`${NEW}moment1`]: moment1, [`${NEW}moment2`]: moment2 }
}

function stepGraph(options: StepOptions, parameters: readonly Value[]): Uint8Array {
  const { hyper, ...state } = stateInputs(parameters)
  const { weights, moment1, moment2 } = state
  const gradient = endToEnd(gradients(options.loss, parameters))
  const next = adamW(state, parameters, gradient, hyper, options.optimizer)
  const step = options.stepInput === undefined ? [] : [options.stepInput]
  return emit({
    name: 'training_step',
    inputs: [...options.inputs, ...step, weights, moment1, moment2, hyper],
    outputs: { ...options.outputs, loss: options.loss, ...newState(next) },
    replace: new Map([...unflatten(weights, parameters), ...(options.replace?.(weights) ?? [])]),
  })
}
