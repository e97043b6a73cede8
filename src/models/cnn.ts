// StandardizedCNN: one convolutional encoder a timeframe, pooled over horizons that end now; up and down share all weights.
import { add, relu, scale } from '../nn/elementwise.ts'
import { conv1d } from '../nn/conv.ts'
import { dropout } from '../nn/dropout.ts'
import { linear, matmul } from '../nn/matmul.ts'
import { reduceMax } from '../nn/pool.ts'
import { filled, kaiming, uniform } from '../nn/random.ts'
import { reduceMean } from '../nn/reduce.ts'
import { concat, reshape, slice, unsqueeze } from '../nn/shape.ts'
import { parameter, type Value } from '../nn/value.ts'
import { createClassifierLearner, exportClassifier, type Network, type TrainingMode } from './classifier.ts'
import { marketFeatures, MIRROR } from './features.ts'
import { INPUT_NAMES, type ModelDefinition } from './model.ts'

const hyperparameters = {
  /** Filters of the first convolution of each timeframe. */
  filters1: 16,
  /** Taps of the first convolution, in candles; even. */
  taps1: 6,
  /** Filters, taps and dilation of the second. */
  filters2: 16,
  taps2: 3,
  dilation2: 2,
  /** Units of the hidden layer over all timeframes. */
  hidden: 32,
  /** Share of the pooled features and hidden units dropped in training. */
  dropout: 0.2,
  batchSize: 32,
  /** Peak of the learning rate: warm-up, then half a cosine to 0. */
  learningRate: 3e-3,
  /** Share of the steps spent warming up. */
  warmup: 0.1,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.05,
  /** Largest L2 norm of a step's gradient. */
  clipNorm: 1,
  /** Augmented views of each example in an epoch. */
  views: 32,
} as const
const hp = hyperparameters

/** Last outputs of the encoder, two candles each, over which means and maxima are taken, besides all of them. */
const HORIZONS = [5, 20]

/** The logits of BUY, SELL and HOLD. The mirrored market gives the same with BUY and SELL exchanged, exactly. */
export const network: Network = (inputs, training) => {
  const { candles, units } = marketFeatures(inputs)
  const encoded = INPUT_NAMES.map((name, i) => encoder(name, timeframe(candles, i)))
  const both = unsqueeze(scale(units, 0.25), 1)
  const features = concat([...encoded, concat([both, both], 1)], 2)
  return logits(head(features, training))
}

/** One timeframe of [batch, 4, 100, channels] as [batch, 100, channels]. */
function timeframe(candles: Value, index: number): Value {
  const [batch, , length, channels] = candles.shape as [number, number, number, number]
  return reshape(slice(candles, 1, index, index + 1), [batch, length, channels])
}

/**
 * [batch, 100, channels] to features [batch, 2, n] of the window as it is and upside down. The first convolution moves
 * two candles a step, which is a reshape of candles into pairs. Its kernel turned upside down reads the mirrored market
 * off the same candles.
 */
function encoder(name: string, candles: Value): Value {
  const { filters1, filters2, taps1, taps2 } = hp
  const [batch, length, channels] = candles.shape as [number, number, number]
  const kernel1 = weight(`${name}.conv1.weight`, [taps1, channels, filters1], taps1 * channels)
  const twins = concat([kernel1, matmul(MIRROR, kernel1)], 2)
  const inPairs = reshape(candles, [batch, length / 2, 2 * channels])
  const first = conv1d(inPairs, reshape(twins, [taps1 / 2, 2 * channels, 2 * filters1]))
  const apart = reshape(first, [batch, first.shape[1]!, 2, filters1])
  const hidden = relu(add(apart, bias(`${name}.conv1.bias`, filters1)))
  const kernel2 = weight(`${name}.conv2.weight`, [taps2, filters1, filters2], taps2 * filters1)
  const second = conv1d(hidden, kernel2, { dilation: hp.dilation2, axis: 1 })
  return pooled(relu(add(second, bias(`${name}.conv2.bias`, filters2))))
}

/** The last output, and means and maxima over the horizons: [batch, length, 2, filters] to [batch, 2, n]. */
function pooled(x: Value): Value {
  const [batch, length, twins, filters] = x.shape as [number, number, number, number]
  const now = reshape(slice(x, 1, length - 1, length), [batch, twins, filters])
  const recent = [...HORIZONS, length].flatMap((horizon) => {
    const span = slice(x, 1, length - horizon, length)
    return [reduceMean(span, [1]), reduceMax(span, [1])]
  })
  return concat([now, ...recent], 2)
}

/** [batch, 2, n] to [batch, 2, 2]: for the window as it is and upside down, how much speaks for entering and for waiting. */
function head(features: Value, training: TrainingMode | undefined): Value {
  const n = features.shape[2]!
  const kept = maybeDrop(features, training, 1)
  const inner = relu(linear(kept, weight('head1.weight', [n, hp.hidden], n), bias('head1.bias', hp.hidden)))
  const out = parameter('head2.weight', [hp.hidden, 2], uniform(Math.sqrt(1 / hp.hidden)))
  return linear(maybeDrop(inner, training, 2), out, bias('head2.bias', 2))
}

/** BUY: what speaks for entering; SELL: the same of the mirrored market; HOLD: the mean of both for waiting. */
function logits(scores: Value): Value {
  const batch = scores.shape[0]!
  const entry = reshape(slice(scores, 2, 0, 1), [batch, 2])
  const wait = reduceMean(slice(scores, 2, 1, 2), [1])
  return concat([entry, wait], 1)
}

function maybeDrop(x: Value, training: TrainingMode | undefined, layer: number): Value {
  return training === undefined ? x : dropout(x, hp.dropout, training.step, training.seed * 16 + layer)
}

function weight(name: string, shape: readonly number[], fanIn: number): Value {
  return parameter(name, shape, kaiming(fanIn))
}

function bias(name: string, size: number): Value {
  return parameter(name, [size], filled(0), false)
}

const { batchSize, learningRate, views } = hyperparameters
const classifier = { network, optimizer: hyperparameters, warmup: hyperparameters.warmup }

export const cnn: ModelDefinition = {
  id: 'cnn',
  name: 'StandardizedCNN',
  needs: [],
  defaults: { batchSize, learningRate, views },
  hyperparameters,
  createLearner: (options) => createClassifierLearner(classifier, options),
  exportOnnx: (weights) => exportClassifier(network, weights),
}
