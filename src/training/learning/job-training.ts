// What every method of training is to a job: advanced piece by piece, asked for scores, saved and restored to the bit.
import type { LearnerState } from '../../models/model.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import type { SecondsRange } from '../data/training-data.ts'
import type { Example } from '../examples/example.ts'

export interface EpochResult {
  readonly epoch: number
  /** Of a classifier the mean cross-entropy of the unaugmented training examples after the epoch; of an agent its TD loss. */
  readonly loss: number
  /** Share of the unaugmented training examples whose most probable class is right. */
  readonly accuracy: number
  /** What else the method reports of the epoch, by name: an agent's mean return, its share of each action. */
  readonly figures?: Readonly<Record<string, number>>
}

/** One model in training on the data of one job. Calls must not overlap. */
export interface JobTraining {
  /** Does some of the next epoch (about a second of work); the epoch's result when it is over, else null. */
  advance(): Promise<EpochResult | null>
  /** The share of its pre-training that is still to be done before the first epoch; 0 where absent. */
  pretrainingLeft?(): number
  /** Probabilities [seconds, 3] of every `stride`-th second of a range, by the weights as they are; NaN where it must abstain. */
  score(range: SecondsRange, stride: number): Promise<Float32Array>
  /** Figures of the trained model on what the job holds out, which join those of the last epoch. */
  conclude?(): Promise<Readonly<Record<string, number>>>
  /** Probabilities [count, 3] of the unaugmented examples. Where absent, the model can not begin from a checkpoint. */
  probabilities?(examples: readonly Example[]): Promise<Float32Array>
  /** HOLD examples added on the way: the model's own false calls. */
  mined(): readonly Example[]
  weights(): NamedTensors
  /** Everything that what comes next depends on. Between two calls of `advance` only. */
  save(): LearnerState
  /** Goes on as the training that was saved would have, to the bit. */
  restore(state: LearnerState): void | Promise<void>
  close(): Promise<void>
}
