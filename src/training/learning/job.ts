// What one training of one model is told, and what it answers.
import type { ClassWeights, Schedule } from '../../contract/training-parameters.ts'
import type { EpochMs } from '../../core/time.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import type { SecondsRange } from '../data/training-data.ts'
import type { Example } from '../examples/example.ts'
import type { EpochResult } from './job-training.ts'
import type { MiningPlan } from './mining.ts'
import type { PretextPlan } from './pretext.ts'

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
  /** Of a classifier's encoder, on the stored market. Off where absent. */
  readonly pretraining?: boolean
}

/** A trade of the trader's; all instants are whole seconds. */
export interface TradeMark {
  readonly stretch: number
  readonly side: 1 | -1
  readonly entry: EpochMs
  readonly exit: EpochMs
  /** End of the entry zone. */
  readonly zoneEnd: EpochMs
  /** z in ms. */
  readonly z: number
  /** Average uniqueness of its annotation among all of its market: 1 where no other overlaps. */
  readonly weight: number
}

/** What an agent trades and is shown. Plain values only. */
export interface AgentPlan {
  /** Seconds that may be traded; nothing beyond them is looked at, but for the windows of market states. */
  readonly ranges: readonly SecondsRange[]
  /** Of these, what was reviewed: where an episode may start. */
  readonly reviewed: readonly SecondsRange[]
  readonly marks: readonly TradeMark[]
  /** The middle annotation's holding time in seconds: how long the floors hold what they enter. */
  readonly holdingSeconds: number
}

/** Plain values only: sent to the process that does it. */
export interface Job {
  /** 0 is the checkpoint's own training, 1 upward the folds. Part of every seed. */
  readonly number: number
  readonly options: JobOptions
  readonly examples: readonly Example[]
  readonly mining: MiningPlan
  /** What agents trade and are shown. */
  readonly agent: AgentPlan
  /** Held-out seconds to score. */
  readonly evaluate: readonly SecondsRange[]
  /** What the encoder is taught first. */
  readonly pretraining?: PretextPlan
  /** Begins from the source's `initial` weights, and tells what it says of these examples before and after. */
  readonly warmStart?: readonly Example[]
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
  /** Probabilities of the examples of `warmStart`. */
  readonly probed?: { readonly before: Float32Array; readonly after: Float32Array }
}
