// A step whose rows are taken in equal parts, beside each other where cores are free: gradients of the parts, their sum, one update.
import { add } from './elementwise.ts'
import { emit } from './emit.ts'
import { GradientThread, noGradient, type PartWorker } from './gradient-thread.ts'
import { gradients } from './gradient.ts'
import { adamW, endToEnd, unflatten } from './optimizer.ts'
import { Session, type DataTensor } from './runtime.ts'
import {
  hyperTensor,
  newState,
  numbered,
  stateInputs,
  type Feeds,
  type Step,
  type StepOptions,
  type Steps,
} from './steps.ts'
import { NEW, tensorsOf, type Vectors } from './training-state.ts'
import { input, sizeOf, type TensorData, type Value } from './value.ts'

export interface Parts {
  readonly count: number
  /** Cores that are free for them. The results are the same, bit for bit, for any number. */
  readonly cores: number
}

/**
 * The loss and the inputs are of one part; a step is fed the rows of all parts, one part after the other along the first axis, and its loss
 * is the sum of theirs. Each part has dropout masks of its own.
 */
export async function partedSteps(
  options: Omit<StepOptions, 'replace' | 'outputs'>,
  parameters: readonly Value[],
  { count, cores }: Parts,
): Promise<Steps> {
  const { threads } = options
  const { weights } = stateInputs(parameters)
  const size = sizeOf(weights.shape)
  const model = gradientGraph(options, parameters)
  const beside = Array.from({ length: Math.min(cores, count) - 1 }, () =>
    GradientThread.open({ model, threads }, size),
  )
  const [session, update, ...others] = await Promise.all([
    Session.open(model, { threads }),
    Session.open(updateGraph(options, parameters, count), { threads }),
    ...beside,
  ])
  const workers = Array.from({ length: count }, (_, part) => others[part - 1] ?? workerHere(session, size))
  return new PartedSteps(options, workers, update, [session, ...others])
}

function workerHere(session: Session, size: number): PartWorker {
  const into = noGradient(size)
  return {
    run: async (feeds) => {
      await session.run(feeds, into)
      return into
    },
  }
}

class PartedSteps implements Steps {
  readonly #options: Pick<StepOptions, 'inputs' | 'stepInput'>
  /** Of each part; the first, and those without a core of their own, are worked on here. */
  readonly #workers: readonly PartWorker[]
  readonly #update: Session
  /** What else is to be closed. */
  readonly #opened: readonly { close(): Promise<void> }[]

  constructor(
    options: Pick<StepOptions, 'inputs' | 'stepInput'>,
    workers: readonly PartWorker[],
    update: Session,
    opened: readonly { close(): Promise<void> }[],
  ) {
    this.#options = options
    this.#workers = workers
    this.#update = update
    this.#opened = opened
  }

  async take(
    { feeds, number, hyper }: Step,
    state: Vectors,
    next: Vectors,
  ): Promise<Record<string, TensorData>> {
    const given = tensorsOf(state, '')
    // Backwards: the first is computed in this thread, and the others are told before.
    const running = this.#workers
      .map(
        (worker, part) => () =>
          worker.run({ ...this.#feedsOf(feeds, number, part), weights: given['weights']! }),
      )
      .toReversed()
      .map((run) => run())
    const made = (await Promise.all(running)).toReversed()
    const parts = made.map(({ gradient }, part) => [gradientOf(part), gradient])
    const ofUpdate = { ...Object.fromEntries(parts), ...given, hyper: hyperTensor(hyper) }
    await this.#update.run(ofUpdate, tensorsOf(next, NEW))
    return { loss: Float32Array.of(made.reduce((sum, { loss }) => sum + Number(loss.data[0]), 0)) }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened, this.#update].map((opened) => opened.close()))
  }

  #feedsOf(feeds: Feeds, number: number, part: number): Feeds {
    const { inputs, stepInput } = this.#options
    const rows = inputs.map((value): [string, DataTensor] => {
      const name = nameOf(value)
      return [name, rowsOf(feeds[name]!, value, part)]
    })
    const count = this.#workers.length
    return { ...Object.fromEntries(rows), ...numbered(stepInput, (number - 1) * count + part + 1) }
  }
}

function rowsOf({ dtype, data }: DataTensor, { shape }: Value, part: number): DataTensor {
  const size = sizeOf(shape)
  return { dtype, shape, data: data.subarray(part * size, (part + 1) * size) }
}

function nameOf({ source }: Value): string {
  return source.kind === 'input' ? source.name : ''
}

function gradientOf(part: number): string {
  return `gradient${part}`
}

function gradientGraph(options: StepOptions, parameters: readonly Value[]): Uint8Array {
  const { weights } = stateInputs(parameters)
  const step = options.stepInput === undefined ? [] : [options.stepInput]
  return emit({
    name: 'training_gradient',
    inputs: [...options.inputs, ...step, weights],
    outputs: { loss: options.loss, gradient: endToEnd(gradients(options.loss, parameters)) },
    replace: unflatten(weights, parameters),
  })
}

function updateGraph({ optimizer }: StepOptions, parameters: readonly Value[], count: number): Uint8Array {
  const { hyper, ...state } = stateInputs(parameters)
  const parts = Array.from({ length: count }, (_, part) =>
    input(gradientOf(part), 'float32', state.weights.shape),
  )
  const next = adamW(state, parameters, parts.reduce(add), hyper, optimizer)
  return emit({
    name: 'training_update',
    inputs: [...parts, state.weights, state.moment1, state.moment2, hyper],
    outputs: newState(next),
  })
}
