// Values checked by hand, and the errors of wrong shapes.
import { describe, expect, it } from 'vitest'
import { conv1d } from '../../../src/nn/conv.ts'
import { dropout } from '../../../src/nn/dropout.ts'
import {
  add,
  cast,
  clip,
  equal,
  lessOrEqual,
  mod,
  mul,
  plainGelu,
  relu,
  scale,
  where,
} from '../../../src/nn/elementwise.ts'
import { emit } from '../../../src/nn/emit.ts'
import { gradients } from '../../../src/nn/gradient.ts'
import { crossEntropy, softmax, weightedMean } from '../../../src/nn/loss.ts'
import { linear, matmul } from '../../../src/nn/matmul.ts'
import { layerNorm, normedLinear } from '../../../src/nn/normalize.ts'
import { averagePool, maxPool, reduceMax } from '../../../src/nn/pool.ts'
import { cumulativeSum, expand, reduceMean, reduceSum } from '../../../src/nn/reduce.ts'
import { int64, Session } from '../../../src/nn/runtime.ts'
import { concat, gather, reshape, slice, transpose } from '../../../src/nn/shape.ts'
import { BATCH, constant, input, int64s, scalar, type Shape, type Value } from '../../../src/nn/value.ts'
import { evaluate, numbersOf } from './evaluate.ts'

const floats = (numbers: readonly number[], shape: Shape = [numbers.length]): Value =>
  constant(numbers, 'float32', shape)
const range = (n: number): number[] => [...Array(n).keys()]

