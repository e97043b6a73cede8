// Sums and means over axes, and their counterpart, repetition along axes.
import { int } from './onnx.ts'
import { reshape } from './shape.ts'
import {
  axisOf,
  BATCH,
  broadcastShape,
  int64s,
  operation,
  sameShape,
  scalar,
  shapeError,
  type Shape,
  type Value,
} from './value.ts'

/** The sum over `axes` (all of them by default). `keep`: reduced axes stay with size 1. */
export function reduceSum(a: Value, axes?: readonly number[], keep = false): Value {
  return reduction('ReduceSum', a, axes, keep, (g) => g)
}

export function reduceMean(a: Value, axes?: readonly number[], keep = false): Value {
  return reduction('ReduceMean', a, axes, keep, (g, count) =>
    operation('Div', [g, scalar(count, g.dtype)], g.dtype, g.shape),
  )
}

/** `a` repeated along axes of size 1 until it has `shape`. */
export function expand(a: Value, shape: Shape): Value {
  if (sameShape(a.shape, shape)) return a
  if (!sameShape(broadcastShape('expand', a.shape, shape), shape)) {
    throw shapeError('expand', 'the first does not repeat to the second', [a.shape, shape])
  }
  if (shape.includes(BATCH)) throw shapeError('expand', 'the batch size must be fixed', [a.shape, shape])
  return operation('Expand', [a, int64s(shape)], a.dtype, shape, {
    backward: (g) => [unbroadcast(g, a.shape)],
  })
}

/** The gradient `g` summed over the axes along which a tensor of `shape` was repeated by broadcasting. */
export function unbroadcast(g: Value, shape: Shape): Value {
  if (sameShape(g.shape, shape)) return g
  const extra = g.shape.length - shape.length
  if (extra < 0) return expand(g, shape)
  const axes = g.shape.flatMap((size, i) => (i < extra || shape[i - extra] !== size ? [i] : []))
  const reduced = g.shape.map((size, i) => (axes.includes(i) ? 1 : size)).slice(extra)
  return expand(reshape(reduceSum(g, axes, !isAhead(axes)), reduced), shape)
}

/** Whether none stands behind one that is not among them. */
function isAhead(axes: readonly number[]): boolean {
  return axes.every((axis, i) => axis === i)
}

/** The axes counted from the front, ascending; all where none are given. */
export function axesOf(op: string, shape: Shape, axes: readonly number[] | undefined): number[] {
  const list = axes ?? shape.map((_, i) => i)
  return list.map((axis) => axisOf(op, shape, axis)).toSorted((x, y) => x - y)
}

/** `shape` with `axes` at size 1. */
export function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((size, i) => (axes.includes(i) ? 1 : size))
}

function reduction(
  op: string,
  a: Value,
  wanted: readonly number[] | undefined,
  keep: boolean,
  share: (g: Value, count: number) => Value,
): Value {
  const axes = axesOf(op, a.shape, wanted)
  const kept = keptShape(a.shape, axes)
  const shape = keep ? kept : a.shape.filter((_, i) => !axes.includes(i))
  const count = axes.reduce((product, axis) => product * a.shape[axis]!, 1)
  return operation(op, [a, int64s(axes)], a.dtype, shape, {
    attributes: { keepdims: int(keep ? 1 : 0) },
    backward: (g) => [expand(reshape(share(g, count), kept), a.shape)],
  })
}

/** Running sums along `axis`; `reverse`: from the end. No gradient. */
export function cumulativeSum(a: Value, axis: number, reverse = false): Value {
  const at = axisOf('cumulativeSum', a.shape, axis)
  return operation('CumSum', [a, scalar(at, 'int64')], a.dtype, a.shape, {
    attributes: { reverse: int(reverse ? 1 : 0) },
  })
}
