// One training of one model, with its scores of what was held out. Runs anywhere, and goes on where it was cut off.
import type { ClassWeights, Schedule } from '../contract/training-parameters.ts'
import { isAgent, type LearnerState, type ModelDefinition } from '../models/model.ts'
import type { NamedTensors } from '../nn/weights.ts'
import { classifierTraining } from './classifier-training.ts'
import type { SecondsRange } from './data.ts'
import type { Example } from './examples.ts'
import type { EpochResult, JobTraining } from './job-training.ts'
import type { MiningPlan } from './mining.ts'
import { Views, type StateSource } from './views.ts'

export interface JobOptions {
  readonly seed: number
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly views: number
  readonly threads: number
  /** Without it every view is the example itself. On where absent. */
  readonly augmentation?: boolean
  /** 6 where absent. */
  readonly holdsPerAnnotation?: number
  /** Epochs in which the training loss hardly fell, after which training ends; 0, or absent, never does. */
  readonly earlyStopping?: number
  readonly classWeights?: ClassWeights
  /** The model's own where absent. */
  readonly schedule?: Schedule
  readonly warmup?: number
  readonly weightDecay?: number
  readonly clipNorm?: number
  readonly dropout?: number
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

/** A job as far as it has come. */
export interface SavedJob {
  readonly epochs: readonly EpochResult[]
  readonly training: LearnerState
}

export interface JobHooks {
  onEpoch(epoch: EpochResult): void
  /** Where the job was saved; from the start where absent. Its epochs are not told again. */
  readonly resume?: SavedJob
  /** Called after every piece of work; the job goes on when it resolves. `save` may be called until then. */
  onPiece?(save: () => SavedJob): Promise<void>
  readonly signal?: AbortSignal
}

/** @throws the signal's reason when aborted */
export async function runJob(
  model: ModelDefinition,
  source: StateSource,
  job: Job,
  hooks: JobHooks,
): Promise<JobResult> {
  const training = await openTraining(model, new Views(source), job)
  try {
    const epochs = await trainEpochs(training, job, hooks)
    const scores: Float32Array[] = []
    for (const range of job.evaluate) {
      hooks.signal?.throwIfAborted()
      scores.push(await training.score(range, 1))
    }
    const weights = job.number === 0 ? training.weights() : null
    return { number: job.number, epochs, mined: training.mined(), scores, weights }
  } finally {
    await training.close()
  }
}

/** The method of training that the model is made for. */
function openTraining(model: ModelDefinition, views: Views, job: Job): Promise<JobTraining> {
  if (isAgent(model)) throw new TypeError(`${model.id} is an agent`)
  return classifierTraining(model, views, job)
}

async function trainEpochs(training: JobTraining, job: Job, hooks: JobHooks): Promise<EpochResult[]> {
  const epochs = [...(hooks.resume?.epochs ?? [])]
  if (hooks.resume !== undefined) training.restore(hooks.resume.training)
  while (epochs.length < job.options.epochs && !isStalled(epochs, job.options.earlyStopping ?? 0)) {
    hooks.signal?.throwIfAborted()
    const result = await training.advance()
    if (result !== null) {
      epochs.push(result)
      hooks.onEpoch(result)
    }
    await hooks.onPiece?.(() => ({ epochs: [...epochs], training: training.save() }))
  }
  return epochs
}

/** An epoch brings something when its loss is under this share of the lowest before it. */
const PROGRESS = 0.999

/**
 * Whether the training loss hardly fell in the last `patience` epochs. It is the loss of the training's own examples, so that
 * no held-out second has a say in when its model stops.
 */
export function isStalled(epochs: readonly Pick<EpochResult, 'loss'>[], patience: number): boolean {
  if (patience === 0 || epochs.length <= patience) return false
  const lowest = (part: typeof epochs) => Math.min(...part.map(({ loss }) => loss))
  return !(lowest(epochs.slice(-patience)) < lowest(epochs.slice(0, -patience)) * PROGRESS)
}
