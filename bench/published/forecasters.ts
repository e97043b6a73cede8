// PatchTST made of the Transformer's encoder, and DLinear: from hours seen to the hours that come, channel by channel.
import {
  embed,
  dense,
  patches,
  transformerEncoder,
  type TransformerShape,
} from '../../src/models/series-transformer.ts'
import { add, div, mul, shift, sqrt, sub } from '../../src/nn/elementwise.ts'
import { linear, matmul } from '../../src/nn/matmul.ts'
import { filled } from '../../src/nn/random.ts'
import { expand, reduceMean } from '../../src/nn/reduce.ts'
import { concat, reshape, slice } from '../../src/nn/shape.ts'
import { constant, parameter, sizeOf, type Value } from '../../src/nn/value.ts'
import { HORIZON } from './etth1.ts'
import type { Mode, Problem } from './network.ts'

export interface PatchOptions extends TransformerShape {
  readonly lookback: number
  readonly patch: number
  readonly stride: number
}

/** Nie et al. 2023, with layers as the Transformer has them. Each window is standardised by itself, and the answer brought back (RevIN). */
export function patchTst(options: PatchOptions): Problem {
  const network = (x: Value, mode?: Mode): Value => {
    const rows = x.shape[0]!
    const mean = reduceMean(x, [1], true)
    const centred = sub(x, mean)
    const deviation = sqrt(shift(reduceMean(mul(centred, centred), [1], true), 1e-5))
    const normal = div(centred, deviation)
    const last = slice(normal, 1, options.lookback - 1, options.lookback)
    const padded = concat([normal, expand(last, [rows, options.stride])], 1)
    const series = reshape(padded, [rows, options.lookback + options.stride, 1])
    const tokens = embed('forecast', patches(series, options.patch, options.stride), options.width)
    const encoded = transformerEncoder('encoder', tokens, options, mode)
    const size = sizeOf(encoded.shape) / rows
    const coming = dense('head', reshape(encoded, [rows, size]), size, HORIZON)
    return add(mul(coming, deviation), mean)
  }
  return {
    inputShape: [options.lookback],
    targetShape: [HORIZON],
    targetType: 'float32',
    network,
    loss: meanSquare,
  }
}

/** Zeng et al. 2023: the moving mean of 25 hours and the rest, each through one linear map, shared by the channels. */
export function dLinear(lookback: number): Problem {
  const average = movingMean(lookback, 25)
  const network = (x: Value): Value => {
    const trend = matmul(x, average)
    return add(map('trend', trend), map('season', sub(x, trend)))
  }
  const map = (name: string, x: Value): Value => {
    const start = uniformMean(lookback)
    const weight = parameter(`${name}.weight`, [lookback, HORIZON], filled(start), false)
    return linear(x, weight, parameter(`${name}.bias`, [HORIZON], filled(0), false))
  }
  return { inputShape: [lookback], targetShape: [HORIZON], targetType: 'float32', network, loss: meanSquare }
}

const uniformMean = (lookback: number): number => 1 / lookback

function meanSquare(output: Value, target: Value): Value {
  const off = sub(output, target)
  return reduceMean(mul(off, off))
}

/** [lookback, lookback]: x times this is the moving mean of x, its ends repeated beyond them. */
function movingMean(lookback: number, window: number): Value {
  const matrix = new Float32Array(lookback * lookback)
  const reach = (window - 1) / 2
  for (let to = 0; to < lookback; to++) {
    for (let tap = to - reach; tap <= to + reach; tap++) {
      const from = Math.min(lookback - 1, Math.max(0, tap))
      matrix[from * lookback + to]! += 1 / window
    }
  }
  return constant(matrix, 'float32', [lookback, lookback])
}
