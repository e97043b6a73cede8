// The Transformer's encoder of series: patches as tokens, learned positions, pre-norm layers. The model and its benchmark share it.
import { at } from '../core/at.ts'
import { selfAttention } from '../nn/attention.ts'
import { dropout } from '../nn/dropout.ts'
import { add, gelu } from '../nn/elementwise.ts'
import { linear } from '../nn/matmul.ts'
import { layerNorm } from '../nn/normalize.ts'
import { filled, uniform } from '../nn/random.ts'
import { concat, reshape, slice } from '../nn/shape.ts'
import { parameter, shapeError, type Value } from '../nn/value.ts'
import type { TrainingMode } from './training-mode.ts'

export interface TransformerShape {
  /** Numbers per token. */
  readonly width: number
  readonly heads: number
  readonly layers: number
  /** Units between the two linear maps of a layer's feed-forward part. */
  readonly feedForward: number
  /** Share dropped of the embedded tokens, of what attention and feed-forward add, and inside feed-forward. */
  readonly dropout: number
}

/**
 * Steps in patches: x [..., length, channels] to [..., n, patch·channels], a patch every `stride` steps, the last one
 * ending at the end. `stride` divides `patch`.
 */
export function patches(x: Value, patch: number, stride: number): Value {
  const axis = x.shape.length - 2
  const [length = 0, channels = 0] = x.shape.slice(axis)
  if (axis < 1 || patch % stride !== 0 || length < patch) {
    throw shapeError('patches', `a stride that divides ${patch} and at least one patch needed`, [x.shape])
  }
  const count = Math.floor((length - patch) / stride) + 1
  const pieces = count - 1 + patch / stride
  const used = slice(x, axis, length - pieces * stride, length)
  const inPieces = reshape(used, [...x.shape.slice(0, axis), pieces, stride * channels])
  const shifted = Array.from({ length: patch / stride }, (_, i) => slice(inPieces, axis, i, i + count))
  return concat(shifted, -1)
}

/** Patches [..., n, size] as tokens [..., n, width]: a linear map and a learned position each. */
export function embed(name: string, x: Value, width: number): Value {
  const [count = 0, size = 0] = x.shape.slice(-2)
  const position = parameter(`${name}.position`, [count, width], uniform(0.02), false)
  return add(dense(`${name}.embed`, x, size, width), position)
}

/** Tokens [..., n, width] to tokens that know of each other, of the same shape (Vaswani 2017, pre-norm: Xiong 2020). */
export function transformerEncoder(
  name: string,
  tokens: Value,
  shape: TransformerShape,
  training?: TrainingMode,
): Value {
  const drop = dropper(shape.dropout, training)
  let x = drop(tokens)
  for (let layer = 1; layer <= shape.layers; layer++) {
    const own = `${name}.layer${layer}`
    x = add(x, drop(attention(own, normed(`${own}.norm1`, x), shape)))
    x = add(x, drop(feedForward(own, normed(`${own}.norm2`, x), shape, drop)))
  }
  return normed(`${name}.norm`, x)
}

function attention(name: string, x: Value, { width, heads }: TransformerShape): Value {
  const weights = {
    projection: weight(`${name}.attention.weight`, width, 3 * width),
    projectionBias: bias(`${name}.attention.bias`, 3 * width),
    output: weight(`${name}.mix.weight`, width, width),
    outputBias: bias(`${name}.mix.bias`, width),
  }
  return selfAttention(x, weights, heads)
}

function feedForward(name: string, x: Value, shape: TransformerShape, drop: (x: Value) => Value): Value {
  const inner = gelu(dense(`${name}.forward1`, x, shape.width, shape.feedForward))
  return dense(`${name}.forward2`, drop(inner), shape.feedForward, shape.width)
}

function normed(name: string, x: Value): Value {
  const width = at(x.shape, -1)
  const gain = parameter(`${name}.gain`, [width], filled(1), false)
  return layerNorm(x, gain, bias(`${name}.bias`, width))
}

/** Each use gets a mask of its own; salts from 64 upward are the encoder's. */
function dropper(rate: number, training: TrainingMode | undefined): (x: Value) => Value {
  let layer = 64
  return (x) => (training === undefined ? x : dropout(x, rate, training.step, training.seed * 1024 + layer++))
}

/** x [..., from] times a weight [from, to] plus a bias, both parameters. */
export function dense(name: string, x: Value, from: number, to: number): Value {
  return linear(x, weight(`${name}.weight`, from, to), bias(`${name}.bias`, to))
}

/** Uniform with variance 2 / (from + to) (Glorot and Bengio 2010). */
function weight(name: string, from: number, to: number): Value {
  return parameter(name, [from, to], uniform(Math.sqrt(6 / (from + to))))
}

function bias(name: string, size: number): Value {
  return parameter(name, [size], filled(0), false)
}
