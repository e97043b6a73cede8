// What one training of one model is told, and what it answers.
import { camelCase, settingsFor, type NamesWith, type Settings } from '../../contract/parameters.ts'
import type { EpochMs } from '../../core/time.ts'
import type { LearnerOptions } from '../../models/model.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import type { SecondsRange } from '../data/training-data.ts'
import type { Example } from '../examples/example.ts'
import type { EpochResult } from './job-training.ts'
import type { MiningPlan } from './mining.ts'
import type { PretextPlan } from './pretext.ts'

type JobSettings = Settings<NamesWith<{ told: 'job' | 'learner' }>>

/** The settings of a run that its jobs are told. What is absent is as usual (src/contract/parameters.ts), or the model's own. */
export type JobOptions = JobSettings & Required<Pick<JobSettings, 'seed' | 'epochs' | 'threads'>>

/** Those of a model that learns step by step. */
export type StepOptions = JobOptions & Required<Pick<JobSettings, 'batchSize' | 'learningRate' | 'views'>>

/** A job of a model that learns step by step. */
export type StepJob = Job & { readonly options: StepOptions }

/** @throws TypeError where the options are of a model that is solved at once */
export function stepJob(job: Job): StepJob {
  const { batchSize, learningRate, views } = job.options
  if (batchSize === undefined || learningRate === undefined || views === undefined)
    throw new TypeError(
      'a model that learns step by step needs a batch size, a learning rate and a number of views',
    )
  return { ...job, options: { ...job.options, batchSize, learningRate, views } }
}

/** Of these what the learner is told. */
export function learnerOptionsOf(
  options: StepOptions,
): Omit<LearnerOptions, 'seed' | 'totalSteps' | 'initial'> {
  const { batchSize, learningRate, threads } = options
  return { ...settingsFor(['learner'], (name) => options[camelCase(name)]), batchSize, learningRate, threads }
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
