// Least squares by normal equations: what they solve, and that taking rows out again is as if they had never been there.
import { expect, it } from 'vitest'
import { randomFrom } from '../../../src/nn/random.ts'
import { RowSummer, type Line, type WeightedRows } from '../../../src/training/learning/ridge.ts'

const WIDTH = 12

/** Rows of which the third number says nothing, the fourth is the first again, and the fifth never moves. */
function rowsFrom(seed: number, count: number): WeightedRows {
  const random = randomFrom(seed)
  const rows = new Float32Array(count * WIDTH)
  const targets = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    const own = Float32Array.from({ length: WIDTH }, () => 4 * random() - 2)
    own[3] = own[0]!
    own[4] = 7
    rows.set(own, row * WIDTH)
    targets[row] = 2 * own[0]! - own[1]! + 0.5 + 0.1 * random()
  }
  return { rows, targets, weights: Float64Array.from({ length: count }, () => 0.2 + random()) }
}

function joined(a: WeightedRows, b: WeightedRows): WeightedRows {
  return {
    rows: Float32Array.from([...a.rows, ...b.rows]),
    targets: Float64Array.from([...a.targets, ...b.targets]),
    weights: Float64Array.from([...a.weights, ...b.weights]),
  }
}

function expectSame(a: Line, b: Line): void {
  for (const [i, weight] of a.weights.entries()) expect(Math.abs(weight - b.weights[i]!)).toBeLessThan(1e-9)
  expect(Math.abs(a.bias - b.bias)).toBeLessThan(1e-9)
}

it('finds the line that the rows lie on', async () => {
  const summer = await RowSummer.open(WIDTH)
  const { weights, bias } = (await summer.sum(rowsFrom(1, 3000))).solve(1e-3)
  expect(weights[0]! + weights[3]!).toBeCloseTo(2, 2)
  expect(weights[0]).toBeCloseTo(weights[3]!, 6)
  expect(weights[1]).toBeCloseTo(-1, 2)
  expect(weights[2]).toBeCloseTo(0, 2)
  expect(weights[4]).toBeCloseTo(0, 5)
  expect(bias).toBeCloseTo(0.55, 2)
  await summer.close()
})

it('shrinks to the mean of the targets', async () => {
  const summer = await RowSummer.open(WIDTH)
  const rows = rowsFrom(2, 50)
  const { weights, bias } = (await summer.sum(rows)).solve(1e12)
  const total = rows.weights.reduce((sum, weight) => sum + weight, 0)
  const mean = rows.targets.reduce((sum, y, i) => sum + y * rows.weights[i]!, 0) / total
  expect(Math.max(...weights.map(Math.abs))).toBeLessThan(1e-9)
  expect(bias).toBeCloseTo(mean, 6)
  await summer.close()
})

it('without an episode is as trained anew without it', async () => {
  const summer = await RowSummer.open(WIDTH)
  // More than a chunk, so that sums are put together of several.
  const [kept, left] = [rowsFrom(3, 2500), rowsFrom(4, 40)]
  const all = await summer.sum(joined(kept, left))
  const anew = (await summer.sum(kept)).solve(100)
  expectSame(all.minus(await summer.sum(left)).solve(100), anew)
  expect(Math.abs(all.solve(100).bias - anew.bias)).toBeGreaterThan(1e-9)
  await summer.close()
})

it('counts a row of twice the weight as two', async () => {
  const summer = await RowSummer.open(WIDTH)
  const once = rowsFrom(5, 200)
  const twice = { ...once, weights: once.weights.map((weight) => 2 * weight) }
  expectSame((await summer.sum(joined(once, once))).solve(10), (await summer.sum(twice)).solve(10))
  await summer.close()
})

it('of no rows is nothing', async () => {
  const summer = await RowSummer.open(WIDTH)
  const none = { rows: new Float32Array(0), targets: new Float64Array(0), weights: new Float64Array(0) }
  expect((await summer.sum(none)).solve(1)).toEqual({ weights: new Float64Array(WIDTH), bias: 0 })
  await summer.close()
})
