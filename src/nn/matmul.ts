// Matrix products and the linear layer.
import { add } from './elementwise.ts'
import { int } from './onnx.ts'
import { expand, unbroadcast } from './reduce.ts'
import { reshape, transpose } from './shape.ts'
import {
  BATCH,
  broadcastShape,
  operation,
  requireSameDType,
  shapeError,
  sizeOf,
  type Shape,
  type Value,
} from './value.ts'

/** a [..., m, k] times b [..., k, n] = [..., m, n]; leading axes broadcast. */
export function matmul(a: Value, b: Value): Value {
  requireSameDType('matmul', [a, b])
  if (a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== b.shape.at(-2)) {
    throw shapeError('matmul', 'columns of the first must equal rows of the second', [a.shape, b.shape])
  }
  const leading = broadcastShape('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2))
  return operation('MatMul', [a, b], a.dtype, [...leading, a.shape.at(-2)!, b.shape.at(-1)!], {
    backward: (g) => [
      unbroadcast(matmul(g, swapLast(b)), a.shape),
      b.shape.length === 2 ? flatGradient(a, g) : unbroadcast(matmul(swapLast(a), g), b.shape),
    ],
  })
}

/** x [..., k] times weight [k, n] plus bias [n]. */
export function linear(x: Value, weight: Value, bias: Value): Value {
  return withBias(matmul(x, weight), bias)
}

/** x [..., n] plus bias [n]. */
export function withBias(x: Value, bias: Value): Value {
  return add(x, repeated(bias, x.shape))
}

/**
 * A bias as it is added to `shape`. With a free batch it can not become a part of the product: what repeats as seldom as it may is added
 * in a third of the time, and is made once where the weights are fixed.
 */
export function repeated(bias: Value, shape: Shape): Value {
  const free = shape.indexOf(BATCH)
  return free === -1 ? bias : expand(bias, shape.slice(free + 1))
}

/** aᵀg over all leading axes at once: one matrix product without a transposed copy. */
export function flatGradient(a: Value, g: Value): Value {
  const k = a.shape.at(-1)!
  const n = g.shape.at(-1)!
  return operation('Gemm', [rows(a, k), rows(g, n)], g.dtype, [k, n], { attributes: { transA: int(1) } })
}

function rows(a: Value, columns: number): Value {
  return a.shape.length === 2 ? a : reshape(a, [sizeOf(a.shape) / columns, columns] satisfies Shape)
}

/** [..., m, n] as [..., n, m]. */
export function swapLast(a: Value): Value {
  const rank = a.shape.length
  const order = a.shape.map((_, i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i))
  return transpose(a, order)
}
