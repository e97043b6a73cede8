// StandardizedCNN: a convolutional encoder and plain summaries of each timeframe; up and down share all weights.
import { TENSOR_NAMES, WINDOW } from '../contract/timeframes.ts'
import { at } from '../core/at.ts'
import { relu, scale } from '../nn/elementwise.ts'
import { linear } from '../nn/matmul.ts'
import { filled, kaiming, uniform } from '../nn/random.ts'
import { concat, reshape, slice } from '../nn/shape.ts'
import { parameter, type Value } from '../nn/value.ts'
import type { Network } from './labelled-rows.ts'
import { classifier } from './define.ts'
import { marketFeatures, MIRROR } from './features.ts'
import { convEncoder, type ConvEncoderShape } from './series-cnn.ts'
import { twinSummaries } from './summaries.ts'
import { drop, type TrainingMode } from './training-mode.ts'
import { twinLogits } from './twin-logits.ts'

export const hyperparameters = {
  /** Filters of the first convolution of each timeframe. */
  filters1: 16,
  /** Taps of the first convolution, in candles; even, as it moves two candles a step. */
  taps1: 6,
  /** Filters of the second, which moves along the outputs of the first. */
  filters2: 16,
  /** Taps of the second, in outputs of the first. */
  taps2: 3,
  /** Outputs from one tap of the second to the next. */
  dilation2: 2,
  /** Units of the hidden layer over all timeframes. */
  hidden: 32,
  /** Share of the features and hidden units dropped in training: most of them, as annotations are few. */
  dropout: 0.65,
  /** Examples of an optimizer step. */
  batchSize: 32,
  /** Peak of the learning rate: warm-up, then half a cosine to 0. */
  learningRate: 2e-3,
  /** Share of the steps spent warming up. */
  warmup: 0.1,
  /** Share of the target that goes to all classes alike: keeps probabilities of unseen windows apart near 1. */
  labelSmoothing: 0.01,
  /** How slowly AdamW's mean of the gradients forgets. */
  beta1: 0.9,
  /** A few hundred steps are too few for the usual 0.999. */
  beta2: 0.99,
  /** Keeps AdamW from dividing by 0. */
  epsilon: 1e-8,
  /** Share of each weight that decays in a step, times the learning rate (AdamW). */
  weightDecay: 1,
  /** Largest L2 norm of a step's gradient. */
  clipNorm: 1,
  /** Augmented views of each example in an epoch. */
  views: 32,
} as const
const hp = hyperparameters

/** Of each timeframe; the first convolution moves two candles a step. */
const ENCODER: ConvEncoderShape = {
  layers: [
    { filters: hp.filters1, taps: hp.taps1, stride: 2 },
    { filters: hp.filters2, taps: hp.taps2, dilation: hp.dilation2 },
  ],
  /** The last outputs, two candles each. */
  horizons: [5, 20],
}
/** The last candles that are summed up: the features of few annotations, which are too few to teach the encoders much. */
const CANDLE_HORIZONS = [4, 10, 30, 60, WINDOW]
/** Brings the logarithms of the units to the size of the rest. */
const UNIT_SCALE = 0.25

/** The logits of BUY, SELL and HOLD. The mirrored market gives the same with BUY and SELL exchanged, exactly. */
export const network: Network = (inputs, training) => {
  const { candles, units } = marketFeatures(inputs)
  const encoded = TENSOR_NAMES.map((name, i) => convEncoder(name, timeframe(candles, i), ENCODER, MIRROR))
  const plain = twinSummaries(candles, scale(units, UNIT_SCALE), CANDLE_HORIZONS)
  const features = concat([...encoded, plain], 2)
  return twinLogits(head(features, training))
}

/** One timeframe of [batch, 4, 100, channels] as [batch, 100, channels]. */
function timeframe(candles: Value, index: number): Value {
  const [batch, , length, channels] = candles.shape as [number, number, number, number]
  return reshape(slice(candles, 1, index, index + 1), [batch, length, channels])
}

/**
 * [batch, 2, n] to [batch, 2, 2]: for the window as it is and upside down, how much speaks for entering and for waiting. Each has dropout
 * masks of its own: one for both was found to generalise less.
 */
function head(features: Value, training: TrainingMode | undefined): Value {
  const n = at(features.shape, 2)
  const kept = drop(features, hp.dropout, 1, training)
  const inner = relu(linear(kept, weight('head1.weight', [n, hp.hidden], n), bias('head1.bias', hp.hidden)))
  const out = parameter('head2.weight', [hp.hidden, 2], uniform(Math.sqrt(1 / hp.hidden)))
  return linear(drop(inner, hp.dropout, 2, training), out, bias('head2.bias', 2))
}

function weight(name: string, shape: readonly number[], fanIn: number): Value {
  return parameter(name, shape, kaiming(fanIn))
}

function bias(name: string, size: number): Value {
  return parameter(name, [size], filled(0), false)
}

export const cnn = classifier({ id: 'cnn', name: 'StandardizedCNN', needs: [], network, hyperparameters })
