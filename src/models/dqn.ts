// DQN agent: trades a paper position by the value of each action, learnt from rewards and from the trader's entries and exits.
import { TENSOR_NAMES } from '../contract/timeframes.ts'
import { scale } from '../nn/elementwise.ts'
import { concat, reshape, slice } from '../nn/shape.ts'
import type { Value } from '../nn/value.ts'
import type { AgentNetwork, AgentSettings } from './agent/agent.ts'
import { hiddenLayer } from './agent/dueling.ts'
import { accountTwins, mirroredValues, twinRows, type Tower } from './agent/mirrored.ts'
import { agent } from './define.ts'
import { marketFeatures, marketInputs } from './features.ts'
import { mirroredSummaries, summaries, summarySize } from './summaries.ts'
import { dropAll } from './training-mode.ts'

const hyperparameters = {
  /** Units of the first hidden layer. */
  hidden1: 64,
  /** Units of the second. */
  hidden2: 32,
  /** Share of the summaries and of the hidden units dropped in training. */
  dropout: 0.3,

  /** Seconds between two decisions. */
  decisionSeconds: 5,
  /** Share of the traded value that each side costs. */
  fee: 0.001,
  /** Half the spread as a share of the price. */
  halfSpread: 0.00002,
  /** The change of log equity that is a reward of 1: 0.1 %. */
  rewardUnit: 0.001,
  /** Shortest episode, minutes, whatever was annotated. */
  episodeLeast: 10,
  /** Longest episode, minutes. */
  episodeMost: 60,
  /** Share of the episodes that start 5 to 60 minutes before an entry; the others start anywhere in reviewed spans. */
  nearEntries: 0.5,
  /** Episodes that go on beside each other. */
  environments: 16,
  /** Share of random actions in the first epoch. */
  exploreFirst: 0.2,
  /** Share of random actions in the last epoch. */
  exploreLast: 0.03,

  /** What a reward is worth one decision later. */
  discount: 0.98,
  /** Decisions whose rewards are summed up before the rest is estimated. */
  nStep: 10,
  /** Optimizer steps on demonstrations alone, before anything is traded. */
  pretrainSteps: 200,
  /** Optimizer steps of an epoch. */
  epochSteps: 300,
  /** Decisions of each environment to an optimizer step. */
  decisionsPerStep: 0.25,
  /** Optimizer steps after which the target network is renewed. */
  targetEvery: 100,
  /** Transitions of its own that are kept. */
  replaySize: 16384,
  /** How strongly errors sway what is replayed; 0 not at all. */
  priorityExponent: 0.6,
  /** How far importance weights make up for that at first; in the end wholly. */
  importanceFrom: 0.4,
  /** Share of each batch that is the trader's. */
  demonstrations: 0.5,
  /** By how much what the trader did must be worth more than anything else, in rewards. */
  margin: 1,
  /** Weight of the loss that asks for the margin. */
  marginWeight: 1,
  /** Weight of the conservative term; 0: off. */
  conservative: 0,
  /** Value difference that makes a probability e times another. */
  temperature: 0.5,

  /** Transitions of an optimizer step, the trader's and its own. */
  batchSize: 64,
  /** Peak of the learning rate: warm-up, then half a cosine to 0. */
  learningRate: 1e-3,
  /** Share of the steps spent warming up. */
  warmup: 0.05,
  /** How slowly AdamW's mean of the gradients forgets. */
  beta1: 0.9,
  /** How slowly AdamW's mean of their squares forgets. */
  beta2: 0.99,
  /** Keeps AdamW from dividing by 0. */
  epsilon: 1e-8,
  /** Share of each weight that decays in a step, times the learning rate (AdamW). */
  weightDecay: 0.1,
  /** Largest L2 norm of a step's gradient. */
  clipNorm: 10,
  /** Augmented views of each demonstration. */
  views: 8,
} as const satisfies AgentSettings & Record<string, number>
const hp = hyperparameters

/** The last candles that are summed up. */
const HORIZONS = [4, 10, 30, 60, 100]
/** Brings the logarithms of the units to the size of the rest. */
const UNIT_SCALE = 0.25

const size = summarySize(HORIZONS)

export const dqnNetwork: AgentNetwork = {
  inputs: marketInputs,
  observation: [size + TENSOR_NAMES.length],
  perceive: (inputs) => {
    const { candles, units } = marketFeatures(inputs)
    return concat([summaries(candles, HORIZONS), scale(units, UNIT_SCALE)], 1)
  },
  values: (observation, account, mode) => {
    const [batch, numbers] = observation.shape as [number, number]
    const [seen, units] = [slice(observation, 1, 0, size), slice(observation, 1, size, numbers)]
    const market = reshape(concat([observation, mirroredSummaries(seen), units], 1), [batch, 2, numbers])
    const hidden = [2 * batch, hp.hidden1]
    const [drop, dropFlat, dropHeld] = dropAll([market.shape, hidden, hidden], hp.dropout, 1, mode)
    const twins = twinRows(concat([drop(market), accountTwins(account)], 2))
    return mirroredValues([tower('flat', twins, dropFlat), tower('held', twins, dropHeld)], account)
  },
}

/**
 * A network of its own for the market seen from outside and for a position held: the trader waits at any second of the minute and enters at
 * those of the marks, so what teaches the one would tell the other to stay out at all other seconds.
 */
function tower(name: string, twins: Value, drop: (x: Value) => Value): Tower {
  const first = hiddenLayer(`${name}.hidden1`, twins, hp.hidden1)
  const hidden = hiddenLayer(`${name}.hidden2`, drop(first), hp.hidden2)
  return { name: `${name}.values`, hidden }
}

export const dqn = agent({
  id: 'dqn',
  name: 'DQN agent',
  needs: [],
  network: dqnNetwork,
  hyperparameters,
})
