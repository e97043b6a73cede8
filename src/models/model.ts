// What a model is to the rest of the house: an id, a network, and a learner that trains it. One file a model beside this.
import type { NamesWith, ParameterName, Settings } from '../contract/parameters.ts'
import type { TensorName } from '../contract/timeframes.ts'
import type { NamedTensors } from '../nn/weights.ts'
import type { AgentMethod } from './agent/agent.ts'

/** Classes in the order of the output `probabilities`. */
export const ACTIONS = ['BUY', 'SELL', 'HOLD'] as const

/** Raw candles: per input a Float64Array of shape [count, 100, 5], row-major. */
export interface ModelInputs {
  readonly count: number
  readonly tensors: Readonly<Record<TensorName, Float64Array>>
  /** Raw order books, [count, 100, 40], row-major: there for models that need them. */
  readonly orderBook?: Float64Array
  /**
   * An agent's own situation, [count, 3]: position (−1, 0, 1), unrealised P&L in units of recent volatility, seconds held.
   * Flat where absent.
   */
  readonly account?: Float32Array
}

/** Training examples: inputs, the class of each (index into ACTIONS) and its weight. */
export interface Batch {
  readonly inputs: ModelInputs
  readonly labels: Int32Array
  readonly weights: Float32Array
}

type LearnerSettings = Settings<NamesWith<{ told: 'learner' }>>

/** The settings of a run that its learner is told, the model's own where absent; and what is of the one training. */
export type LearnerOptions = LearnerSettings &
  Required<Pick<LearnerSettings, 'batchSize' | 'learningRate' | 'threads'>> & {
    /** Fixes initial weights and dropout masks. Results are bit-identical only for the same number of threads. */
    readonly seed: number
    /** Steps that will be taken in all, for the learning-rate schedule. */
    readonly totalSteps: number
    /** Weights to begin from; drawn by `seed` where absent. */
    readonly initial?: NamedTensors
    /** Cores that the parts of a step may use beside each other, where the model has parts; 1 where absent. The result is the same. */
    readonly cores?: number
  }

/**
 * What a run is trained with where it does not say. What is absent and has no value for all models (src/contract/parameters.ts), the
 * model does not have: a run that sets it is refused.
 */
export type ModelDefaults = Settings<ParameterName>

/** Of a model that learns step by step. */
export type StepDefaults = ModelDefaults &
  Required<Pick<ModelDefaults, 'batchSize' | 'learningRate' | 'views'>>

/**
 * Everything that what a learner does next depends on, as plain values: restoring it goes on as if nothing had happened, to
 * the bit, also in another process.
 */
export interface LearnerState {
  readonly facts: Readonly<Record<string, unknown>>
  readonly arrays: Readonly<Record<string, Float32Array | Float64Array | Int32Array | Uint8Array>>
}

/** A network in training. All calls are synchronous in the calling thread underneath: keep it out of the server. */
export interface Learner {
  /** One optimizer step per batch, in order (several per call into the runtime). Returns the weighted mean loss of each. */
  step(batches: readonly Batch[]): Promise<Float32Array>
  /** Probabilities [count, 3] of the current weights, without dropout or augmentation. */
  predict(inputs: ModelInputs): Promise<Float32Array>
  /** The same but for rounding, of a few rows between steps: no model is frozen for them. `predict` serves where absent. */
  glance?(inputs: ModelInputs): Promise<Float32Array>
  /** A copy of the current weights. */
  weights(): NamedTensors
  save(): LearnerState
  /** @throws RangeError where the state is of another network. */
  restore(state: LearnerState): void
  close(): Promise<void>
}

/** Probabilities [count, 3] of a few rows by the weights as they are. */
export function glanceOf(learner: Learner, inputs: ModelInputs): Promise<Float32Array> {
  return learner.glance?.(inputs) ?? learner.predict(inputs)
}

/** Most cores that one step of its training can use, in batches of that size or the model's own. */
export function coresOf(model: ModelDefinition, batchSize?: number): number {
  if (isAgent(model) || isClosedForm(model)) return 1
  return model.cores?.(batchSize ?? model.defaults.batchSize) ?? 1
}

/** What every model is, whichever way it learns. */
export interface ModelFacts {
  /** `cnn` */
  readonly id: string
  /** What the page shows, `StandardizedCNN`. */
  readonly name: string
  /** Market data a test case must hold, beyond the four timeframes. */
  readonly needs: readonly 'order_book'[]
  readonly defaults: ModelDefaults
  /** Every hyperparameter by name, as it goes into metadata.json. */
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>
  /** The inference model as ONNX bytes, weights frozen inside (interface of the design, section 8). */
  exportOnnx(weights: NamedTensors): Uint8Array
}

/** Learns from labelled examples. */
export interface ClassifierDefinition extends ModelFacts {
  readonly defaults: StepDefaults
  /** Names of the weights of its head begin so; the others are its encoder, which can be pre-trained. It can not where absent. */
  readonly head?: string
  /** Most cores that one of its steps of so many rows can use; 1 where absent. */
  cores?(batchSize: number): number
  createLearner(options: LearnerOptions): Promise<Learner>
}

/** Learns by trading in an environment, and from the trader's entries and exits. Its ONNX has the input `account`, too. */
export interface AgentDefinition extends ModelFacts {
  readonly defaults: StepDefaults
  readonly agent: AgentMethod
}

/** Solved at once from rows that depend on no label (moment-row.ts), by least squares. */
export interface ClosedFormDefinition extends ModelFacts {
  readonly closedForm: ClosedForm
}

export interface ClosedForm {
  /** Weight of the squared coefficients where a run does not say. */
  readonly ridge: number
  /** HOLDs are every so many seconds of where one may be taken. */
  readonly holdEvery: number
  /** The part of the network behind the rows: input `row` float32 [batch, ROW_SIZE], output `probabilities`. */
  exportHead(weights: NamedTensors): Uint8Array
}

export type ModelDefinition = ClassifierDefinition | AgentDefinition | ClosedFormDefinition

export function isAgent(model: ModelDefinition): model is AgentDefinition {
  return 'agent' in model
}

export function isClosedForm(model: ModelDefinition): model is ClosedFormDefinition {
  return 'closedForm' in model
}
