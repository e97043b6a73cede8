// The Transformer's encoder of series: patches as tokens, learned positions, pre-norm layers. The model and its benchmark share it.
import { attend, tokensFirst, tokensInside } from '../nn/attention.ts'
import { dropout } from '../nn/dropout.ts'
import { add, plainGelu, scale } from '../nn/elementwise.ts'
import { linear } from '../nn/matmul.ts'
import { layerNorm, normedLinear, type Norm } from '../nn/normalize.ts'
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
  let x = drop(tokensFirst(tokens))
  for (let layer = 1; layer <= shape.layers; layer++) {
    const own = `${name}.layer${layer}`
    x = add(x, drop(attention(own, x, shape)))
    x = add(x, drop(feedForward(own, x, shape, drop)))
  }
  const last = norm(`${name}.norm`, shape.width)
  return tokensInside(layerNorm(x, last.gain, last.bias))
}

function attention(name: string, x: Value, { width, heads }: TransformerShape): Value {
  const own = `${name}.attention`
  const normed = norm(`${name}.norm1`, width)
  const projected = normedLinear(x, normed, weight(own, width, 3 * width), bias(own, 3 * width))
  return dense(`${name}.mix`, attend(projected, heads), width, width)
}

function feedForward(name: string, x: Value, shape: TransformerShape, drop: (x: Value) => Value): Value {
  const { width, feedForward: wide } = shape
  const normed = norm(`${name}.norm2`, width)
  const [first, second] = [`${name}.forward1`, `${name}.forward2`]
  // The factors that `plainGelu` leaves to others.
  const [into, offset, out] = [
    weight(first, width, wide),
    bias(first, wide),
    weight(second, wide, width),
  ].map((each) => scale(each, Math.SQRT1_2)) as [Value, Value, Value]
  const inner = plainGelu(normedLinear(x, normed, into, offset))
  return linear(drop(inner), out, bias(second, width))
}

function norm(name: string, width: number): Norm {
  return { gain: parameter(`${name}.gain`, [width], filled(1), false), bias: bias(name, width) }
}

/** Each use gets a mask of its own; salts from 64 upward are the encoder's. */
function dropper(rate: number, training: TrainingMode | undefined): (x: Value) => Value {
  let layer = 64
  return (x) => (training === undefined ? x : dropout(x, rate, training.step, training.seed * 1024 + layer++))
}

/** x [..., from] times a weight [from, to] plus a bias, both parameters. */
export function dense(name: string, x: Value, from: number, to: number): Value {
  return linear(x, weight(name, from, to), bias(name, to))
}

/** Uniform with variance 2 / (from + to) (Glorot and Bengio 2010). */
function weight(name: string, from: number, to: number): Value {
  return parameter(`${name}.weight`, [from, to], uniform(Math.sqrt(6 / (from + to))))
}

function bias(name: string, size: number): Value {
  return parameter(`${name}.bias`, [size], filled(0), false)
}
