// Operations that move elements without changing them: reshape, transpose, slice, pad, concat, gather.
import { int, type Attributes } from './onnx.ts'
import {
  axisOf,
  BATCH,
  constant,
  int64s,
  operation,
  requireSameDType,
  sameShape,
  scalar,
  shapeError,
  sizeOf,
  type Shape,
  type Value,
} from './value.ts'

/** The same elements, row-major, in another shape. A batch dimension stays one. */
export function reshape(a: Value, shape: Shape): Value {
  if (fixedSize(a.shape) !== fixedSize(shape) || a.shape.includes(BATCH) !== shape.includes(BATCH)) {
    throw shapeError('reshape', 'the numbers of elements differ', [a.shape, shape])
  }
  const from = a.shape
  if (sameShape(from, shape)) return a
  return operation('Reshape', [a, int64s(shape)], a.dtype, shape, { backward: (g) => [reshape(g, from)] })
}

function fixedSize(shape: Shape): number {
  return shape.reduce((product, size) => (size === BATCH ? product : product * size), 1)
}

/** Axes reordered: axis i of the result is axis `order[i]` of `a`. */
export function transpose(a: Value, order: readonly number[]): Value {
  const sorted = order.toSorted((x, y) => x - y)
  if (order.length !== a.shape.length || sorted.some((axis, i) => axis !== i)) {
    throw shapeError('transpose', `[${order.join(', ')}] is no order of the axes`, [a.shape])
  }
  const shape = order.map((axis) => a.shape[axis]!)
  const inverse = order.map((_, i) => order.indexOf(i))
  return operation('Transpose', [a], a.dtype, shape, {
    attributes: { perm: { ints: order } },
    backward: (g) => [transpose(g, inverse)],
  })
}

/** The elements start ≤ i < end along `axis`. */
export function slice(a: Value, axis: number, start: number, end: number): Value {
  const at = axisOf('slice', a.shape, axis)
  const size = a.shape[at]!
  if (size === BATCH || start < 0 || end > size || start >= end) {
    throw shapeError('slice', `there is no part ${start} to ${end} of axis ${at}`, [a.shape])
  }
  if (start === 0 && end === size) return a
  return operation(
    'Slice',
    [a, int64s([start]), int64s([end]), int64s([at])],
    a.dtype,
    withSize(a.shape, at, end - start),
    {
      backward: (g) => [pad(g, at, start, size - end)],
    },
  )
}

/** `before` and `after` zeros added along `axis`. */
export function pad(a: Value, axis: number, before: number, after: number): Value {
  const at = axisOf('pad', a.shape, axis)
  const size = a.shape[at]!
  if (size === BATCH) throw shapeError('pad', 'the batch cannot be padded', [a.shape])
  if (before === 0 && after === 0) return a
  const inputs = [a, int64s([before, after]), scalar(0, a.dtype), int64s([at])]
  return operation('Pad', inputs, a.dtype, withSize(a.shape, at, before + size + after), {
    backward: (g) => [slice(g, at, before, before + size)],
  })
}

/** Tensors joined along `axis`; the other sizes must agree. */
export function concat(parts: readonly Value[], axis: number): Value {
  const first = parts[0]
  if (first === undefined) throw shapeError('concat', 'nothing to join', [])
  if (parts.length === 1) return first
  requireSameDType('concat', parts)
  const at = axisOf('concat', first.shape, axis)
  const ends = runningSizes(parts, at)
  const attributes: Attributes = { axis: int(at) }
  return operation('Concat', parts, first.dtype, withSize(first.shape, at, ends.at(-1)!), {
    attributes,
    backward: (g) => ends.map((end, i) => slice(g, at, ends[i - 1] ?? 0, end)),
  })
}

function runningSizes(parts: readonly Value[], axis: number): number[] {
  const shapes = parts.map((part) => part.shape)
  let total = 0
  return shapes.map((shape) => {
    const fits =
      shape.length === shapes[0]!.length && shape.every((n, i) => i === axis || n === shapes[0]![i])
    if (!fits || shape[axis] === BATCH) throw shapeError('concat', 'only the joined axis may differ', shapes)
    total += shape[axis]!
    return total
  })
}

/** A new axis of size 1 before `axis`. */
export function unsqueeze(a: Value, axis: number): Value {
  const at = axis < 0 ? axis + a.shape.length + 1 : axis
  return reshape(a, [...a.shape.slice(0, at), 1, ...a.shape.slice(at)])
}

/** Equal shapes joined along a new axis. */
export function stack(parts: readonly Value[], axis: number): Value {
  return concat(
    parts.map((part) => unsqueeze(part, axis)),
    axis,
  )
}

/** Rows `indices` (int64, any shape) of `a` along its first axis: result [...indices.shape, ...a.shape[1:]]. */
export function gather(a: Value, indices: Value): Value {
  if (indices.dtype !== 'int64')
    throw new TypeError(`gather: the indices are ${indices.dtype}, expected int64.`)
  const row = a.shape.slice(1)
  return operation('Gather', [a, indices], a.dtype, [...indices.shape, ...row], {
    attributes: { axis: int(0) },
    backward: (g) => [scatterAdd(a, indices, g), undefined],
  })
}

/** Zeros shaped like `a`, to whose rows `indices` the rows of `g` are added; repeated indices add up. */
function scatterAdd(a: Value, indices: Value, g: Value): Value {
  const zeros = constant(new Array<number>(sizeOf(a.shape)).fill(0), a.dtype, a.shape)
  const at = reshape(indices, [...indices.shape, 1])
  return operation('ScatterND', [zeros, at, g], a.dtype, a.shape, {
    attributes: { reduction: { text: 'add' } },
  })
}

function withSize(shape: Shape, axis: number, size: number): Shape {
  return shape.map((n, i) => (i === axis ? size : n))
}
