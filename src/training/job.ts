// One training of one learner, with its mining of false calls and its scores of what was held out. Runs anywhere.
import { SECOND, ceilTo, epochMs, type EpochMs } from '../core/time.ts'
import { MAX_GAP_SHARE_PCT } from '../market-state/gap-share.ts'
import { allocateInputs } from '../market-state/tensors.ts'
import { ACTIONS, type Learner, type ModelDefinition } from '../models/model.ts'
import type { NamedTensors } from '../nn/weights.ts'
import type { SecondsRange } from './data.ts'
import type { Example } from './examples.ts'
import { mineFalseCalls, type MiningPlan } from './mining.ts'
import { PURPOSE, Random, mix } from './random.ts'
import { Views, type StateSource } from './views.ts'

export interface JobOptions {
  readonly seed: number
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly views: number
  readonly threads: number
}

/** Plain values only: sent to the process that does it. */
export interface Job {
  /** 0 is the checkpoint's own training, 1 upward the folds. Part of every seed. */
  readonly number: number
  readonly options: JobOptions
  readonly examples: readonly Example[]
  readonly mining: MiningPlan
  /** Held-out seconds to score. */
  readonly evaluate: readonly SecondsRange[]
}

export interface EpochResult {
  readonly epoch: number
  /** Mean cross-entropy of the unaugmented training examples after the epoch. */
  readonly loss: number
  /** Share of them whose most probable class is right. */
  readonly accuracy: number
}

export interface JobResult {
  readonly number: number
  readonly epochs: readonly EpochResult[]
  /** HOLD examples added on the way: the model's own false calls. */
  readonly mined: readonly Example[]
  /** For each range of `evaluate`: probabilities [seconds, 3]; NaN where the model must abstain. */
  readonly scores: readonly Float32Array[]
  /** Of the checkpoint's own training only. */
  readonly weights: NamedTensors | null
}

export type OnEpoch = (epoch: EpochResult) => void

/** Batches handed to the learner at once; between two calls a run can be cancelled. */
const STEPS_PER_CALL = 8
/** Rows predicted at once. */
const CHUNK = 256

/** @throws the signal's reason when aborted */
export async function runJob(
  model: ModelDefinition,
  source: StateSource,
  job: Job,
  onEpoch: OnEpoch,
  signal?: AbortSignal,
): Promise<JobResult> {
  const { options } = job
  const learner = await model.createLearner({
    seed: mix(options.seed ^ mix(PURPOSE.learner ^ (job.number << 8))),
    batchSize: options.batchSize,
    learningRate: options.learningRate,
    threads: options.threads,
    totalSteps: totalSteps(job),
  })
  try {
    return await new Training(learner, new Views(source), job, onEpoch, signal).run()
  } finally {
    await learner.close()
  }
}

/** Optimizer steps of all epochs, false calls that are still to be found included. */
function totalSteps({ options, examples, mining }: Job): number {
  let steps = 0
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const count = examples.length + (epoch > mining.afterEpoch ? mining.count : 0)
    steps += Math.ceil((count * options.views) / options.batchSize)
  }
  return steps
}

class Training {
  readonly #learner: Learner
  readonly #views: Views
  readonly #job: Job
  readonly #onEpoch: OnEpoch
  readonly #signal: AbortSignal | undefined
  #examples: readonly Example[]

  constructor(learner: Learner, views: Views, job: Job, onEpoch: OnEpoch, signal: AbortSignal | undefined) {
    this.#learner = learner
    this.#views = views
    this.#job = job
    this.#onEpoch = onEpoch
    this.#signal = signal
    this.#examples = job.examples
  }

