// The CNN without its mirror: the same encoder, summaries and sizes, but up and down share nothing. For the ablation alone.
import { cnn } from '../../src/models/cnn.ts'
import { createClassifierLearner, exportClassifier, type Network } from '../../src/models/classifier.ts'
import { marketFeatures } from '../../src/models/features.ts'
import { ACTIONS, INPUT_NAMES, WINDOW, type ClassifierDefinition } from '../../src/models/model.ts'
import { convEncoder } from '../../src/models/series-cnn.ts'
import { summaries } from '../../src/models/summaries.ts'
import { dropout } from '../../src/nn/dropout.ts'
import { relu, scale } from '../../src/nn/elementwise.ts'
import { linear } from '../../src/nn/matmul.ts'
import { filled, kaiming, uniform } from '../../src/nn/random.ts'
import { concat, reshape, slice } from '../../src/nn/shape.ts'
import { parameter, type Value } from '../../src/nn/value.ts'

const SUMMARY_HORIZONS = [4, 10, 30, 60, WINDOW]
const UNIT_SCALE = 0.25

function setting(name: string): number {
  const value = cnn.hyperparameters[name]
  if (typeof value !== 'number') throw new RangeError(`the CNN has no number ${name}`)
  return value
}

const shape = {
  layers: [
    { filters: setting('filters1'), taps: setting('taps1'), stride: 2 },
    { filters: setting('filters2'), taps: setting('taps2'), dilation: setting('dilation2') },
  ],
  horizons: [5, 20],
}

const network: Network = (inputs, training) => {
  const { candles, units } = marketFeatures(inputs)
  const encoded = INPUT_NAMES.map((name, i) => flat(convEncoder(name, timeframe(candles, i), shape)))
  const features = concat([...encoded, summaries(candles, SUMMARY_HORIZONS), scale(units, UNIT_SCALE)], 1)
  const hidden = setting('hidden')
  const n = features.shape[1]!
  const drop = (x: Value, layer: number): Value =>
    training === undefined
      ? x
      : dropout(x, training.dropout ?? setting('dropout'), training.step, training.seed * 16 + layer)
  const first = linear(
    drop(features, 1),
    parameter('head1.weight', [n, hidden], kaiming(n)),
    parameter('head1.bias', [hidden], filled(0), false),
  )
  const out = parameter('head2.weight', [hidden, ACTIONS.length], uniform(Math.sqrt(1 / hidden)))
  const bias = parameter('head2.bias', [ACTIONS.length], filled(0), false)
  return linear(drop(relu(first), 2), out, bias)
}

function timeframe(candles: Value, index: number): Value {
  const [batch, , length, channels] = candles.shape as [number, number, number, number]
  return reshape(slice(candles, 1, index, index + 1), [batch, length, channels])
}

function flat(x: Value): Value {
  const [batch, , n] = x.shape as [number, number, number]
  return reshape(x, [batch, n])
}

const classifier = {
  network,
  optimizer: {
    beta1: setting('beta1'),
    beta2: setting('beta2'),
    epsilon: setting('epsilon'),
    weightDecay: setting('weightDecay'),
    clipNorm: setting('clipNorm'),
  },
  warmup: setting('warmup'),
  labelSmoothing: setting('labelSmoothing'),
}

export const unmirroredCnn: ClassifierDefinition = {
  ...cnn,
  id: 'cnn-unmirrored',
  name: 'CNN without its mirror',
  createLearner: (options) => createClassifierLearner(classifier, options),
  exportOnnx: (weights) => exportClassifier(network, weights),
}
