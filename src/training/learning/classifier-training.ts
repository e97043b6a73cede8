// Training of a classifier: augmented views of every example in a seeded order, and the model's own false calls added on the way.
import { at } from '../../core/at.ts'
import type { ClassWeights } from '../../contract/parameters.ts'
import {
  ACTIONS,
  glanceOf,
  type Batch,
  type ClassifierDefinition,
  type Learner,
  type LearnerOptions,
  type LearnerState,
} from '../../models/model.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import type { SecondsRange } from '../data/training-data.ts'
import type { Example } from '../examples/example.ts'
import { BatchMemory } from './batch-memory.ts'
import { crossEntropyOf } from './cross-entropy.ts'
import { learnerOptionsOf, type StepJob } from './job.ts'
import type { EpochResult, JobTraining } from './job-training.ts'
import { mineFalseCalls } from './mining.ts'
import { pretrainedTraining } from './pretraining.ts'
import { PURPOSE, Random, mix } from '../data/random.ts'
import { scoreSeconds } from './score-seconds.ts'
import type { Views } from './views.ts'

/** Batches handed to the learner at once; between two calls a run can be cancelled, paused and saved. */
const STEPS_PER_CALL = 8

/**
 * Opens a learner of its own, seeded by the run and the job.
 * @param cores that the job has to itself
 */
export async function classifierTraining(
  model: ClassifierDefinition,
  views: Views,
  job: StepJob,
  cores: number,
  initial?: NamedTensors,
): Promise<JobTraining> {
  const { pretraining } = job
  const open = (steps: number, from?: NamedTensors) =>
    openLearner(model, job, { totalSteps: steps, cores, ...(from === undefined ? {} : { initial: from }) })
  const train = async (from?: NamedTensors) =>
    new ClassifierTraining(await open(totalSteps(job), from), views, job)
  return pretraining === undefined
    ? train(initial)
    : pretrainedTraining({ model, views, job, plan: pretraining, open, train })
}

function openLearner(
  model: ClassifierDefinition,
  { options, number }: StepJob,
  own: Pick<LearnerOptions, 'totalSteps' | 'cores' | 'initial'>,
): Promise<Learner> {
  return model.createLearner({
    ...learnerOptionsOf(options),
    seed: mix(options.seed ^ mix(PURPOSE.learner ^ (number << 8))),
    ...own,
  })
}

/** Optimizer steps of all epochs, false calls that are still to be found included. */
function totalSteps({ options, examples, mining }: StepJob): number {
  let steps = 0
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const count = examples.length + (epoch > mining.afterEpoch ? mining.count : 0)
    steps += Math.ceil((count * options.views) / options.batchSize)
  }
  return steps
}

/** Where a training stands beside its learner. */
interface Place {
  /** Epochs done. */
  readonly epoch: number
  /** Views of the next epoch that have been trained on. */
  readonly views: number
  readonly mined: readonly Example[]
}

class ClassifierTraining implements JobTraining {
  readonly #learner: Learner
  readonly #views: Views
  readonly #job: StepJob
  readonly #memory: BatchMemory
  #place: Place = { epoch: 0, views: 0, mined: [] }
  /** Of the epoch that is being trained; made when it begins or is gone on with. */
  #order: Int32Array | null = null

  constructor(learner: Learner, views: Views, job: StepJob) {
    this.#learner = learner
    this.#views = views
    this.#job = job
    this.#memory = new BatchMemory(views, job.options.batchSize)
  }

  async advance(): Promise<EpochResult | null> {
    const { epoch, views, mined } = this.#place
    const order = (this.#order ??= this.#orderOf(epoch + 1))
    const rows = this.#job.options.batchSize * STEPS_PER_CALL
    await this.#learner.step(this.#batches(order.subarray(views, views + rows), epoch + 1))
    this.#place = { epoch, views: views + rows, mined }
    return views + rows < order.length ? null : this.#finishEpoch(epoch + 1)
  }

  async score(range: SecondsRange, stride: number): Promise<Float32Array> {
    return scoreSeconds(this.#views, (inputs) => this.#learner.predict(inputs), range, stride)
  }

  async probabilities(examples: readonly Example[]): Promise<Float32Array> {
    return this.#learner.predict(this.#views.plain(examples))
  }

  mined(): readonly Example[] {
    return this.#place.mined
  }

  weights(): NamedTensors {
    return this.#learner.weights()
  }

  save(): LearnerState {
    const { facts, arrays } = this.#learner.save()
    return { facts: { learner: facts, place: this.#place }, arrays }
  }

  restore({ facts, arrays }: LearnerState): void {
    const { learner, place } = facts as { learner: LearnerState['facts']; place: Place }
    this.#learner.restore({ facts: learner, arrays })
    this.#place = place
    this.#order = null
  }

  async close(): Promise<void> {
    await this.#learner.close()
  }

  async #finishEpoch(epoch: number): Promise<EpochResult> {
    const { mining } = this.#job
    let { mined } = this.#place
    if (epoch === mining.afterEpoch && mining.count > 0) {
      mined = await mineFalseCalls(mining, (range, stride) => this.score(range, stride))
    }
    this.#place = { epoch, views: 0, mined }
    this.#order = null
    return { epoch, ...(await this.#measure()) }
  }

  #examples(): readonly Example[] {
    return [...this.#job.examples, ...this.#place.mined]
  }

  /** Every example in every view once: numbers of views, shuffled. */
  #orderOf(epoch: number): Int32Array {
    const { options, number } = this.#job
    const order = Int32Array.from({ length: this.#examples().length * options.views }, (_, i) => i)
    new Random(options.seed, number, epoch, PURPOSE.order).shuffle(order)
    return order
  }

  #batches(order: Int32Array, epoch: number) {
    const { batchSize, seed, augmentation = true, classWeights } = this.#job.options
    const all = this.#examples()
    const ofClass = classWeights === undefined ? null : classFactors(classWeights, all)
    const count = Math.ceil(order.length / batchSize)
    return Array.from({ length: count }, (_, i) => {
      const numbers = order.subarray(i * batchSize, (i + 1) * batchSize)
      const examples = Array.from(numbers, (view) => at(all, view % all.length))
      const keys = [seed, this.#job.number, epoch]
      const batch = augmentation
        ? this.#views.augmented(examples, numbers, keys, this.#memory.at(i, examples.length))
        : this.#views.unchanged(examples)
      return ofClass === null ? batch : weighted(batch, ofClass)
    })
  }

  async #measure(): Promise<{ loss: number; accuracy: number }> {
    const examples = this.#examples()
    const labels = examples.map(({ label }) => label)
    return crossEntropyOf(await glanceOf(this.#learner, this.#views.plain(examples)), labels)
  }
}

/** What an example of each class counts, in the order of ACTIONS; null where all count alike. */
export function classFactors(weights: ClassWeights, examples: readonly Example[]): number[] | null {
  const counts = ACTIONS.map((_, label) => examples.filter((example) => example.label === label).length)
  const factors = ACTIONS.map((action, label) =>
    weights === 'balanced'
      ? examples.length / (ACTIONS.length * Math.max(1, at(counts, label)))
      : weights[action],
  )
  return factors.every((factor) => factor === 1) ? null : factors
}

function weighted(batch: Batch, ofClass: readonly number[]): Batch {
  const weights = batch.weights.map((weight, row) => weight * at(ofClass, at(batch.labels, row)))
  return { ...batch, weights }
}
