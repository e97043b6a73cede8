// Maxima, minima and pooling.
import { cast, div, equal, mul } from './elementwise.ts'
import { int } from './onnx.ts'
import { axesOf, expand, keptShape, reduceMean, reduceSum } from './reduce.ts'
import { reshape, slice } from './shape.ts'
import { axisOf, int64s, operation, type Shape, type Value } from './value.ts'

/** The largest element over `axes`; equal maxima share the gradient evenly (as PyTorch's `amax`). */
export function reduceMax(a: Value, axes?: readonly number[], keep = false): Value {
  return extreme('ReduceMax', a, axes, keep)
}

/** The smallest element over `axes`; equal minima share the gradient evenly. */
export function reduceMin(a: Value, axes?: readonly number[], keep = false): Value {
  return extreme('ReduceMin', a, axes, keep)
}

/** Maxima of blocks of `size` along `axis`; a rest at the front is left out, so that the last block ends at the end. */
export function maxPool(a: Value, axis: number, size: number): Value {
  const [blocks, at] = inBlocks('maxPool', a, axis, size)
  return reduceMax(blocks, [at])
}

/** Means of blocks, as `maxPool`. */
export function averagePool(a: Value, axis: number, size: number): Value {
  const [blocks, at] = inBlocks('averagePool', a, axis, size)
  return reduceMean(blocks, [at])
}

function inBlocks(op: string, a: Value, axis: number, size: number): readonly [Value, number] {
  const at = axisOf(op, a.shape, axis)
  const length = a.shape[at]!
  const count = Math.floor(length / size)
  const whole = slice(a, at, length - count * size, length)
  return [reshape(whole, [...a.shape.slice(0, at), count, size, ...a.shape.slice(at + 1)]), at + 1]
}

function extreme(op: string, a: Value, wanted: readonly number[] | undefined, keep: boolean): Value {
  const axes = axesOf(op, a.shape, wanted)
  const kept = keptShape(a.shape, axes)
  const shape: Shape = keep ? kept : a.shape.filter((_, i) => !axes.includes(i))
  const y: Value = operation(op, [a, int64s(axes)], a.dtype, shape, {
    attributes: { keepdims: int(keep ? 1 : 0) },
    backward: (g) => {
      const hits = cast(equal(a, reshape(y, kept)), g.dtype)
      const share = div(reshape(g, kept), reduceSum(hits, axes, true))
      return [mul(expand(share, a.shape), hits)]
    },
  })
  return y
}
