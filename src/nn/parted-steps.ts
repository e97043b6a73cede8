// A step whose rows are taken in equal parts, beside each other where cores are free: gradients of the parts, their sum, one update.
import { at } from '../core/at.ts'
import { add } from './elementwise.ts'
import { emit } from './emit.ts'
import { GradientThread, roomForGradient, type Gradient, type PartWorker } from './gradient-thread.ts'
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
  parts: Parts,
): Promise<Steps> {
  const opened: Opened[] = []
  try {
    return await openSteps(options, parameters, parts, opened)
  } catch (error) {
    await closeAll(opened)
    throw error
  }
}

/** @param opened all that it has opened, also where it throws */
async function openSteps(
  options: Omit<StepOptions, 'replace' | 'outputs'>,
  parameters: readonly Value[],
  { count, cores }: Parts,
  opened: Opened[],
): Promise<Steps> {
  const { threads } = options
  const size = sizeOf(stateInputs(parameters).weights.shape)
  const model = gradientGraph(options, parameters)
  const session = await Session.open(model, { threads })
  opened.push(session)
  const free = Math.min(count, Math.floor(cores / threads)) - 1
  const beside = Array.from({ length: Math.max(0, free) }, () =>
    GradientThread.open({ model, threads }, size),
  )
  for (const thread of beside) opened.push({ close: async () => (await thread.catch(() => null))?.close() })
  const update = await Session.open(updateGraph(options, parameters, count), { threads })
  opened.push(update)
  const others = await Promise.all(beside)
  const workers = Array.from({ length: count }, (_, part) => {
    const other = others[part - 1]
    return other?.isAlike === true ? other : workerHere(session, size)
  })
  return new PartedSteps(options, workers, update, opened)
}

function workerHere(session: Session, size: number): PartWorker {
  const into = roomForGradient(size)
  return {
    run: async (feeds) => {
      await session.run(feeds, into)
      return into
    },
  }
}

interface Opened {
  close(): Promise<void>
}

class PartedSteps implements Steps {
  readonly #options: Pick<StepOptions, 'inputs' | 'stepInput'>
  /** Of each part; the first, and those without a core of their own, are worked on here. */
  readonly #workers: readonly PartWorker[]
  readonly #update: Session
  readonly #opened: readonly Opened[]

  constructor(
    options: Pick<StepOptions, 'inputs' | 'stepInput'>,
    workers: readonly PartWorker[],
    update: Session,
    opened: readonly Opened[],
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
    const made = await this.#gradients({ ...feeds, weights: given['weights']! }, number)
    const fed = made.map(({ gradient }, part) => [gradientOf(part), gradient] as const)
    const ofUpdate = { ...Object.fromEntries(fed), ...given, hyper: hyperTensor(hyper) }
    await this.#update.run(ofUpdate, tensorsOf(next, NEW))
    return { loss: Float32Array.of(made.reduce((sum, { loss }) => sum + Number(loss.data[0]), 0)) }
  }

  async close(): Promise<void> {
    await closeAll(this.#opened)
  }

  /** Of each part. Settles when nobody is at work any more. */
  async #gradients(feeds: Feeds, number: number): Promise<Gradient[]> {
    const running: Promise<Gradient>[] = []
    // What is computed in this thread keeps it busy: the others are told before.
    for (let part = this.#workers.length - 1; part >= 0; part--)
      running.unshift(at(this.#workers, part).run(this.#feedsOf(feeds, number, part)))
    await Promise.allSettled(running)
    return Promise.all(running)
  }

  #feedsOf({ weights, ...feeds }: Feeds, number: number, part: number): Feeds {
    const { inputs, stepInput } = this.#options
    const rows = inputs.map((value) => {
      const name = inputName(value)
      return [name, rowsOf(name, feeds[name], value, part)] as const
    })
    const count = this.#workers.length
    return {
      ...Object.fromEntries(rows),
      ...numbered(stepInput, (number - 1) * count + part + 1),
      weights: weights!,
    }
  }
}

async function closeAll(opened: readonly Opened[]): Promise<void> {
  await Promise.all(opened.map((one) => one.close()))
}

function rowsOf(name: string, all: DataTensor | undefined, { shape }: Value, part: number): DataTensor {
  if (all === undefined) throw new RangeError(`step: "${name}" is not fed.`)
  const size = sizeOf(shape)
  return { dtype: all.dtype, shape, data: all.data.subarray(part * size, (part + 1) * size) }
}

function inputName({ source }: Value): string {
  if (source.kind !== 'input') throw new TypeError('step: what is fed is no input.')
  return source.name
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