describe('values', () => {
  it('conv1d: cross-correlation without padding', async () => {
    // Two channels; the kernel takes x0[t] − x0[t+1] into filter 0 and x1[t+1] into filter 1.
    const x = floats([1, 10, 4, 20, 9, 30], [1, 3, 2])
    const kernel = floats([1, 0, 0, 0, -1, 0, 0, 1], [2, 2, 2])
    expect(await numbersOf(conv1d(x, kernel))).toEqual([-3, 20, -5, 30])
  })

  it('conv1d: dilation skips candles', async () => {
    const x = floats([1, 2, 4, 8, 16], [5, 1])
    const kernel = floats([1, 100], [2, 1, 1])
    expect(await numbersOf(conv1d(x, kernel, { dilation: 2 }))).toEqual([401, 802, 1604])
    expect(await numbersOf(conv1d(x, kernel, { dilation: 4 }))).toEqual([1601])
  })

  it('pools whole blocks that end at the end', async () => {
    const x = floats([9, 1, 2, -3, -4], [5])
    expect(await numbersOf(maxPool(x, 0, 2))).toEqual([2, -3])
    expect(await numbersOf(averagePool(x, 0, 2))).toEqual([1.5, -3.5])
  })

  it('reduceMax: equal maxima share the gradient, negative ones get theirs', async () => {
    const x = input('x', 'float32', [2, 2])
    const [g] = gradients(reduceSum(reduceMax(x, [1])), [x])
    const feeds = { x: { dtype: 'float32', shape: [2, 2], data: Float32Array.of(5, 5, -7, -2) } } as const
    expect((await evaluate({ g: g! }, [x], feeds))['g']).toEqual([0.5, 0.5, 0, 1])
  })

  it('softmax and cross-entropy', async () => {
    const logits = floats([0, Math.log(3), 1000, 0], [2, 2])
    expect(await numbersOf(softmax(logits))).toEqual([expect.closeTo(0.25, 6), expect.closeTo(0.75, 6), 1, 0])
    const losses = await numbersOf(crossEntropy(logits, int64s([0, 1])))
    expect(losses).toEqual([expect.closeTo(Math.log(4), 5), 1000])
  })

  it('cross-entropy, smoothed: a share of the target goes to all classes', async () => {
    const logits = floats([0, Math.log(3)], [1, 2])
    const [loss] = await numbersOf(crossEntropy(logits, int64s([1]), 0.2))
    expect(loss).toBeCloseTo(-(0.9 * Math.log(0.75) + 0.1 * Math.log(0.25)), 6)
  })

  it('weightedMean: rows of weight 0 do not count, and all of weight 0 give 0', async () => {
    expect(await numbersOf(weightedMean(floats([1, 4, 99]), floats([1, 2, 0])))).toEqual([3])
    expect(await numbersOf(weightedMean(floats([1, 4]), floats([0, 0])))).toEqual([0])
  })

  it('layerNorm: mean 0, variance 1, then gain and bias', async () => {
    const normal = await numbersOf(layerNorm(floats([1, 3], [1, 2]), floats([2, 2]), floats([0, 5])))
    expect(normal).toEqual([expect.closeTo(-2, 4), expect.closeTo(7, 4)])
  })

  it('normedLinear: a linear map of what layerNorm makes', async () => {
    const x = floats([1, 3, 4, 0, 0, 6], [2, 3])
    const [gain, bias] = [floats([2, -1, 0.5]), floats([0, 5, 1])]
    const [weight, offset] = [floats([1, 0, 2, 3, -1, 1], [3, 2]), floats([10, 20])]
    const expected = await numbersOf(linear(layerNorm(x, gain, bias), weight, offset))
    const got = await numbersOf(normedLinear(x, { gain, bias }, weight, offset))
    got.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4))
    expect(new Set(got).size).toBe(4)
  })

  it('plainGelu: gelu, but for its factors', async () => {
    const half = scale(floats([-1, 0, 2]), Math.SQRT1_2)
    const values = await numbersOf(scale(plainGelu(half), Math.SQRT1_2))
    expect(values).toEqual([expect.closeTo(-0.158655, 5), 0, expect.closeTo(1.9545, 4)])
  })

  it('moves elements', async () => {
    const x = floats(range(6), [2, 3])
    expect(await numbersOf(transpose(x, [1, 0]))).toEqual([0, 3, 1, 4, 2, 5])
    expect(await numbersOf(concat([slice(x, 1, 2, 3), x], -1))).toEqual([2, 0, 1, 2, 5, 3, 4, 5])
    expect(await numbersOf(gather(x, int64s([1, 1])))).toEqual([3, 4, 5, 3, 4, 5])
    expect(await numbersOf(expand(reshape(x, [2, 3, 1]), [2, 3, 2]))).toHaveLength(12)
  })

  it('works in float64 where prices need it', async () => {
    const sums = cumulativeSum(constant([1, 2 ** -40, 3], 'float64', [3]), 0, true)
    expect(await numbersOf(sums)).toEqual([4 + 2 ** -40, 3 + 2 ** -40, 3])
  })

  it('compares, chooses and limits', async () => {
    const x = floats([-2, 0, 7])
    expect(await numbersOf(where(lessOrEqual(x, scalar(0)), x, scalar(1)))).toEqual([-2, 0, 1])
    expect(await numbersOf(add(clip(x, -1, 5), relu(x)))).toEqual([-1, 0, 12])
    expect(await numbersOf(cast(equal(x, scalar(7)), 'int64'))).toEqual([0, 0, 1])
    expect(await numbersOf(mod(int64s([7, 9]), int64s([4, 3])))).toEqual([3, 0])
  })
})

const shareOf = (numbers: readonly number[], holds: (x: number, i: number) => boolean): number =>
  numbers.filter(holds).length / numbers.length