  async run(): Promise<JobResult> {
    const { number, options, mining, evaluate } = this.#job
    const epochs: EpochResult[] = []
    let mined: Example[] = []
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      await this.#train(epoch)
      if (epoch === mining.afterEpoch && mining.count > 0) {
        mined = await mineFalseCalls(mining, (range, stride) => this.#score(range, stride))
        this.#examples = [...this.#examples, ...mined]
      }
      const result = { epoch, ...(await this.#measure()) }
      epochs.push(result)
      this.#onEpoch(result)
    }
    const scores: Float32Array[] = []
    for (const range of evaluate) scores.push(await this.#score(range, 1))
    return { number, epochs, mined, scores, weights: number === 0 ? this.#learner.weights() : null }
  }

  /** Every example in every view once, in a seeded order. */
  async #train(epoch: number): Promise<void> {
    const { options, number } = this.#job
    const keys = [options.seed, number, epoch]
    const order = Int32Array.from({ length: this.#examples.length * options.views }, (_, i) => i)
    new Random(...keys, PURPOSE.order).shuffle(order)
    const rows = options.batchSize * STEPS_PER_CALL
    for (let from = 0; from < order.length; from += rows) {
      this.#signal?.throwIfAborted()
      await this.#learner.step(this.#batches(order.subarray(from, from + rows), keys))
    }
  }

  #batches(order: Int32Array, keys: readonly number[]) {
    const { batchSize } = this.#job.options
    const count = Math.ceil(order.length / batchSize)
    return Array.from({ length: count }, (_, i) => {
      const numbers = order.subarray(i * batchSize, (i + 1) * batchSize)
      const examples = Array.from(numbers, (view) => this.#examples[view % this.#examples.length]!)
      return this.#views.augmented(examples, numbers, keys)
    })
  }

  async #measure(): Promise<{ loss: number; accuracy: number }> {
    const labels = this.#examples.map(({ label }) => label)
    const probabilities = await this.#learner.predict(this.#views.plain(this.#examples))
    return crossEntropyOf(probabilities, labels)
  }

  /** Probabilities of every `stride`-th second of a range. */
  async #score({ stretch, from, to }: SecondsRange, stride: number): Promise<Float32Array> {
    const first = ceilTo(from, SECOND)
    const count = Math.max(0, Math.ceil((to - first) / (stride * SECOND)))
    const scores = new Float32Array(count * ACTIONS.length).fill(Number.NaN)
    for (let start = 0; start < count; start += CHUNK) {
      this.#signal?.throwIfAborted()
      const size = Math.min(CHUNK, count - start)
      const instants = Array.from({ length: size }, (_, i) => epochMs(first + (start + i) * stride * SECOND))
      await this.#scoreInstants(stretch, instants, scores.subarray(start * ACTIONS.length))
    }
    return scores
  }

  /** Writes the probabilities of each instant whose state is complete enough. */
  async #scoreInstants(stretch: number, instants: readonly EpochMs[], into: Float32Array): Promise<void> {
    const sweep = this.#views.sweep(stretch)
    const inputs = allocateInputs(instants.length)
    const known = instants.map(
      (asOf, row) => sweep.writeAt(asOf, inputs, row) && sweep.gapSharePct <= MAX_GAP_SHARE_PCT,
    )
    if (!known.includes(true)) return
    const probabilities = await this.#learner.predict(inputs)
    for (const [row, isKnown] of known.entries()) {
      const at = row * ACTIONS.length
      if (isKnown) into.set(probabilities.subarray(at, at + ACTIONS.length), at)
    }
  }
}

/** Mean cross-entropy and accuracy of probabilities [n, 3]. */
export function crossEntropyOf(
  probabilities: Float32Array,
  labels: readonly number[],
): { loss: number; accuracy: number } {
  let loss = 0
  let right = 0
  for (const [row, label] of labels.entries()) {
    const own = probabilities.subarray(row * ACTIONS.length, (row + 1) * ACTIONS.length)
    loss -= Math.log(Math.max(own[label]!, 1e-12))
    if (own.every((p, i) => i === label || p < own[label]!)) right += 1
  }
  return { loss: loss / labels.length, accuracy: right / labels.length }
}
