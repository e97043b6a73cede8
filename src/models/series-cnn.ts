// The CNN's encoder of series: convolutions, then means and maxima over the latest outputs. The model and its benchmark share it.
import { at } from '../core/at.ts'
import { conv1d } from '../nn/conv.ts'
import { relu } from '../nn/elementwise.ts'
import { matmul, withBias } from '../nn/matmul.ts'
import { reduceMax } from '../nn/pool.ts'
import { filled, kaiming } from '../nn/random.ts'
import { reduceMean } from '../nn/reduce.ts'
import { concat, reshape, slice } from '../nn/shape.ts'
import { parameter, type Value } from '../nn/value.ts'

export interface ConvLayer {
  readonly filters: number
  /** Taps of the kernel and the steps between them. */
  readonly taps: number
  readonly dilation?: number
  /** Steps from one output to the next: of the first layer only. */
  readonly stride?: number
}

export interface ConvEncoderShape {
  readonly layers: readonly ConvLayer[]
  /** The last outputs that are pooled, besides all of them. */
  readonly horizons: readonly number[]
}

/**
 * Series [batch, length, channels] to features [batch, 1, n]. With `mirror` [channels, channels], which turns a series
 * upside down: [batch, 2, n], of the series as it is and of the mirrored one. The first kernel turned upside down reads
 * the mirrored series off the same numbers; from there on both share all weights.
 */
export function convEncoder(name: string, x: Value, shape: ConvEncoderShape, mirror?: Value): Value {
  const [first, ...others] = shape.layers as [ConvLayer, ...ConvLayer[]]
  let hidden = firstLayer(`${name}.conv1`, x, first, mirror)
  others.forEach((layer, i) => {
    const { filters, dilation = 1 } = layer
    const own = `${name}.conv${i + 2}`
    const moved = conv1d(hidden, kernelOf(own, hidden, layer), { dilation, axis: 1 })
    hidden = relu(withBias(moved, bias(own, filters)))
  })
  return pooled(hidden, shape.horizons)
}

/** [batch, length, channels] to [batch, outputs, twins, filters]. */
function firstLayer(name: string, x: Value, layer: ConvLayer, mirror: Value | undefined): Value {
  const { filters, stride = 1, dilation = 1 } = layer
  const kernel = kernelOf(name, x, layer)
  const twins = mirror === undefined ? kernel : concat([kernel, matmul(mirror, kernel)], 2)
  const own = bias(name, filters)
  const offset = mirror === undefined ? own : concat([own, own], 0)
  const moved = withBias(conv1d(x, twins, { stride, dilation }), offset)
  return relu(reshape(moved, [at(x.shape, 0), at(moved.shape, 1), mirror === undefined ? 1 : 2, filters]))
}

function kernelOf(name: string, x: Value, { taps, filters }: ConvLayer): Value {
  const channels = at(x.shape, -1)
  return parameter(`${name}.weight`, [taps, channels, filters], kaiming(taps * channels))
}

function bias(name: string, size: number): Value {
  return parameter(`${name}.bias`, [size], filled(0), false)
}

/** The last output, and means and maxima over the horizons: [batch, length, twins, filters] to [batch, twins, n]. */
function pooled(x: Value, horizons: readonly number[]): Value {
  const [batch, length, twins, filters] = x.shape as [number, number, number, number]
  const now = reshape(slice(x, 1, length - 1, length), [batch, twins, filters])
  const recent = [...horizons, length].flatMap((horizon) => {
    const span = slice(x, 1, length - horizon, length)
    return [reduceMean(span, [1]), reduceMax(span, [1])]
  })
  return concat([now, ...recent], 2)
}
