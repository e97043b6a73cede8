// Least squares by normal equations: what they solve, and that taking rows out again is as if they had never been there.
import { expect, it } from 'vitest'
import { randomFrom } from '../../../src/nn/random.ts'
import { RowSummer, type LabelledRows, type Line } from '../../../src/training/learning/ridge.ts'

const WIDTH = 12
/** Upside down the second number changes its sign, the sixth and the seventh change places. */
const TURNING = {
  from: Int32Array.from({ length: WIDTH }, (_, i) => (i === 5 ? 6 : i === 6 ? 5 : i)),
  sign: Float64Array.from({ length: WIDTH }, (_, i) => (i === 1 ? -1 : 1)),
}
/** No row changes. */
const STILL = { from: Int32Array.from({ length: WIDTH }, (_, i) => i), sign: new Float64Array(WIDTH).fill(1) }

/** Rows of which the third number says nothing, the fourth is the first again, and the fifth never moves. */
function rowsFrom(seed: number, count: number): LabelledRows {
  const random = randomFrom(seed)
  const rows = new Float32Array(count * WIDTH)
  const targets = new Float64Array(2 * count)
  for (let row = 0; row < count; row++) {
    const own = Float32Array.from({ length: WIDTH }, () => 4 * random() - 2)
    own[3] = own[0]!
    own[4] = 7
    rows.set(own, row * WIDTH)
    targets.fill(2 * own[0]! - own[1]! + 0.5 + 0.1 * random(), 2 * row, 2 * row + 2)
  }
  return { rows, targets, weights: Float64Array.from({ length: count }, () => 0.2 + random()) }
}

function joined(a: LabelledRows, b: LabelledRows): LabelledRows {
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
  const summer = await RowSummer.open(STILL)
  const { weights, bias } = (await summer.sum(rowsFrom(1, 3000))).bothWaysUp().solve(1e-3)
  expect(weights[0]! + weights[3]!).toBeCloseTo(2, 2)
  expect(weights[0]).toBeCloseTo(weights[3]!, 6)
  expect(weights[1]).toBeCloseTo(-1, 2)
  expect(weights[2]).toBeCloseTo(0, 2)
  expect(weights[4]).toBeCloseTo(0, 5)
  expect(bias).toBeCloseTo(0.55, 2)
  await summer.close()
})

it('shrinks to the mean of the targets', async () => {
  const summer = await RowSummer.open(STILL)
  const rows = rowsFrom(2, 50)
  const { weights, bias } = (await summer.sum(rows)).bothWaysUp().solve(1e12)
  const total = rows.weights.reduce((sum, weight) => sum + weight, 0)
  const mean = rows.weights.reduce((sum, weight, i) => sum + weight * rows.targets[2 * i]!, 0) / total
  expect(Math.max(...weights.map(Math.abs))).toBeLessThan(1e-9)
  expect(bias).toBeCloseTo(mean, 6)
  await summer.close()
})

it('without an episode is as trained anew without it', async () => {
  const summer = await RowSummer.open(STILL)
  // More than a chunk, so that sums are put together of several.
  const [kept, left] = [rowsFrom(3, 2500), rowsFrom(4, 40)]
  const all = await summer.sum(joined(kept, left))
  const anew = (await summer.sum(kept)).bothWaysUp().solve(100)
  const without = all.minus(await summer.sum(left)).bothWaysUp()
  expectSame(without.solve(100), anew)
  expect(Math.abs(all.bothWaysUp().solve(100).bias - anew.bias)).toBeGreaterThan(1e-9)
  // In a few steps from the solution with it.
  expectSame(without.solve(100, all.bothWaysUp().solver(100)!), anew)
  await summer.close()
})

it('counts a row of twice the weight as two', async () => {
  const summer = await RowSummer.open(STILL)
  const once = rowsFrom(5, 200)
  const twice = { ...once, weights: once.weights.map((weight) => 2 * weight) }
  expectSame(
    (await summer.sum(joined(once, once))).bothWaysUp().solve(10),
    (await summer.sum(twice)).bothWaysUp().solve(10),
  )
  await summer.close()
})

it('takes each row upside down, too, as if it were another row', async () => {
  const upright = rowsFrom(6, 300)
  const turned = Float32Array.from(upright.rows, (_, i) => {
    const column = i % WIDTH
    return TURNING.sign[column]! * upright.rows[i - column + TURNING.from[column]!]!
  })
  upright.targets.forEach((_, i) => (upright.targets[i]! += i % 2))
  const upsideDown = upright.targets.map((_, i) => upright.targets[i % 2 === 0 ? i + 1 : i - 1]!)
  const summer = await RowSummer.open(TURNING)
  const still = await RowSummer.open(STILL)
  const both = joined(upright, { rows: turned, targets: upsideDown, weights: upright.weights })
  // With their first label alone; each is taken twice as it is.
  both.targets.forEach((_, i) => (both.targets[i] = both.targets[i - (i % 2)]!))
  const halves = { ...both, weights: both.weights.map((weight) => weight / 2) }
  expectSame(
    (await summer.sum(upright)).bothWaysUp().solve(10),
    (await still.sum(halves)).bothWaysUp().solve(10),
  )
  await Promise.all([summer.close(), still.close()])
})

it('of no rows is nothing', async () => {
  const summer = await RowSummer.open(STILL)
  const none = { rows: new Float32Array(0), targets: new Float64Array(0), weights: new Float64Array(0) }
  expect((await summer.sum(none)).bothWaysUp().solve(1)).toEqual({
    weights: new Float64Array(WIDTH),
    bias: 0,
  })
  await summer.close()
})
