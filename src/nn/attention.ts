// Multi-head self-attention.
import { at } from '../core/at.ts'
import { mul, scale, sub } from './elementwise.ts'
import { softmax } from './loss.ts'
import { matmul, swapLast } from './matmul.ts'
import { reduceSum } from './reduce.ts'
import { concat, reshape, slice, transpose } from './shape.ts'
import { operation, int64s, shapeError, type Value } from './value.ts'

/**
 * Every token looks at all tokens of its row (Vaswani et al. 2017, section 3.2). `projected` [tokens, ..., 3·width]: queries, keys
 * and values side by side, each in `heads` equal parts; the result is [tokens, ..., width]. Tokens come first: products over them
 * then read what lies there, in no copy of another order.
 */
export function attend(projected: Value, heads: number): Value {
  const [tokens = 0, ...rest] = projected.shape
  const width = (rest.at(-1) ?? 0) / 3
  if (rest.length < 2 || !Number.isInteger(width / heads)) {
    throw shapeError('attend', `[tokens, ..., 3·width] needed, width in ${heads} equal heads`, [
      projected.shape,
    ])
  }
  const size = width / heads
  const rows = rest.slice(0, -1)
  const inParts = reshape(projected, [tokens, ...rows, 3, heads, size])
  const part = (i: number): Value =>
    tokensInside(reshape(slice(inParts, -3, i, i + 1), [tokens, ...rows, heads, size]))
  const [queries, keys, values] = [scale(part(0), 1 / Math.sqrt(size)), part(1), part(2)]
  const looks = softmax(matmul(queries, swapLast(keys)))
  const seen = tokensFirst(matmul(looks, values))
  const shape = [tokens, ...rows, width]
  return operation('Reshape', [seen, int64s(shape)], seen.dtype, shape, {
    over: [projected],
    backward: (g) => {
      const parts = gradients(reshape(g, seen.shape), { queries, keys, values, looks, seen })
      const apart = parts.map((each) => reshape(tokensFirst(each), [tokens, ...rows, 1, heads, size]))
      return [reshape(concat(apart, -3), projected.shape)]
    },
  })
}

interface Attention {
  /** [..., heads, tokens, size], the queries with their factor. */
  readonly queries: Value
  readonly keys: Value
  readonly values: Value
  /** [..., heads, tokens, tokens] */
  readonly looks: Value
  /** [tokens, ..., heads, size] */
  readonly seen: Value
}

/** Of queries before their factor, keys and values, given that of what is seen. */
function gradients(ofSeen: Value, { queries, keys, values, looks, seen }: Attention): Value[] {
  const ofRows = tokensInside(ofSeen)
  // Σ gradient·look over a row of looks is Σ gradient·seen, which is shorter (Dao et al. 2022, section 3.1 and appendix B.2).
  const along = tokensInside(reduceSum(mul(ofSeen, seen), [-1], true))
  const ofLooks = mul(looks, sub(matmul(ofRows, swapLast(values)), along))
  return [
    scale(matmul(ofLooks, keys), 1 / Math.sqrt(at(keys.shape, -1))),
    // Wide products, which are faster than high ones.
    swapLast(matmul(swapLast(queries), ofLooks)),
    swapLast(matmul(swapLast(ofRows), looks)),
  ]
}

/** [tokens, ..., n] to [..., tokens, n]. */
export function tokensInside(x: Value): Value {
  const rank = x.shape.length
  return transpose(x, [...Array.from({ length: rank - 2 }, (_, i) => i + 1), 0, rank - 1])
}

/** [..., tokens, n] to [tokens, ..., n]. */
export function tokensFirst(x: Value): Value {
  const rank = x.shape.length
  return transpose(x, [rank - 2, ...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1])
}
