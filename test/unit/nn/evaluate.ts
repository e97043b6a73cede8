// Runs symbolic values for real, and compares their gradients with finite differences.
import { expect } from 'vitest'
import { emit } from '../../../src/nn/emit.ts'
import { gradients } from '../../../src/nn/gradient.ts'
import { mul } from '../../../src/nn/elementwise.ts'
import { randomFrom } from '../../../src/nn/random.ts'
import { reduceSum } from '../../../src/nn/reduce.ts'
import { Session, type DataTensor } from '../../../src/nn/runtime.ts'
import { constant, input, sizeOf, type DType, type Shape, type Value } from '../../../src/nn/value.ts'

/** The numbers of each output. */
export async function evaluate(
  outputs: Readonly<Record<string, Value>>,
  inputs: readonly Value[] = [],
  feeds: Readonly<Record<string, DataTensor>> = {},
): Promise<Record<string, number[]>> {
  const session = await Session.open(emit({ name: 'test', inputs, outputs }), { threads: 1 })
  const results = await session.run(feeds)
  await session.close()
  return Object.fromEntries(Object.entries(results).map(([name, data]) => [name, Array.from(data, Number)]))
}

/** The numbers of one value without inputs. */
export async function numbersOf(value: Value): Promise<number[]> {
  const { result } = await evaluate({ result: value })
  return result!
}

type Function = (...args: Value[]) => Value

interface Problem {
  readonly shapes: readonly Shape[]
  /** Where the operation has no float64 kernel, the differences are float32 too. */
  readonly float32Only?: boolean
  /** Makes the arguments; distinct numbers in ±1.5 by default. */
  readonly data?: (i: number, size: number) => number[]
}

/**
 * Compares the float32 gradient of Σ r·f(x), r random and fixed, with central differences of the same function in
 * float64. Relative error in the L2 norm, for each argument.
 */
export async function gradientErrors(f: Function, problem: Problem): Promise<number[]> {
  const data = problem.shapes.map((shape, i) => (problem.data ?? distinct)(i, sizeOf(shape)))
  const analytic = await gradientsOf(f, problem.shapes, data)
  const numeric = await differencesOf(f, problem, data)
  return analytic.map((g, i) => relativeError(g, numeric[i]!))
}

export async function expectGradients(f: Function, problem: Problem): Promise<void> {
  for (const error of await gradientErrors(f, problem)) expect(error).toBeLessThan(1e-3)
}

/** ‖a − b‖ / ‖b‖, or ‖a‖ where b is zero. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0
  let norm = 0
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2
    norm += b[i]! ** 2
  }
  expect(a.length).toBe(b.length)
  return Math.sqrt(norm === 0 ? difference : difference / norm)
}

/** Numbers in [−1.5, 1.5] no two of which are closer than 1 / size, in random order. */
export function distinct(i: number, size: number): number[] {
  const random = randomFrom(1000 + i)
  const numbers = Array.from({ length: size }, (_, k) => (3 * (k + 0.5 + 0.3 * random())) / size - 1.5)
  return numbers
    .map((number) => ({ number, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ number }) => number)
}

function weighted(f: Function, args: Value[], dtype: DType): Value {
  const y = f(...args)
  const random = randomFrom(7)
  const weights = Array.from({ length: sizeOf(y.shape) }, () => random() - 0.3)
  return reduceSum(mul(y, constant(weights, dtype, y.shape)))
}

function argumentsOf(shapes: readonly Shape[], dtype: DType): Value[] {
  return shapes.map((shape, i) => input(`x${i}`, dtype, shape))
}

function feedsOf(
  shapes: readonly Shape[],
  data: readonly number[][],
  dtype: 'float32' | 'float64',
): Record<string, DataTensor> {
  const array = dtype === 'float32' ? Float32Array : Float64Array
  return Object.fromEntries(
    data.map((numbers, i) => [`x${i}`, { dtype, shape: shapes[i]!, data: array.from(numbers) }]),
  )
}

async function gradientsOf(
  f: Function,
  shapes: readonly Shape[],
  data: readonly number[][],
): Promise<number[][]> {
  const args = argumentsOf(shapes, 'float32')
  const grads = gradients(weighted(f, args, 'float32'), args)
  const outputs = Object.fromEntries(grads.map((g, i) => [`g${i}`, g]))
  const results = await evaluate(outputs, args, feedsOf(shapes, data, 'float32'))
  return args.map((_, i) => results[`g${i}`]!)
}

async function differencesOf(f: Function, problem: Problem, data: readonly number[][]): Promise<number[][]> {
  const dtype = problem.float32Only === true ? 'float32' : 'float64'
  const step = problem.float32Only === true ? 1e-2 : 1e-5
  const args = argumentsOf(problem.shapes, dtype)
  const model = emit({ name: 'test', inputs: args, outputs: { loss: weighted(f, args, dtype) } })
  const session = await Session.open(model, { threads: 1 })
  const lossAt = async (i: number, k: number, move: number): Promise<number> => {
    const moved = data.map((numbers, n) => (n === i ? numbers.with(k, numbers[k]! + move) : numbers))
    const { loss } = await session.run(feedsOf(problem.shapes, moved, dtype))
    return Number(loss![0])
  }
  const result: number[][] = []
  for (const [i, numbers] of data.entries()) {
    const slopes: number[] = []
    for (let k = 0; k < numbers.length; k++) {
      slopes.push(((await lossAt(i, k, step)) - (await lossAt(i, k, -step))) / (2 * step))
    }
    result.push(slopes)
  }
  await session.close()
  return result
}
