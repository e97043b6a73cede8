// The logistic regression: its optimum is one, on data with a known answer and by finite differences.
import { describe, expect, it } from 'vitest'
import { Solver } from '../../../../src/training/data/positive-definite.ts'
import { Logistic } from '../../../../src/training/evaluation/logistic.ts'
import { Random } from '../../../../src/training/data/random.ts'

function probabilities(model: Logistic, x: readonly number[], classes: number): number[] {
  const out = new Float32Array(classes)
  model.predict(Float32Array.from(x), 0, out, 0)
  return [...out]
}

it('solves a system by hand', () => {
  // [4 2; 2 3] x = [2; 5] has x = [−1/2; 2].
  const [x, y] = new Solver(Float64Array.of(4, 2, 2, 3), 2).solve(Float64Array.of(2, 5))
  expect(x).toBeCloseTo(-0.5, 12)
  expect(y).toBeCloseTo(2, 12)
  expect(() => new Solver(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/positive definite/)
})

describe('a logistic regression', () => {
  it('without features gives the weighted shares of the classes', () => {
    const data = { x: new Float32Array(4), width: 1, labels: [0, 1, 2, 2], weights: [1, 2, 1, 4] }
    const model = Logistic.fit(data, { classes: 3, ridge: 1 })
    const [a, b, c] = probabilities(model, [0], 3)
    expect(a).toBeCloseTo(1 / 8, 3)
    expect(b).toBeCloseTo(2 / 8, 3)
    expect(c).toBeCloseTo(5 / 8, 3)
  })
  it('of one yes-or-no feature without a ridge gives the share in each group', () => {
    // 3 of 4 at x = 0, 1 of 5 at x = 1.
    const x = [0, 0, 0, 0, 1, 1, 1, 1, 1]
    const labels = [0, 0, 0, 1, 0, 1, 1, 1, 1]
    const weights = labels.map(() => 1)
    const data = { x: Float32Array.from(x), width: 1, labels, weights }
    const model = Logistic.fit(data, { classes: 2, ridge: 1e-9 })
    expect(probabilities(model, [0], 2)[0]).toBeCloseTo(3 / 4, 3)
    expect(probabilities(model, [1], 2)[0]).toBeCloseTo(1 / 5, 3)
  })
  it('recovers the coefficients that made the data', () => {
    const random = new Random(3, 99)
    const n = 6000
    const x = Float32Array.from({ length: 2 * n }, () => random.normal())
    const chance = (a: number, b: number) => {
      const powers = [Math.exp(1 + 2 * a), Math.exp(-0.5 - b), 1]
      const sum = powers[0]! + powers[1]! + powers[2]!
      return powers.map((power) => power / sum)
    }
    const labels = Array.from({ length: n }, (_, i) => {
      const [first, second] = chance(x[2 * i]!, x[2 * i + 1]!) as [number, number]
      const draw = random.uniform()
      return draw < first ? 0 : draw < first + second ? 1 : 2
    })
    const model = Logistic.fit(
      { x, width: 2, labels, weights: labels.map(() => 1) },
      { classes: 3, ridge: 1 },
    )
    for (const at of [
      [0, 0],
      [1, -1],
      [-1, 1],
      [0.5, 2],
    ] as const) {
      const expected = chance(at[0], at[1])
      probabilities(model, at, 3).forEach((p, k) => expect(p).toBeCloseTo(expected[k]!, 1))
    }
  })
  it('stays finite where one feature tells all', () => {
    const x = Float32Array.from([-1, -1, -1, 1, 1, 1])
    const data = { x, width: 1, labels: [0, 0, 0, 1, 1, 1], weights: [1, 1, 1, 1, 1, 1] }
    const [p] = probabilities(Logistic.fit(data, { classes: 2, ridge: 1 }), [-1], 2)
    // The optimum of 6 log(1 + e^−b) + b²/2: b = 6 / (1 + e^b) = 1.4012…, p = 1 / (1 + e^−b).
    let b = 1
    for (let i = 0; i < 200; i++) b = 0.9 * b + 0.1 * (6 / (1 + Math.exp(b)))
    expect(p).toBeCloseTo(1 / (1 + Math.exp(-b)), 5)
  })
  it('is the same one wherever the way to it begins', () => {
    const random = new Random(5, 99)
    const width = 4
    const some = (n: number, shift: number) => ({
      x: Float32Array.from({ length: width * n }, () => shift + (1 + shift) * random.normal()),
      width,
      labels: Array.from({ length: n }, (_, i) => i % 3),
      weights: Array.from({ length: n }, () => 0.1 + random.uniform()),
    })
    const options = { classes: 3, ridge: 1 }
    const data = some(300, 0)
    const anew = Logistic.fit(data, options)
    const other = Logistic.fit(some(200, 2), options)
    const near = Logistic.fit(data, options, other)
    for (const at of [
      [0, 0, 0, 0],
      [2, -1, 0.5, 3],
      [-4, 1, 1, -2],
    ]) {
      const expected = probabilities(anew, at, 3)
      probabilities(near, at, 3).forEach((p, k) => expect(Math.abs(p - expected[k]!)).toBeLessThan(1e-6))
      expect(probabilities(other, at, 3)).not.toEqual(expected)
    }
  })
  it('weighs an example twice as two of them', () => {
    const x = [0.3, -1, 0.8, 0.1, -0.4, 2]
    const labels = [0, 1, 0, 2, 1, 0]
    const twice = [...x, 0.3]
    const once = Logistic.fit(
      {
        x: Float32Array.from(twice),
        width: 1,
        labels: [...labels, 0],
        weights: Array(7).fill(1) as number[],
      },
      { classes: 3, ridge: 1 },
    )
    const weighed = Logistic.fit(
      { x: Float32Array.from(x), width: 1, labels, weights: [2, 1, 1, 1, 1, 1] },
      { classes: 3, ridge: 1 },
    )
    probabilities(once, [0.5], 3).forEach((p, k) =>
      expect(probabilities(weighed, [0.5], 3)[k]).toBeCloseTo(p, 6),
    )
  })
})
