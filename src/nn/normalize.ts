// Normalisations without batch statistics: an example's result never depends on the others.
import { add, div, mul, shift, sqrt, sub } from './elementwise.ts'
import { reduceMean } from './reduce.ts'
import { reshape } from './shape.ts'
import { operation, scalar, shapeError, type Value } from './value.ts'

const EPSILON = 1e-5

/** Layer normalisation over the last axis (Ba et al. 2016, eq. 3), then gain [n] and bias [n]. */
export function layerNorm(x: Value, gain: Value, bias: Value): Value {
  return add(mul(standardize(x, [-1]), gain), bias)
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
  const centred = sub(x, reduceMean(x, axes, true))
  const variance = reduceMean(mul(centred, centred), axes, true)
  const perDeviation = div(scalar(1, x.dtype), sqrt(shift(variance, EPSILON)))
  // The gradient in closed form (Ioffe and Szegedy 2015, section 3): half the passes of the chain rule step by step.
  const y: Value = operation('Mul', [centred, perDeviation], x.dtype, x.shape, {
    over: [x],
    backward: (g) => {
      const along = mul(y, reduceMean(mul(g, y), axes, true))
      return [mul(sub(sub(g, reduceMean(g, axes, true)), along), perDeviation)]
    },
  })
  return y
}
