// Normalisations without batch statistics: an example's result never depends on the others.
import { add, div, mul, shift, sqrt, sub } from './elementwise.ts'
import { flatGradient, matmul, repeated, swapLast } from './matmul.ts'
import { float, int } from './onnx.ts'
import { reduceMean, reduceSum, unbroadcast } from './reduce.ts'
import { reshape } from './shape.ts'
import { constant, further, operation, scalar, shapeError, type Value } from './value.ts'

const EPSILON = 1e-5

/** Layer normalisation over the last axis (Ba et al. 2016, eq. 3), then gain [n] and bias [n]. */
export function layerNorm(x: Value, gain: Value, bias: Value): Value {
  return add(mul(standardRows(x).y, gain), bias)
}

/** What a layer normalisation learns: a factor and a summand for each number of the last axis. */
export interface Norm {
  readonly gain: Value
  readonly bias: Value
}

/**
 * `linear(layerNorm(x, gain, bias), weight, offset)` at the price of the map alone: gain and bias go into the map's numbers, which are few.
 * A column's mean is taken from it, which a standardised row does not see: then no mean need be taken from the gradient.
 */
export function normedLinear(x: Value, { gain, bias }: Norm, weight: Value, offset: Value): Value {
  const [width = 0, wide = 0] = weight.shape
  const factors = reshape(gain, [width, 1])
  const folded = lessMean(mul(factors, weight), [0])
  const moved = add(reshape(matmul(reshape(bias, [1, width]), weight), [wide]), offset)
  const { y, perDeviation } = standardRows(x)
  const product = matmul(y, folded)
  return operation('Add', [product, repeated(moved, product.shape)], x.dtype, product.shape, {
    over: [x, gain, bias, weight, offset],
    backward: (g) => {
      const ofOffset = unbroadcast(g, offset.shape)
      const ofFolded = lessMean(flatGradient(y, g), [0])
      const ofMoved = matmul(reshape(bias, [width, 1]), reshape(ofOffset, [1, wide]))
      return [
        mul(lessAlong(matmul(g, swapLast(folded)), y, [-1]), perDeviation),
        reduceSum(mul(ofFolded, weight), [1]),
        reshape(matmul(weight, reshape(ofOffset, [wide, 1])), [width]),
        add(mul(ofFolded, factors), ofMoved),
        ofOffset,
      ]
    },
  })
}

/** Rows of the last axis with mean 0 and variance 1, in one operation, and what each was divided by, as a factor. */
function standardRows(x: Value): { y: Value; perDeviation: Value } {
  const width = x.shape.at(-1)!
  const ones = constant(new Array<number>(width).fill(1), x.dtype, [width])
  const attributes = { axis: int(-1), epsilon: float(EPSILON) }
  const y: Value = operation('LayerNormalization', [x, ones], x.dtype, x.shape, {
    attributes,
    over: [x],
    backward: (g) => [mul(lessAlong(lessMean(g, [-1]), y, [-1]), perDeviation)],
  })
  const perDeviation = further(y, 2, x.dtype, [...x.shape.slice(0, -1), 1])
  return { y, perDeviation }
}

/**
 * The gradient of what was standardised to `y`, before its factor, in closed form (Ioffe and Szegedy 2015, section 3): half the passes of the
 * chain rule step by step. `g` has mean 0 over `axes`.
 */
function lessAlong(g: Value, y: Value, axes: readonly number[]): Value {
  return sub(g, mul(y, reduceMean(mul(g, y), axes, true)))
}

function lessMean(x: Value, axes: readonly number[]): Value {
  return sub(x, reduceMean(x, axes, true))
}

/** Group normalisation of [batch, length, channels] (Wu and He 2018): over length and each group of channels. */
export function groupNorm(x: Value, groups: number, gain: Value, bias: Value): Value {
  const [batch = 0, length = 0, channels = 0] = x.shape
  if (x.shape.length !== 3 || channels % groups !== 0) {
    throw shapeError('groupNorm', `[batch, length, channels] needed, channels in ${groups} equal groups`, [
      x.shape,
    ])
  }
  const grouped = reshape(x, [batch, length, groups, channels / groups])
  return add(mul(reshape(standardize(grouped, [1, 3]), x.shape), gain), bias)
}

/** Mean 0 and variance 1 over `axes`. */
export function standardize(x: Value, axes: readonly number[]): Value {
  const centred = lessMean(x, axes)
  const variance = reduceMean(mul(centred, centred), axes, true)
  const perDeviation = div(scalar(1, x.dtype), sqrt(shift(variance, EPSILON)))
  const y: Value = operation('Mul', [centred, perDeviation], x.dtype, x.shape, {
    over: [x],
    backward: (g) => [mul(lessAlong(lessMean(g, axes), y, axes), perDeviation)],
  })
  return y
}
