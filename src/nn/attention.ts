// Multi-head self-attention.
import { scale } from './elementwise.ts'
import { softmax } from './loss.ts'
import { linear, matmul } from './matmul.ts'
import { reshape, slice, transpose } from './shape.ts'
import { shapeError, type Value } from './value.ts'

export interface AttentionWeights {
  /** Queries, keys and values side by side: [width, 3·width] and [3·width]; each in `heads` equal parts. */
  readonly projection: Value
  readonly projectionBias: Value
  /** [width, width] and [width] */
  readonly output: Value
  readonly outputBias: Value
}

/** Every token of x [..., tokens, width] looks at all tokens of its row (Vaswani et al. 2017, section 3.2). */
export function selfAttention(x: Value, weights: AttentionWeights, heads: number): Value {
  const rows = x.shape.length - 2
  const [tokens = 0, width = 0] = x.shape.slice(rows)
  if (rows < 1 || width % heads !== 0) {
    throw shapeError('selfAttention', `[..., tokens, width] needed, width in ${heads} equal heads`, [x.shape])
  }
  const size = width / heads
  const leading = x.shape.slice(0, rows)
  const projected = linear(x, weights.projection, weights.projectionBias)
  const part = (i: number, order: readonly number[]): Value => {
    const own = slice(projected, -1, i * width, (i + 1) * width)
    const inHeads = reshape(own, [...leading, tokens, heads, size])
    return transpose(inHeads, [...leading.keys(), ...order.map((axis) => rows + axis)])
  }
  const queries = scale(part(0, [1, 0, 2]), 1 / Math.sqrt(size))
  const looks = softmax(matmul(queries, part(1, [1, 2, 0])))
  const seen = matmul(looks, part(2, [1, 0, 2]))
  const joined = transpose(seen, [...leading.keys(), ...[1, 0, 2].map((axis) => rows + axis)])
  return linear(reshape(joined, x.shape), weights.output, weights.outputBias)
}
