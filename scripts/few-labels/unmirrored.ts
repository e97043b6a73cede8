// The CNN without its mirror: the same encoder, summaries and sizes, but up and down share nothing. For the ablation alone.
import { TENSOR_NAMES, WINDOW } from '../../src/contract/timeframes.ts'
import type { Network } from '../../src/models/labelled-rows.ts'
import { hyperparameters as hp } from '../../src/models/cnn.ts'
import { classifier } from '../../src/models/define.ts'
import { marketFeatures } from '../../src/models/features.ts'
import { ACTIONS } from '../../src/models/model.ts'
import { convEncoder } from '../../src/models/series-cnn.ts'
import { summaries } from '../../src/models/summaries.ts'
import { drop } from '../../src/models/training-mode.ts'
import { relu, scale } from '../../src/nn/elementwise.ts'
import { linear } from '../../src/nn/matmul.ts'
import { filled, kaiming, uniform } from '../../src/nn/random.ts'
import { concat, reshape, slice } from '../../src/nn/shape.ts'
import { parameter, type Value } from '../../src/nn/value.ts'

const SUMMARY_HORIZONS = [4, 10, 30, 60, WINDOW]
const UNIT_SCALE = 0.25

const shape = {
  layers: [
    { filters: hp.filters1, taps: hp.taps1, stride: 2 },
    { filters: hp.filters2, taps: hp.taps2, dilation: hp.dilation2 },
  ],
  horizons: [5, 20],
}

const network: Network = (inputs, training) => {
  const { candles, units } = marketFeatures(inputs)
  const encoded = TENSOR_NAMES.map((name, i) => flat(convEncoder(name, timeframe(candles, i), shape)))
  const features = concat([...encoded, summaries(candles, SUMMARY_HORIZONS), scale(units, UNIT_SCALE)], 1)
  const hidden = hp.hidden
  const n = features.shape[1]!
  const first = linear(
    drop(features, hp.dropout, 1, training),
    parameter('head1.weight', [n, hidden], kaiming(n)),
    parameter('head1.bias', [hidden], filled(0), false),
  )
  const out = parameter('head2.weight', [hidden, ACTIONS.length], uniform(Math.sqrt(1 / hidden)))
  const bias = parameter('head2.bias', [ACTIONS.length], filled(0), false)
  return linear(drop(relu(first), hp.dropout, 2, training), out, bias)
}

function timeframe(candles: Value, index: number): Value {
  const [batch, , length, channels] = candles.shape as [number, number, number, number]
  return reshape(slice(candles, 1, index, index + 1), [batch, length, channels])
}

function flat(x: Value): Value {
  const [batch, , n] = x.shape as [number, number, number]
  return reshape(x, [batch, n])
}

export const unmirroredCnn = classifier({
  id: 'cnn-unmirrored',
  name: 'CNN without its mirror',
  needs: [],
  network,
  hyperparameters: hp,
})
