// A learner for any network that classifies market inputs: loss, training steps, prediction in chunks, ONNX export.
import { FIELDS, TENSOR_NAMES, WINDOW } from '../contract/timeframes.ts'
import { valueAt } from '../core/at.ts'
import { AppError } from '../core/errors.ts'
import { emit } from '../nn/emit.ts'
import { parametersOf } from '../nn/gradient.ts'
import { softmax } from '../nn/loss.ts'
import { learningRateAt, type AdamWOptions } from '../nn/optimizer.ts'
import { float32, float64, Session, type DataTensor } from '../nn/runtime.ts'
import { Trainer } from '../nn/trainer.ts'
import type { TrainerState } from '../nn/training-state.ts'
import { BATCH, constant, input, sameShape, type Value } from '../nn/value.ts'
import type { NamedTensors, WeightTensor } from '../nn/weights.ts'
import { ACCOUNT_SIZE } from './agent/agent.ts'
import { marketInputs } from './features.ts'
import { batchFeeds, partsOf, trainingLoss, type LabelledNetwork, type Network } from './labelled-rows.ts'
import {
  ACTIONS,
  type Batch,
  type Learner,
  type LearnerOptions,
  type LearnerState,
  type ModelInputs,
} from './model.ts'

export interface ClassifierOptions extends LabelledNetwork {
  readonly optimizer: AdamWOptions
  /** Share of the steps in which the learning rate rises. */
  readonly warmup: number
}

/** Rows per run when predicting. */
const CHUNK = 64
const ROW = WINDOW * FIELDS

/** The learner of a classifier. `classifier` names the model in errors. */
export async function createClassifierLearner(
  classifier: ClassifierOptions,
  options: LearnerOptions,
): Promise<Learner> {
  const step = input('step', 'int64', [])
  const { seed, threads, dropout } = options
  const mode = { step, seed, ...(dropout === undefined ? {} : { dropout }) }
  const { batchSize, cores = 1 } = options
  const count = partsOf(classifier, batchSize)
  const trainer = await Trainer.open({
    ...trainingLoss(classifier, batchSize / count, mode, count > 1),
    stepInput: step,
    seed,
    threads,
    optimizer: { ...classifier.optimizer, ...options },
    parts: { count, cores },
  })
  try {
    if (options.initial !== undefined) beginFrom(trainer, options.initial)
  } catch (error) {
    await trainer.close()
    throw error
  }
  return new ClassifierLearner(classifier, options, trainer)
}

class ClassifierLearner implements Learner {
  readonly #classifier: ClassifierOptions
  readonly #options: LearnerOptions
  readonly #trainer: Trainer
  /** The frozen model of the current weights, made when first asked for. */
  #frozen: Session | undefined
  /** The same network, given its weights with each run; made when first asked for. */
  #given: Session | undefined
  /** Whether the weights changed without a step. */
  #stale = false

  constructor(classifier: ClassifierOptions, options: LearnerOptions, trainer: Trainer) {
    this.#classifier = classifier
    this.#options = options
    this.#trainer = trainer
  }

