// Choosing by index along the last axis: one-hot rows, one element of each row, the index of the largest.
import { cast, equal, mul } from './elementwise.ts'
import { int } from './onnx.ts'
import { reduceSum } from './reduce.ts'
import { unsqueeze } from './shape.ts'
import { constant, operation, sameShape, shapeError, type DType, type Value } from './value.ts'

/** 1 at the index, 0 elsewhere: indices int64 [...] to [..., classes]. An index outside gives a row of zeros. No gradient. */
export function oneHot(indices: Value, classes: number, dtype: DType = 'float32'): Value {
  if (indices.dtype !== 'int64')
    throw new TypeError(`oneHot: the indices are ${indices.dtype}, expected int64.`)
  const ids = constant([...Array(classes).keys()], 'int64', [classes])
  return cast(equal(unsqueeze(indices, indices.shape.length), ids), dtype)
}

/**
 * Element `indices[...]` of each row of x: x [..., k], indices int64 [...], result [...]. The gradient goes to the
 * chosen elements. Meant for few classes (the value of the action taken): the whole row is read.
 */
export function select(x: Value, indices: Value): Value {
  if (!sameShape(x.shape.slice(0, -1), indices.shape)) {
    throw shapeError('select', 'one index for each row is needed', [x.shape, indices.shape])
  }
  return reduceSum(mul(x, oneHot(indices, x.shape.at(-1)!, x.dtype)), [-1])
}

/** The index of the largest element of each row, the first of equal ones: x [..., k], result int64 [...]. No gradient. */
export function argMax(x: Value): Value {
  return operation('ArgMax', [x], 'int64', x.shape.slice(0, -1), {
    attributes: { axis: int(-1), keepdims: int(0) },
  })
}
