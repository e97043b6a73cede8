// Transformer: patches of candles of all timeframes in one sequence, and plain summaries; up and down share all weights.
import { TENSOR_NAMES, WINDOW } from '../contract/timeframes.ts'
import { at } from '../core/at.ts'
import { dropout } from '../nn/dropout.ts'
import { scale } from '../nn/elementwise.ts'
import { matmul } from '../nn/matmul.ts'
import { reduceMean } from '../nn/reduce.ts'
import { concat, reshape, slice, stack } from '../nn/shape.ts'
import type { Value } from '../nn/value.ts'
import type { Network } from './labelled-rows.ts'
import { classifier } from './define.ts'
import { marketFeatures, MIRROR } from './features.ts'
import { dense, embed, patches, transformerEncoder } from './series-transformer.ts'
import { twinSummaries } from './summaries.ts'
import type { TrainingMode } from './training-mode.ts'
import { twinLogits } from './twin-logits.ts'

const hyperparameters = {
  /** Candles of a token; 100 must be a multiple. */
  patch: 10,
  /** Numbers per token. */
  width: 32,
  /** Heads of attention, each of width / heads numbers. */
  heads: 4,
  /** Layers of attention and feed-forward. */
  layers: 2,
  /** Units inside a layer's feed-forward part. */
  feedForward: 64,
  /** Share dropped inside the encoder in training. */
  dropout: 0.2,
  /** Share dropped of the features that the last layer reads. */
  headDropout: 0.5,
  /** Examples of an optimizer step. */
  batchSize: 32,
  /** A step's examples are taken in so many parts: what a half works on stays in a core's memory, and two cores can share them. */
  parts: 2,
  /** Peak of the learning rate: warm-up, then half a cosine to 0. */
  learningRate: 1e-3,
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
  weightDecay: 0.1,
  /** Largest L2 norm of a step's gradient. */
  clipNorm: 1,
  /** Augmented views of each example in an epoch. */
  views: 32,
} as const
const hp = hyperparameters

/** Brings the logarithms of the units to the size of the rest. */
const UNIT_SCALE = 0.25
/** The last candles that are summed up for the head: the features of few annotations, which teach an encoder little. */
const CANDLE_HORIZONS = [4, 10, 30, 60, WINDOW]
/** Patches of a timeframe. */
const PATCHES = WINDOW / hp.patch

/** The logits of BUY, SELL and HOLD. The mirrored market gives the same with BUY and SELL exchanged, exactly. */
export const network: Network = (inputs, training) => {
  const { candles, units } = marketFeatures(inputs)
  const twins = stack([candles, matmul(candles, MIRROR)], 1)
  const tokens = concat(
    TENSOR_NAMES.map((name, i) => embed(name, patches(timeframe(twins, i), hp.patch, hp.patch), hp.width)),
    2,
  )
  const shape = { ...hp, dropout: training?.dropout ?? hp.dropout }
  const encoded = transformerEncoder('encoder', tokens, shape, training)
  const plain = twinSummaries(candles, scale(units, UNIT_SCALE), CANDLE_HORIZONS)
  return twinLogits(head(concat([readings(encoded), plain], 2), training))
}

/** One timeframe of [batch, 2, 4, 100, channels] as [batch, 2, 100, channels]. */
function timeframe(twins: Value, index: number): Value {
  const [batch, count, , length, channels] = twins.shape as [number, number, number, number, number]
  return reshape(slice(twins, 2, index, index + 1), [batch, count, length, channels])
}

/** Of each timeframe the last token, which holds the newest candles, and the mean: [batch, 2, 40, width] to [batch, 2, n]. */
function readings(encoded: Value): Value {
  const [batch, twins, , width] = encoded.shape as [number, number, number, number]
  const ofTimeframes = reshape(encoded, [batch, twins, TENSOR_NAMES.length, PATCHES, width])
  const last = slice(ofTimeframes, 3, PATCHES - 1, PATCHES)
  const size = TENSOR_NAMES.length * width
  return concat(
    [reshape(last, [batch, twins, size]), reshape(reduceMean(ofTimeframes, [3]), [batch, twins, size])],
    2,
  )
}

/** [batch, 2, n] to [batch, 2, 2]: for the window as it is and upside down, how much speaks for entering and for waiting. */
function head(features: Value, training: TrainingMode | undefined): Value {
  const salt = (training?.seed ?? 0) * 1024
  const kept = training === undefined ? features : dropout(features, hp.headDropout, training.step, salt)
  return dense('head', kept, at(features.shape, 2), 2)
}

export const transformer = classifier({
  id: 'transformer',
  name: 'Transformer',
  needs: [],
  network,
  hyperparameters,
})
