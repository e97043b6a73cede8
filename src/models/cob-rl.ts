// COB RL: reinforcement learning on the consolidated order book, seen by a convolutional encoder after DeepLOB.
import { WINDOW } from '../contract/timeframes.ts'
import { at } from '../core/at.ts'
import { scale } from '../nn/elementwise.ts'
import { averagePool } from '../nn/pool.ts'
import { concat, reshape, slice, stack } from '../nn/shape.ts'
import type { Value } from '../nn/value.ts'
import type { AgentNetwork, AgentSettings } from './agent/agent.ts'
import { hiddenLayer } from './agent/dueling.ts'
import { accountTwins, mirroredValues, twinRows } from './agent/mirrored.ts'
import { bookEncoder } from './book-encoder.ts'
import { agent } from './define.ts'
import { marketInputs } from './features.ts'
import { BOOK_COLUMNS, MID_CHANNELS, orderBookFeatures, orderBookInput } from './order-book-features.ts'
import { dropAll } from './training-mode.ts'

const hyperparameters = {
  /** The newest seconds, which are seen one by one. */
  recentSeconds: 20,
  /** Those before them are seen as means of so many. */
  blockSeconds: 4,
  /** Filters of the layer over price and amount, of one side of a level. */
  sideFilters: 8,
  /** Filters of the layers over ask and bid, over the levels, over time, and of each branch of the inception block. */
  filters: 12,
  /** Steps that each of the two convolutions over time sees. */
  bookTaps: 4,
  /** Units of the hidden layer. */
  hidden: 32,
  /** Share of the encoder's outputs and of the hidden units dropped in training. */
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
  epochSteps: 150,
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
  batchSize: 32,
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
  /** Decisions drawn from each entry zone. */
  views: 8,
} as const satisfies AgentSettings & Record<string, number>
const hp = hyperparameters

/** Brings the logarithm of the unit to the size of the rest. */
const UNIT_SCALE = 0.25

const STEPS = hp.recentSeconds + (WINDOW - hp.recentSeconds) / hp.blockSeconds
const CHANNELS = BOOK_COLUMNS + MID_CHANNELS
const SEEN = STEPS * CHANNELS

export const cobNetwork: AgentNetwork = {
  inputs: (batch) => [...marketInputs(batch), orderBookInput(batch)],
  observation: [SEEN + 1],
  perceive: (inputs) => {
    const { levels, mid, unit } = orderBookFeatures(at(inputs, -1))
    const [batch] = levels.shape as [number]
    const seconds = concat([reshape(levels, [batch, WINDOW, BOOK_COLUMNS]), mid], 2)
    const steps = reshape(coarser(seconds), [batch, SEEN])
    return concat([steps, scale(reshape(unit, [batch, 1]), UNIT_SCALE)], 1)
  },
  values: (observation, account, mode) => {
    const [batch] = observation.shape as [number]
    const steps = reshape(slice(observation, 1, 0, SEEN), [batch, STEPS, CHANNELS])
    const unit = slice(observation, 1, SEEN, SEEN + 1)
    const encoded = concat([bookEncoder(steps, hp), stack([unit, unit], 1)], 2)
    const [drop, dropHidden] = dropAll([encoded.shape, [2 * batch, hp.hidden]], hp.dropout, 1, mode)
    const twins = twinRows(concat([drop(encoded), accountTwins(account)], 2))
    const hidden = dropHidden(hiddenLayer('hidden', twins, hp.hidden))
    return mirroredValues([{ name: 'values', hidden }], account)
  },
}

/** [batch, 100, n] as [batch, steps, n]: means of blocks for what is long past, then the newest seconds as they are. */
function coarser(seconds: Value): Value {
  const past = slice(seconds, 1, 0, WINDOW - hp.recentSeconds)
  return concat(
    [averagePool(past, 1, hp.blockSeconds), slice(seconds, 1, WINDOW - hp.recentSeconds, WINDOW)],
    1,
  )
}

export const cobRl = agent({
  id: 'cob_rl',
  name: 'COB RL',
  needs: ['order_book'],
  network: cobNetwork,
  hyperparameters,
})
