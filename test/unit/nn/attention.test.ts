// Self-attention: values by hand, gradients by differences. The whole encoder is compared with PyTorch in test/unit/models.
import { describe, expect, it } from 'vitest'
import { selfAttention } from '../../../src/nn/attention.ts'
import { constant, input, type Shape, type Value } from '../../../src/nn/value.ts'
import { expectGradients, numbersOf } from './evaluate.ts'

const floats = (numbers: readonly number[], shape: Shape): Value => constant(numbers, 'float32', shape)

/** Width 2: queries and keys are `q` and `k` times the token, values the token, nothing mixed after. */
function weights(q: number, k: number): Parameters<typeof selfAttention>[1] {
  return {
    projection: floats([q, 0, k, 0, 1, 0, 0, q, 0, k, 0, 1], [2, 6]),
    projectionBias: floats([0, 0, 0, 0, 0, 0], [6]),
    output: floats([1, 0, 0, 1], [2, 2]),
    outputBias: floats([10, 20], [2]),
  }
}

describe('selfAttention', () => {
  const tokens = floats([1, 0, 3, 4], [1, 2, 2])

  it('without an opinion is the mean of the tokens', async () => {
    expect(await numbersOf(selfAttention(tokens, weights(0, 0), 1))).toEqual([12, 22, 12, 22])
  })

  it('weighs tokens by softmax of query · key / √size', async () => {
    // Token 1 asks (1, 0): keys give 1 and 3, over √2; token 2 asks (3, 4): 3 and 25.
    const share = (own: number, other: number): number => 1 / (1 + Math.exp((other - own) / Math.SQRT2))
    const [first, second] = [share(1, 3), share(3, 25)]
    const expected = [first, second].flatMap((of) => [10 + of + 3 * (1 - of), 20 + 4 * (1 - of)])
    const got = await numbersOf(selfAttention(tokens, weights(1, 1), 1))
    got.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4))
  })

  it('has heads that see their own part only', async () => {
    // Head 1 sees 1 and 3, head 2 sees 0 and 4; each weighs by its own products, over √1.
    const share = (own: number, other: number): number => 1 / (1 + Math.exp(other - own))
    const one = share(1, 3)
    const got = await numbersOf(selfAttention(tokens, weights(1, 1), 2))
    expect(got[0]).toBeCloseTo(10 + one + 3 * (1 - one), 4)
    expect(got[1]).toBeCloseTo(20 + 2, 4)
  })

  it('has the gradients of differences, with any leading axes', async () => {
    const f = (x: Value, projection: Value, projectionBias: Value, output: Value, outputBias: Value): Value =>
      selfAttention(x, { projection, projectionBias, output, outputBias }, 2)
    await expectGradients(f, { shapes: [[2, 3, 4], [4, 12], [12], [4, 4], [4]] })
    await expectGradients(f, { shapes: [[2, 1, 3, 4], [4, 12], [12], [4, 4], [4]] })
  })

  it('refuses a width that is no multiple of the heads', () => {
    const x = input('x', 'float32', [1, 2, 2])
    expect(() => selfAttention(x, weights(1, 1), 3)).toThrow('width in 3 equal heads; shapes [1, 2, 2]')
  })
})
