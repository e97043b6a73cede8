// Self-attention: values by hand, gradients by differences. The whole encoder is compared with PyTorch in test/unit/models.
import { describe, expect, it } from 'vitest'
import { attend } from '../../../src/nn/attention.ts'
import { constant, input, type Shape, type Value } from '../../../src/nn/value.ts'
import { expectGradients, numbersOf } from './evaluate.ts'

const floats = (numbers: readonly number[], shape: Shape): Value => constant(numbers, 'float32', shape)

/** Two tokens of one row, of width 2: queries and keys are `q` and `k` times the token, values the token. */
function projected(q: number, k: number): Value {
  const tokens = [
    [1, 0],
    [3, 4],
  ]
  const parts = tokens.flatMap((token) => [q, k, 1].flatMap((factor) => token.map((x) => factor * x)))
  return floats(parts, [2, 1, 6])
}

describe('attend', () => {
  it('without an opinion is the mean of the tokens', async () => {
    expect(await numbersOf(attend(projected(0, 0), 1))).toEqual([2, 2, 2, 2])
  })

  it('weighs tokens by softmax of query · key / √size', async () => {
    // Token 1 asks (1, 0): keys give 1 and 3, over √2; token 2 asks (3, 4): 3 and 25.
    const share = (own: number, other: number): number => 1 / (1 + Math.exp((other - own) / Math.SQRT2))
    const [first, second] = [share(1, 3), share(3, 25)]
    const expected = [first, second].flatMap((of) => [of + 3 * (1 - of), 4 * (1 - of)])
    const got = await numbersOf(attend(projected(1, 1), 1))
    got.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4))
  })

  it('has heads that see their own part only', async () => {
    // Head 1 sees 1 and 3, head 2 sees 0 and 4; each weighs by its own products, over √1.
    const share = (own: number, other: number): number => 1 / (1 + Math.exp(other - own))
    const one = share(1, 3)
    const got = await numbersOf(attend(projected(1, 1), 2))
    expect(got[0]).toBeCloseTo(one + 3 * (1 - one), 4)
    expect(got[1]).toBeCloseTo(2, 4)
  })

  it('has rows that see their own tokens only', async () => {
    const [one, other] = [
      [1, 0, 2, 1, 5, 7],
      [0, 3, 1, 1, 2, 8],
    ] as const
    const alone = await Promise.all([one, other].map((row) => numbersOf(attend(floats(row, [1, 1, 6]), 1))))
    expect(await numbersOf(attend(floats([...one, ...other], [1, 2, 6]), 1))).toEqual(alone.flat())
    expect(alone).toEqual([
      [5, 7],
      [2, 8],
    ])
  })

  it('has the gradients of differences, with any rows', async () => {
    await expectGradients((x) => attend(x, 2), { shapes: [[3, 2, 12]] })
    await expectGradients((x) => attend(x, 2), { shapes: [[3, 2, 1, 12]] })
  })

  it('refuses a width that is no multiple of the heads', () => {
    const x = input('x', 'float32', [2, 1, 6])
    expect(() => attend(x, 3)).toThrow('width in 3 equal heads; shapes [2, 1, 6]')
  })
})