  async step(batches: readonly Batch[]): Promise<Float32Array> {
    await this.#thaw()
    const { batchSize, learningRate, totalSteps, schedule, warmup = this.#classifier.warmup } = this.#options
    const parts = partsOf(this.#classifier, batchSize)
    const losses = new Float32Array(batches.length)
    for (const [i, batch] of batches.entries()) {
      const t = this.#trainer.steps + 1
      const rate = learningRateAt(t, totalSteps, learningRate, warmup, schedule)
      losses[i] = await this.#trainer.step(batchFeeds(batch, batchSize, parts), rate)
    }
    return losses
  }

  async predict(inputs: ModelInputs): Promise<Float32Array> {
    if (this.#stale) await this.#thaw()
    this.#frozen ??= await Session.open(
      exportClassifier(this.#classifier.network, this.weights()),
      this.#options,
    )
    return predictInChunks(this.#frozen, inputs)
  }

  async glance(inputs: ModelInputs): Promise<Float32Array> {
    const weights = this.weights()
    this.#given ??= await Session.open(exportOpen(this.#classifier.network, weights), this.#options)
    return predictInChunks(this.#given, inputs, weightFeeds(weights))
  }

  weights(): NamedTensors {
    return this.#trainer.weights()
  }

  save(): LearnerState {
    const { step, weights, moment1, moment2 } = this.#trainer.state()
    return { facts: { step }, arrays: { weights, moment1, moment2 } }
  }

  restore({ facts, arrays }: LearnerState): void {
    const { weights, moment1, moment2 } = arrays as Record<keyof TrainerState, Float32Array>
    this.#trainer.restore({ step: Number(facts['step']), weights, moment1, moment2 })
    this.#stale = true
  }

  async close(): Promise<void> {
    await this.#thaw()
    await this.#given?.close()
    await this.#trainer.close()
  }

  async #thaw(): Promise<void> {
    await this.#frozen?.close()
    this.#frozen = undefined
    this.#stale = false
  }
}

/**
 * Probabilities [count, 3] of an exported model, some rows per run so that other work gets its turn between.
 * @param given what each run is fed beside the rows
 */
export async function predictInChunks(
  session: Session,
  inputs: ModelInputs,
  given: Readonly<Record<string, DataTensor>> = {},
): Promise<Float32Array> {
  const probabilities = new Float32Array(inputs.count * ACTIONS.length)
  for (let from = 0; from < inputs.count; from += CHUNK) {
    const count = Math.min(CHUNK, inputs.count - from)
    const feeds = { ...feedsOf(inputs, from, count, session), ...given }
    const result = await session.run(feeds)
    probabilities.set(result['probabilities'] as Float32Array, from * ACTIONS.length)
  }
  return probabilities
}

/** Rows as feeds: the candles, and what else the network asks for. An account that is not told is flat. */
function feedsOf(
  { tensors, orderBook, account, count: all }: ModelInputs,
  from: number,
  count: number,
  session: Session,
): Record<string, DataTensor> {
  const feeds: Record<string, DataTensor> = Object.fromEntries(
    TENSOR_NAMES.map((name) => {
      const rows = tensors[name].subarray(from * ROW, (from + count) * ROW)
      return [name, float64(rows, [count, WINDOW, FIELDS])]
    }),
  )
  if (session.takes('order_book')) {
    if (orderBook === undefined) throw new RangeError('The network reads order books, and none were given.')
    const size = orderBook.length / all
    const rows = orderBook.subarray(from * size, (from + count) * size)
    feeds['order_book'] = float64(rows, [count, WINDOW, size / WINDOW])
  }
  if (session.takes('account')) {
    const rows = account?.subarray(from * ACCOUNT_SIZE, (from + count) * ACCOUNT_SIZE)
    feeds['account'] = float32(rows ?? new Float32Array(count * ACCOUNT_SIZE), [count, ACCOUNT_SIZE])
  }
  return feeds
}

/** The inference model with the weights inside: inputs and output as in the design, section 8, any batch size. */
export function exportClassifier(network: Network, weights: NamedTensors): Uint8Array {
  const inputs = marketInputs(BATCH)
  const logits = network(inputs)
  return emit({
    name: 'classifier',
    inputs,
    outputs: { probabilities: softmax(logits) },
    replace: frozen(parametersOf([logits]), weights),
    metadata: { classes: ACTIONS.join(',') },
  })
}

/** The inference model with its weights as inputs by their names: opened once, it serves weights that change. */
function exportOpen(network: Network, weights: NamedTensors): Uint8Array {
  const inputs = marketInputs(BATCH)
  const logits = network(inputs)
  const given = new Map(
    [...weights].map(([name, { shape }]) => [name, input(weightInput(name), 'float32', shape)] as const),
  )
  const replace = new Map(
    parametersOf([logits]).map((value) => [value, valueAt(given, parameterName(value))] as const),
  )
  return emit({
    name: 'open-classifier',
    inputs: [...inputs, ...given.values()],
    outputs: { probabilities: softmax(logits) },
    replace,
  })
}

function weightFeeds(weights: NamedTensors): Record<string, DataTensor> {
  return Object.fromEntries(
    [...weights].map(([name, { shape, data }]) => [weightInput(name), float32(data, shape)]),
  )
}

function weightInput(name: string): string {
  return `weight.${name}`
}

function parameterName({ source }: Value): string {
  return source.kind === 'parameter' ? source.name : ''
}

/** Takes the weights of another training as the first ones; the optimizer begins anew. */
export function beginFrom(trainer: Trainer, initial: NamedTensors): void {
  const size = trainer.flat.length
  const weights = new Float32Array(size)
  let at = 0
  for (const [name, { shape, data }] of trainer.weights()) {
    const given = initial.get(name)
    if (given === undefined || !sameShape(given.shape, shape)) throw weightsMismatch(name, given, shape)
    weights.set(given.data, at)
    at += data.length
  }
  const zeros = (): Float32Array => new Float32Array(size)
  trainer.restore({ step: 0, weights, moment1: zeros(), moment2: zeros() })
}

/** Fixed weights in the place of parameters. */
export function frozen(parameters: readonly Value[], weights: NamedTensors): Map<Value, Value> {
  const pairs = parameters.map((value): [Value, Value] => {
    const name = parameterName(value)
    const tensor = weights.get(name)
    if (tensor === undefined || !sameShape(tensor.shape, value.shape)) {
      throw weightsMismatch(name, tensor, value.shape)
    }
    return [value, constant(tensor.data, 'float32', tensor.shape)]
  })
  return new Map(pairs)
}

function weightsMismatch(name: string, tensor: WeightTensor | undefined, shape: readonly number[]): AppError {
  const found = tensor === undefined ? 'is missing' : `has shape [${tensor.shape.join(', ')}]`
  const message = `The weights do not fit the network: "${name}" ${found}, expected [${shape.join(', ')}]. `
  return new AppError('weights_mismatch', `${message}They are of another model or version; train again.`)
}
