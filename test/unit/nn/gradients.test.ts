// Every differentiable operation against finite differences.
import { describe, expect, it } from 'vitest'
import { conv1d } from '../../../src/nn/conv.ts'
import { dropout } from '../../../src/nn/dropout.ts'
import * as e from '../../../src/nn/elementwise.ts'
import { gradients } from '../../../src/nn/gradient.ts'
import { crossEntropy, logSoftmax, softmax, weightedMean } from '../../../src/nn/loss.ts'
import { linear, matmul } from '../../../src/nn/matmul.ts'
import { groupNorm, layerNorm, normedLinear, standardize } from '../../../src/nn/normalize.ts'
import { averagePool, maxPool, reduceMax, reduceMin } from '../../../src/nn/pool.ts'
import { expand, reduceMean, reduceSum } from '../../../src/nn/reduce.ts'
import { concat, gather, pad, reshape, slice, stack, transpose } from '../../../src/nn/shape.ts'
import { constant, input, int64s, scalar, type Shape, type Value } from '../../../src/nn/value.ts'
import { distinct, expectGradients, gradientErrors } from './evaluate.ts'

type Case = readonly [name: string, f: (...args: Value[]) => Value, shapes: readonly Shape[]]

const matrix = [3, 4]
const unary: readonly Case[] = [
  ['neg', e.neg, [matrix]],
  ['exp', e.exp, [matrix]],
  ['tanh', e.tanh, [matrix]],
  ['sigmoid', e.sigmoid, [matrix]],
  ['abs', e.abs, [matrix]],
  ['relu', e.relu, [matrix]],
  ['clip', (x) => e.clip(x, -0.7, 0.6), [matrix]],
  ['scale', (x) => e.scale(x, -2.5), [matrix]],
  ['shift', (x) => e.shift(x, 3), [matrix]],
  ['a use of one value twice', (x) => e.mul(e.exp(x), x), [matrix]],
]
const binary: readonly Case[] = [
  ['add', e.add, [matrix, matrix]],
  ['add, broadcast over rows', e.add, [matrix, [4]]],
  ['sub, broadcast over columns', e.sub, [[3, 1], matrix]],
  ['mul', e.mul, [matrix, matrix]],
  [
    'mul, both broadcast',
    e.mul,
    [
      [3, 1],
      [1, 4],
    ],
  ],
  ['mul by one number', e.mul, [[2, 3, 2], []]],
  [
    'div, broadcast',
    (a, b) => e.div(a, e.shift(b, 4)),
    [
      [2, 3, 4],
      [3, 1],
    ],
  ],
  ['maximum', e.maximum, [matrix, [4]]],
  ['minimum', e.minimum, [matrix, [3, 1]]],
  ['where', (a, b) => e.where(e.greater(a, b), e.mul(a, a), b), [matrix, matrix]],
  ['cast', (a) => e.cast(e.cast(a, 'float64'), a.dtype), [matrix]],
]
const reductions: readonly Case[] = [
  ['reduceSum of all', (x) => reduceSum(x), [[2, 3, 4]]],
  ['reduceSum over the middle', (x) => reduceSum(x, [1]), [[2, 3, 4]]],
  ['reduceSum, kept', (x) => reduceSum(x, [0, -1], true), [[2, 3, 4]]],
  ['reduceMean', (x) => reduceMean(x, [0, 2]), [[2, 3, 4]]],
  ['reduceMax', (x) => reduceMax(x, [1]), [[2, 3, 4]]],
  ['reduceMin, kept', (x) => reduceMin(x, [0, 2], true), [[2, 3, 4]]],
  ['expand', (x) => expand(x, [2, 3, 4]), [[3, 1]]],
  ['maxPool', (x) => maxPool(x, 1, 3), [[2, 7, 2]]],
  ['averagePool', (x) => averagePool(x, -1, 2), [[2, 3, 5]]],
]
const moves: readonly Case[] = [
  ['reshape', (x) => reshape(x, [2, 6]), [matrix]],
  ['transpose', (x) => transpose(x, [2, 0, 1]), [[2, 3, 4]]],
  ['slice', (x) => slice(x, -1, 1, 3), [matrix]],
  ['pad', (x) => pad(x, 0, 2, 1), [matrix]],
  ['concat', (a, b) => concat([a, b], 1), [matrix, [3, 2]]],
  ['stack', (a, b) => stack([a, b], -1), [matrix, matrix]],
  ['gather, one row twice', (x) => gather(x, int64s([2, 0, 2])), [matrix]],
]
const products: readonly Case[] = [
  ['matmul', matmul, [matrix, [4, 2]]],
  [
    'matmul of a stack by one matrix',
    matmul,
    [
      [2, 2, 3, 4],
      [4, 2],
    ],
  ],
  [
    'matmul of two stacks',
    matmul,
    [
      [2, 3, 4],
      [2, 4, 2],
    ],
  ],
  [
    'matmul, both broadcast',
    matmul,
    [
      [2, 1, 3, 2],
      [3, 2, 2],
    ],
  ],
  ['linear', linear, [[2, 3, 4], [4, 5], [5]]],
  [
    'conv1d',
    (x, k) => conv1d(x, k),
    [
      [2, 8, 3],
      [3, 3, 2],
    ],
  ],
  [
    'conv1d, dilated',
    (x, k) => conv1d(x, k, { dilation: 2 }),
    [
      [2, 9, 2],
      [3, 2, 4],
    ],
  ],
  [
    'conv1d along axis 1 of 4',
    (x, k) => conv1d(x, k, { axis: 1 }),
    [
      [2, 6, 2, 3],
      [2, 3, 2],
    ],
  ],
  [
    'conv1d along axis 1 of 4, dilated',
    (x, k) => conv1d(x, k, { axis: 1, dilation: 2 }),
    [
      [2, 7, 2, 3],
      [3, 3, 2],
    ],
  ],
  [
    'conv1d along axis 2 of 4',
    (x, k) => conv1d(x, k, { axis: 2 }),
    [
      [2, 2, 6, 3],
      [2, 3, 2],
    ],
  ],
  [
    'conv1d of one tap',
    (x, k) => conv1d(x, k),
    [
      [2, 4, 3],
      [1, 3, 2],
    ],
  ],
]
const networks: readonly Case[] = [
  ['softmax', softmax, [[3, 4]]],
  ['logSoftmax', logSoftmax, [[3, 4]]],
  ['crossEntropy', (x) => crossEntropy(x, int64s([2, 0, 1])), [[3, 3]]],
  ['crossEntropy, smoothed', (x) => crossEntropy(x, int64s([2, 0, 1]), 0.1), [[3, 3]]],
  ['standardize', (x) => standardize(x, [1]), [[2, 6]]],
  ['layerNorm', layerNorm, [[2, 3, 5], [5], [5]]],
  [
    'normedLinear',
    (x, gain, bias, weight, offset) => normedLinear(x, { gain, bias }, weight, offset),
    [[2, 3, 5], [5], [5], [5, 4], [4]],
  ],
  ['groupNorm', (x, g, b) => groupNorm(x, 2, g, b), [[2, 3, 4], [4], [4]]],
  ['weightedMean', (x) => weightedMean(x, constant([1, 0, 2], x.dtype, [3])), [[3]]],
]

