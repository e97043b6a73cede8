// Operations that agents and recurrent nets need: values by hand, gradients by differences, the GRU against PyTorch.
import { describe, expect, it } from 'vitest'
import { conv1d } from '../../../src/nn/conv.ts'
import { mul, stopGradient, sub } from '../../../src/nn/elementwise.ts'
import { gradients } from '../../../src/nn/gradient.ts'
import { huber } from '../../../src/nn/loss.ts'
import { gru } from '../../../src/nn/recurrent.ts'
import { reduceSum } from '../../../src/nn/reduce.ts'
import { argMax, oneHot, select } from '../../../src/nn/select.ts'
import { transpose } from '../../../src/nn/shape.ts'
import { constant, input, int64s, type Shape, type Value } from '../../../src/nn/value.ts'
import { evaluate, expectGradients, numbersOf, relativeError } from './evaluate.ts'

const floats = (numbers: readonly number[], shape: Shape = [numbers.length]): Value =>
  constant(numbers, 'float32', shape)

describe('select, oneHot, argMax', () => {
  const x = floats([1, 2, 3, 9, 8, 9], [2, 3])

  it('choose by index along the last axis', async () => {
    expect(await numbersOf(select(x, int64s([2, 1])))).toEqual([3, 8])
    expect(await numbersOf(oneHot(int64s([2, 0]), 3))).toEqual([0, 0, 1, 1, 0, 0])
    expect(await numbersOf(oneHot(int64s([3, -1]), 3))).toEqual([0, 0, 0, 0, 0, 0])
    expect(await numbersOf(argMax(x))).toEqual([2, 0])
    const deep = floats([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])
    const indices = constant([1, 0, 0, 1], 'int64', [2, 2])
    expect(await numbersOf(select(deep, indices))).toEqual([2, 3, 5, 8])
  })

  it('send the gradient to what was chosen', async () => {
    await expectGradients((q) => select(q, int64s([2, 0])), { shapes: [[2, 3]] })
    const q = input('q', 'float32', [1, 3])
    const [g] = gradients(reduceSum(select(q, int64s([1]))), [q])
    const feeds = { q: { dtype: 'float32', shape: [1, 3], data: Float32Array.of(5, 6, 7) } } as const
    expect((await evaluate({ g: g! }, [q], feeds))['g']).toEqual([0, 1, 0])
  })

  it('refuse what does not fit', () => {
    expect(() => select(x, int64s([1]))).toThrow('one index for each row is needed; shapes [2, 3] and [1]')
    expect(() => oneHot(floats([1]), 2)).toThrow('the indices are float32, expected int64')
  })
})

describe('huber', () => {
  it('is half the square up to delta and a line beyond', async () => {
    const errors = floats([-3, -1, -0.5, 0, 2])
    expect(await numbersOf(huber(errors))).toEqual([2.5, 0.5, 0.125, 0, 1.5])
    expect(await numbersOf(huber(errors, 2))).toEqual([4, 0.5, 0.125, 0, 2])
  })

  it('has the error, limited, as its gradient', async () => {
    await expectGradients((x) => huber(x, 0.6), { shapes: [[3, 4]] })
  })
})

describe('stopGradient', () => {
  it('keeps the numbers and lets no gradient through', async () => {
    const x = input('x', 'float32', [2])
    const off = sub(x, stopGradient(mul(x, x)))
    const [g] = gradients(reduceSum(mul(off, off)), [x])
    const feeds = { x: { dtype: 'float32', shape: [2], data: Float32Array.of(2, 3) } } as const
    // d/dx (x − c)² with c = x² held: 2(x − x²).
    expect(await evaluate({ g: g!, off }, [x], feeds)).toEqual({ g: [-4, -12], off: [-2, -6] })
  })
})

describe('conv1d with a stride', () => {
  it('moves that many steps and ends at the end', async () => {
    const x = floats([100, 1, 2, 4, 8, 16, 32], [7, 1])
    const kernel = floats([1, 10, 100], [3, 1, 1])
    expect(await numbersOf(conv1d(x, kernel, { stride: 2 }))).toEqual([310, 842, 3368])
    expect(await numbersOf(conv1d(x, kernel, { stride: 3 }))).toEqual([421, 3368])
  })

  it('has the gradients of the same outputs without one', async () => {
    const shapes = [
      [2, 8, 2],
      [3, 2, 2],
    ]
    await expectGradients((x, kernel) => conv1d(x, kernel, { stride: 2 }), { shapes })
    await expectGradients((x, kernel) => conv1d(x, kernel, { stride: 4 }), { shapes })
  })

  it('refuses what cannot be strided', () => {
    const [x, kernel] = [input('x', 'float32', [2, 8, 2]), input('k', 'float32', [3, 2, 2])]
    expect(() => conv1d(x, kernel, { stride: 2, dilation: 2 })).toThrow('a stride needs dilation 1')
  })
})

const spread = (low: number, high: number, shape: Shape): Value => {
  const size = shape.reduce((product, n) => product * n, 1)
  return floats(
    Array.from({ length: size }, (_, i) => low + ((high - low) * i) / (size - 1)),
    shape,
  )
}

describe('gru', () => {
  const weights = {
    input: transpose(spread(-0.6, 0.7, [6, 2]), [1, 0]),
    hidden: transpose(spread(-0.5, 0.7, [6, 2]), [1, 0]),
    inputBias: spread(-0.4, 0.7, [6]),
    hiddenBias: spread(-0.3, 0.7, [6]),
  }
  const start = floats([0.1, -0.2], [1, 2])

  it('gives the state and the gradient of PyTorch', async () => {
    const x = input('x', 'float32', [1, 3, 2])
    const state = gru(x, weights, start)
    const [g] = gradients(reduceSum(state), [x])
    const data = Float32Array.of(0.5, -1, 1, 0.25, -0.75, 2)
    const result = await evaluate({ state, g: g! }, [x], { x: { dtype: 'float32', shape: [1, 3, 2], data } })
    // torch.nn.GRU(2, 2) with the same numbers, PyTorch 2.13.
    expect(relativeError(result['state']!, [0.66126567, 0.51146281])).toBeLessThan(1e-6)
    const torch = [0.09960015, 0.12205367, 0.03953227, 0.03221796, 0.03832873, 0.03214139]
    expect(relativeError(result['g']!, torch)).toBeLessThan(1e-5)
  })

  it('has the gradients of differences in every weight', async () => {
    const f = (x: Value, i: Value, ib: Value, h: Value, hb: Value, s: Value): Value =>
      gru(x, { input: i, inputBias: ib, hidden: h, hiddenBias: hb }, s)
    await expectGradients(f, {
      shapes: [[2, 4, 3], [3, 6], [6], [2, 6], [6], [2, 2]],
    })
  })

  it('refuses weights of another size', () => {
    expect(() => gru(input('x', 'float32', [1, 3, 5]), weights, start)).toThrow(
      'gru: x is [batch, length, m]',
    )
  })
})
