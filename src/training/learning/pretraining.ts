// Pre-training of a classifier: before its first epoch the market's own labels teach its encoder; the head begins afresh.
import { at, valueAt } from '../../core/at.ts'
import { AppError } from '../../core/errors.ts'
import type { Batch, ClassifierDefinition, Learner, LearnerState } from '../../models/model.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import type { SecondsRange } from '../data/training-data.ts'
import type { Example } from '../examples/example.ts'
import { BatchMemory } from './batch-memory.ts'
import type { StepJob } from './job.ts'
import type { EpochResult, JobTraining } from './job-training.ts'
import { drawPretext, type PretextPlan } from './pretext.ts'
import { PURPOSE, Random } from '../data/random.ts'
import type { Views } from './views.ts'

/** Passes over the pretext's examples. */
const PASSES = 5
/** Batches handed to the learner at once; between two calls a run can be cancelled, paused and saved. */
const STEPS_PER_CALL = 8

export interface PretrainingParts {
  readonly model: ClassifierDefinition
  readonly views: Views
  readonly job: StepJob
  readonly plan: PretextPlan
  /** A learner of the job's seed, with fresh weights. */
  open(totalSteps: number): Promise<Learner>
  /** The training proper, which begins from these weights; from fresh ones, which are then restored, where absent. */
  train(initial?: NamedTensors): Promise<JobTraining>
}

/** Opens the learner that is taught first. */
export async function pretrainedTraining(parts: PretrainingParts): Promise<JobTraining> {
  const { views, job, plan } = parts
  const random = new Random(job.options.seed, job.number, PURPOSE.pretraining)
  const examples = drawPretext(plan, views, random)
  if (examples.length === 0) return parts.train()
  const steps = PASSES * Math.ceil(examples.length / job.options.batchSize)
  return new PretrainedTraining(parts, examples, await parts.open(steps))
}

/** Facts of a state that was saved before the first epoch. */
interface Facts {
  readonly learner: LearnerState['facts']
  /** Rows of all passes that were trained on. */
  readonly pretrained: number
}

class PretrainedTraining implements JobTraining {
  readonly #parts: PretrainingParts
  readonly #examples: readonly Example[]
  readonly #memory: BatchMemory
  /** What the head begins from. */
  readonly #fresh: NamedTensors
  /** Null once the training proper has begun. */
  #learner: Learner | null
  #training: JobTraining | null = null
  #rows = 0

  constructor(parts: PretrainingParts, examples: readonly Example[], learner: Learner) {
    this.#parts = parts
    this.#examples = examples
    this.#memory = new BatchMemory(parts.views, parts.job.options.batchSize)
    this.#learner = learner
    this.#fresh = learner.weights()
  }

  pretrainingLeft(): number {
    return this.#learner === null ? 0 : 1 - this.#rows / this.#total
  }

  async advance(): Promise<EpochResult | null> {
    if (this.#learner === null) return this.#proper().advance()
    const size = this.#examples.length
    const pass = Math.floor(this.#rows / size)
    const from = this.#rows - pass * size
    const order = this.#orderOf(pass).subarray(
      from,
      from + STEPS_PER_CALL * this.#parts.job.options.batchSize,
    )
    await this.#learner.step(this.#batches(order, pass))
    this.#rows += order.length
    if (this.#rows === this.#total)
      await this.#begin(encoderOf(this.#parts.model, this.#learner.weights(), this.#fresh))
    return null
  }

  async score(range: SecondsRange, stride: number): Promise<Float32Array> {
    return this.#proper().score(range, stride)
  }

  mined(): readonly Example[] {
    return this.#training?.mined() ?? []
  }

  weights(): NamedTensors {
    return this.#proper().weights()
  }

  save(): LearnerState {
    if (this.#learner === null) return this.#proper().save()
    const { facts, arrays } = this.#learner.save()
    return { facts: { learner: facts, pretrained: this.#rows } satisfies Facts, arrays }
  }

  async restore({ facts, arrays }: LearnerState): Promise<void> {
    if (!('pretrained' in facts)) {
      await this.#begin()
      return this.#proper().restore({ facts, arrays })
    }
    const { learner, pretrained } = facts as unknown as Facts
    if (this.#learner === null) throw new TypeError('a preparation is restored that is over')
    this.#learner.restore({ facts: learner, arrays })
    this.#rows = pretrained
  }

  async close(): Promise<void> {
    await this.#learner?.close()
    await this.#training?.close()
  }

  get #total(): number {
    return PASSES * this.#examples.length
  }

  #proper(): JobTraining {
    if (this.#training === null) throw new TypeError('asked of a training that is still being prepared')
    return this.#training
  }

  async #begin(initial?: NamedTensors): Promise<void> {
    await this.#learner?.close()
    this.#learner = null
    this.#training = await this.#parts.train(initial)
  }

  #orderOf(pass: number): Int32Array {
    const { options, number } = this.#parts.job
    const order = Int32Array.from(this.#examples, (_, i) => i)
    new Random(options.seed, number, pass, PURPOSE.pretraining).shuffle(order)
    return order
  }

  #batches(order: Int32Array, pass: number): Batch[] {
    const { views, job } = this.#parts
    const { batchSize, seed, augmentation = true } = job.options
    const keys = [seed, job.number, pass, PURPOSE.pretraining]
    return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, i) => {
      const numbers = order.subarray(i * batchSize, (i + 1) * batchSize)
      const examples = Array.from(numbers, (number) => at(this.#examples, number))
      return augmentation
        ? views.augmented(examples, numbers, keys, this.#memory.at(i, examples.length))
        : views.unchanged(examples)
    })
  }
}

/** What was taught, with the head as it was before: it answered another question. */
function encoderOf(
  { id, head }: ClassifierDefinition,
  taught: NamedTensors,
  fresh: NamedTensors,
): NamedTensors {
  if (head === undefined) throw noHead(id)
  return new Map(
    [...taught].map(([name, tensor]) => [name, name.startsWith(head) ? valueAt(fresh, name) : tensor]),
  )
}

function noHead(id: string): AppError {
  return new AppError(
    'unsupported_parameter',
    `Model ${id} has no pretraining: it does not say which of its weights are its head.`,
    { status: 422, field: 'pretraining' },
  )
}