describe('dropout', () => {
  const ones = constant(new Float32Array(20_000).fill(1), 'float32', [20_000])
  const at = (step: number, salt = 1): Promise<number[]> =>
    numbersOf(dropout(ones, 0.25, scalar(step, 'int64'), salt))

  it('drops its share and scales the rest up', async () => {
    const masks = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((step) => at(step)))
    expect(new Set(masks.flat())).toEqual(new Set([0, Math.fround(1 / 0.75)]))
    // Four standard errors of 160,000 draws.
    expect(Math.abs(shareOf(masks.flat(), (x) => x === 0) - 0.25)).toBeLessThan(0.0044)
  })

  it('repeats for the same step and differs, independently, for another', async () => {
    const [first, again, next, other] = [await at(1), await at(1), await at(2), await at(1, 2)]
    expect(again).toEqual(first)
    for (const mask of [next, other]) {
      const both = shareOf(first, (x, i) => x === 0 && mask[i] === 0)
      expect(Math.abs(both - 0.0625)).toBeLessThan(0.009)
    }
    const neighbours = shareOf(first, (x, i) => x === 0 && first[i + 1] === 0)
    expect(Math.abs(neighbours - 0.0625)).toBeLessThan(0.009)
  })

  it('drops, of a few hundred steps, each element its share of times, and two of them as often as two independent ones', async () => {
    const few = constant(new Float32Array(1_024).fill(1), 'float32', [1_024])
    const step = input('step', 'int64', [])
    const session = await Session.open(
      emit({ name: 'masks', inputs: [step], outputs: { mask: dropout(few, 0.25, step, 7) } }),
      { threads: 1 },
    )
    const masks: number[][] = []
    for (let n = 1; n <= 600; n++) {
      const { mask } = await session.run({ step: int64([n], []) })
      masks.push(Array.from(mask!, Number))
    }
    await session.close()
    const timesOf = (...places: number[]): number =>
      masks.filter((mask) => places.every((place) => mask[place] === 0)).length / masks.length
    for (const place of [0, 1, 255, 256, 700, 1_023]) {
      // Four standard errors of 600 draws.
      expect(Math.abs(timesOf(place) - 0.25)).toBeLessThan(0.071)
      for (const other of [100, 300, 600, 900])
        expect(Math.abs(timesOf(place, other) - 0.0625)).toBeLessThan(0.04)
    }
  })
})

describe('shape errors name the operation and the shapes', () => {
  const a = input('a', 'float32', [2, 3])
  const wrong: readonly (readonly [string, () => unknown, string])[] = [
    [
      'add',
      () => add(a, input('b', 'float32', [4])),
      'Add: the shapes do not broadcast; shapes [2, 3] and [4].',
    ],
    ['mixed types', () => mul(a, input('b', 'float64', [2, 3])), 'Mul: the operands have different types'],
    [
      'matmul',
      () => matmul(a, a),
      'matmul: columns of the first must equal rows of the second; shapes [2, 3] and [2, 3].',
    ],
    ['reshape', () => reshape(a, [4, 2]), 'reshape: the numbers of elements differ'],
    ['slice', () => slice(a, 1, 2, 5), 'slice: there is no part 2 to 5 of axis 1'],
    [
      'concat',
      () => concat([a, input('b', 'float32', [3, 3])], 1),
      'concat: only the joined axis may differ',
    ],
    ['axis', () => reduceMean(a, [2]), 'ReduceMean: there is no axis 2; shapes [2, 3].'],
    ['conv1d', () => conv1d(a, input('k', 'float32', [3, 3, 1])), 'conv1d: x needs an axis of length'],
    ['labels', () => crossEntropy(a, int64s([1])), 'crossEntropy: logits are [n, classes], labels [n]'],
    ['transpose', () => transpose(a, [0, 0]), 'transpose: [0, 0] is no order of the axes'],
    [
      'constant',
      () => floats([1, 2, 3], [2]),
      'constant: 3 elements (Float32Array) given for float32; shapes [2].',
    ],
    [
      'open batch',
      () => expand(a, [BATCH, 2, 3]),
      'the batch size must be fixed; shapes [2, 3] and [batch, 2, 3].',
    ],
  ]
  for (const [name, build, message] of wrong) {
    it(name, () => {
      expect(build).toThrow(message)
    })
  }
})
