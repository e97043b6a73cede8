// COB RL: reinforcement learning on the consolidated order book, seen by a convolutional encoder after DeepLOB.
import { WINDOW } from '../contract/timeframes.ts'
import { at } from '../core/at.ts'
import { conv1d } from '../nn/conv.ts'
import { maximum, mul, neg, relu, scale } from '../nn/elementwise.ts'
import { linear, withBias } from '../nn/matmul.ts'
import { averagePool, reduceMax } from '../nn/pool.ts'
import { filled, kaiming } from '../nn/random.ts'
import { reduceMean } from '../nn/reduce.ts'
import { concat, reshape, slice, stack } from '../nn/shape.ts'
import { BATCH, constant, parameter, sizeOf, type Value } from '../nn/value.ts'
import type { AgentNetwork, AgentSettings } from './agent/agent.ts'
import { hiddenLayer } from './agent/dueling.ts'
import { accountTwins, mirroredValues, twinRows } from './agent/mirrored.ts'
import { agent } from './define.ts'
import { marketInputs } from './features.ts'
import {
  BOOK_COLUMNS,
  BOOK_LEVELS,
  LEVEL_FIELDS,
  MID_CHANNELS,
  orderBookFeatures,
  orderBookInput,
} from './order-book-features.ts'
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
/** The last steps that are averaged, besides all of them. */
const HORIZONS = [1, 5, 16]

const STEPS = hp.recentSeconds + (WINDOW - hp.recentSeconds) / hp.blockSeconds
const CHANNELS = BOOK_COLUMNS + MID_CHANNELS
const SEEN = STEPS * CHANNELS

/**
 * Of the layer over price and amount, ask and bid side by side: [4, 2·filters] of [2, filters] twice each way. A bid's price counts as a
 * distance down from the mid, as an ask's is one up: then a book upside down is one with its sides exchanged.
 */
const OF_SIDES = constant(
  [
    [1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
  ].flatMap((of) => of.flatMap((factor) => new Array<number>(hp.sideFilters).fill(factor))),
  'float32',
  [LEVEL_FIELDS, 2 * hp.sideFilters],
)

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
    const encoded = concat([encoder(steps), stack([unit, unit], 1)], 2)
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

/**
 * After DeepLOB's blocks (section IV.B): price and amount of a side, ask and bid of a level, the levels of a book, time, the inception
 * block. Taps that do not overlap are a reshape and a dense layer. The book upside down has its sides exchanged and its mid's moves
 * turned round; it goes through the same weights: [batch, steps, channels] to [batch, 2, n].
 */
function encoder(steps: Value): Value {
  const [batch] = steps.shape as [number]
  const levels = reshape(slice(steps, 2, 0, BOOK_COLUMNS), [batch, STEPS, BOOK_LEVELS, LEVEL_FIELDS])
  const mid = slice(steps, 2, BOOK_COLUMNS, CHANNELS)
  const [asIs, turned] = bookTwins(sidesOf(levels))
  const twins = reshape(concat([asIs, mid, turned, neg(mid)], 2), [
    batch,
    STEPS,
    2,
    hp.filters + MID_CHANNELS,
  ])
  const overTime = timeConvolution('time1', twins, hp.bookTaps)
  return pooled(inception(timeConvolution('time2', overTime, hp.bookTaps)))
}

/** Each side of each level by the same layer: [..., 4] to [..., 2·filters], the ask's first. One product of all numbers of a level: two of half are slower. */
function sidesOf(levels: Value): Value {
  const { sideFilters } = hp
  const one = weight('side', [LEVEL_FIELDS / 2, sideFilters], LEVEL_FIELDS / 2)
  const row = concat([one, one], 1)
  const offset = bias('side', sideFilters)
  return active(levels, mul(concat([row, row], 0), OF_SIDES), concat([offset, offset], 0))
}

/** Books as they are and with their sides exchanged, [batch, steps, filters] each. Exchanged are the weights, which are fewer than the sides. */
function bookTwins(sides: Value): [Value, Value] {
  const [batch] = sides.shape as [number]
  const { sideFilters, filters } = hp
  const asIs = weight('level', [2 * sideFilters, filters], 2 * sideFilters)
  const exchanged = concat([slice(asIs, 0, sideFilters, 2 * sideFilters), slice(asIs, 0, 0, sideFilters)], 0)
  const offset = bias('level', filters)
  const levels = BOOK_LEVELS * filters
  const [book, bookOffset] = [weight('book', [levels, filters], levels), bias('book', filters)]
  const bookOf = (ofLevel: Value): Value => {
    const pairs = active(sides, ofLevel, offset)
    return active(reshape(pairs, [batch, STEPS, levels]), book, bookOffset)
  }
  return [bookOf(asIs), bookOf(exchanged)]
}

/** Three branches (Szegedy et al. 2015, as in DeepLOB): one step then 3, one then 5, the largest of 3 then one. */
function inception(x: Value): Value {
  const three = timeConvolution('inception.three', dense('inception.three.in', x, hp.filters), 3)
  const five = timeConvolution('inception.five', dense('inception.five.in', x, hp.filters), 5)
  const peaks = dense('inception.peak', largestOfThree(x), hp.filters)
  const length = at(five.shape, 1)
  return concat(
    [three, five, peaks].map((branch) => slice(branch, 1, at(branch.shape, 1) - length, at(branch.shape, 1))),
    3,
  )
}

function largestOfThree(x: Value): Value {
  const length = at(x.shape, 1) - 2
  const [a, b, c] = [0, 1, 2].map((from) => slice(x, 1, from, from + length)) as [Value, Value, Value]
  return maximum(maximum(a, b), c)
}

/** In the place of DeepLOB's LSTM: means over the newest steps, and mean and maximum of all: [batch, steps, 2, n] to [batch, 2, m]. */
function pooled(x: Value): Value {
  const length = at(x.shape, 1)
  const recent = HORIZONS.map((horizon) => reduceMean(slice(x, 1, length - horizon, length), [1]))
  return concat([...recent, reduceMean(x, [1]), reduceMax(x, [1])], 2)
}

/** A dense layer over the last axis. */
function dense(name: string, x: Value, units: number): Value {
  const n = at(x.shape, -1)
  return active(x, weight(name, [n, units], n), bias(name, units))
}

/** A layer with ReLU over the last axis. Of a fixed batch by rows, of which ONNX Runtime makes one operation. */
function active(x: Value, weights: Value, offset: Value): Value {
  const [batch, inputs, units] = [at(x.shape, 0), at(weights.shape, 0), at(weights.shape, 1)]
  if (batch === BATCH) return relu(linear(x, weights, offset))
  const rows = reshape(x, [sizeOf(x.shape) / inputs, inputs])
  return reshape(relu(linear(rows, weights, offset)), [...x.shape.slice(0, -1), units])
}

/** A convolution over axis 1, time, without padding: the last output sees the last steps. */
function timeConvolution(name: string, x: Value, taps: number): Value {
  const n = at(x.shape, -1)
  const kernel = weight(name, [taps, n, hp.filters], taps * n)
  return relu(withBias(conv1d(x, kernel, { axis: 1 }), bias(name, hp.filters)))
}

function weight(name: string, shape: readonly number[], inputs: number): Value {
  return parameter(`${name}.weight`, shape, kaiming(inputs))
}

function bias(name: string, units: number): Value {
  return parameter(`${name}.bias`, [units], filled(0), false)
}

export const cobRl = agent({
  id: 'cob_rl',
  name: 'COB RL',
  needs: ['order_book'],
  network: cobNetwork,
  hyperparameters,
})
