// What a trading agent is to the room that trains it: a network that values actions, and the settings of its learning.
import type { Value } from '../../nn/value.ts'
import type { TrainingMode } from '../training-mode.ts'

/** Position, unrealised P&L in units of recent volatility, seconds held: what an agent is told of its own situation. */
export const ACCOUNT_SIZE = 3

/**
 * A network in two parts. `perceive` holds no parameters: training computes it once for each second and keeps the result,
 * the observation, so it had better be small. `values` is what is trained.
 */
export interface AgentNetwork {
  /** The raw market inputs, in the order `perceive` takes them: `marketInputs(batch)`, and `order_book` where it is used. */
  inputs(batch: number): readonly Value[]
  /** Shape of one observation, without the batch. */
  readonly observation: readonly number[]
  /** Raw inputs to observations float32 [batch, ...observation]. No parameters. */
  perceive(inputs: readonly Value[]): Value
  /**
   * The value of BUY, SELL and HOLD, float32 [batch, 3], in units of `rewardUnit`, given observations and accounts
   * float32 [batch, 3]. With `mode`, dropout is on.
   */
  values(observation: Value, account: Value, mode?: TrainingMode): Value
}

/** How an agent trades and learns; all of it goes into metadata.json as hyperparameters. */
export interface AgentSettings {
  /** Seconds between two decisions, 1 to 5. */
  readonly decisionSeconds: number
  /** Share of the traded value that each side costs. */
  readonly fee: number
  /** Half the spread as a share of the price. */
  readonly halfSpread: number
  /** The change of log equity that is a reward of 1. */
  readonly rewardUnit: number
  /** An episode lasts from `episodeLeast` to `episodeMost` minutes, drawn evenly, whatever was annotated. */
  readonly episodeLeast: number
  readonly episodeMost: number
  /** Share of the episodes that start 5 to 60 minutes before an entry; the others start anywhere in reviewed spans. */
  readonly nearEntries: number
  /** Episodes that go on beside each other. */
  readonly environments: number
  /** Share of random actions in the first and in the last epoch. */
  readonly exploreFirst: number
  readonly exploreLast: number

  /** What a reward is worth one decision later. */
  readonly discount: number
  /** Decisions whose rewards are summed up before the rest is estimated. */
  readonly nStep: number
  /** Optimizer steps on demonstrations alone, before anything is traded. */
  readonly pretrainSteps: number
  /** Optimizer steps of an epoch. */
  readonly epochSteps: number
  /** Decisions of each environment to an optimizer step. */
  readonly decisionsPerStep: number
  /** Optimizer steps after which the target network is renewed. */
  readonly targetEvery: number
  /** Transitions of its own that are kept. */
  readonly replaySize: number
  /** How strongly errors sway what is replayed (α), and how far importance weights make up for it, from β to 1. */
  readonly priorityExponent: number
  readonly importanceFrom: number
  /** Share of each batch that is the trader's. */
  readonly demonstrations: number
  /** By how much what the trader did must be worth more than anything else, and the weight of that. */
  readonly margin: number
  readonly marginWeight: number
  /** Weight of the conservative term (CQL); 0 leaves it out. */
  readonly conservative: number
  /** Value difference that makes a probability e times another. */
  readonly temperature: number

  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  readonly clipNorm: number
  /** Share of the steps spent warming up. */
  readonly warmup: number
}

export interface AgentMethod {
  readonly network: AgentNetwork
  readonly settings: AgentSettings
}