describe('gradients against central differences', () => {
  for (const [name, f, shapes] of [...unary, ...binary, ...reductions, ...moves, ...products, ...networks]) {
    it(name, () => expectGradients(f, { shapes }))
  }

  it('log and sqrt, of positive numbers', async () => {
    const data = (i: number, size: number): number[] => distinct(i, size).map((x) => x + 2)
    await expectGradients(e.log, { shapes: [matrix], data })
    await expectGradients(e.sqrt, { shapes: [matrix], data })
  })

  it('erf and plainGelu, which exist in float32 only', async () => {
    await expectGradients(e.erf, { shapes: [matrix], float32Only: true })
    await expectGradients(e.plainGelu, { shapes: [matrix], float32Only: true })
  })

  it('dropout passes the gradient where it keeps', async () => {
    await expectGradients((x) => dropout(x, 0.4, scalar(3, 'int64'), 1), {
      shapes: [[4, 5]],
      float32Only: true,
    })
  })

  it('finds a wrong gradient', async () => {
    const wrong = (x: Value): Value => e.add(e.mul(x, x), e.cast(e.greater(x, scalar(9, x.dtype)), x.dtype))
    expect(await gradientErrors(wrong, { shapes: [matrix] })).toEqual([expect.closeTo(0, 3)])
    const halved = (x: Value): Value => {
      const y = e.mul(x, x)
      return { ...y, source: { ...y.source, backward: (g: Value) => [e.mul(g, x), undefined] } } as Value
    }
    expect((await gradientErrors(halved, { shapes: [matrix] }))[0]).toBeGreaterThan(0.4)
  })
})

describe('gradients', () => {
  it('are zero for a value the loss does not depend on', () => {
    const x = input('x', 'float32', [2])
    const [g] = gradients(reduceSum(x), [input('y', 'float32', [3])])
    expect(g!.source).toMatchObject({ kind: 'constant', data: new Float32Array(3) })
  })

  it('need a loss of one number', () => {
    const x = input('x', 'float32', [2])
    expect(() => gradients(x, [x])).toThrow('the loss must be one number; shapes [2].')
  })
})
