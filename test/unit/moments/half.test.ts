// Halves: exact where a half can be, the nearest one elsewhere.
import { expect, it } from 'vitest'
import { asHalves } from '../../../src/nn/elementwise.ts'
import { constant } from '../../../src/nn/value.ts'
import { numbersOf } from '../nn/evaluate.ts'
import { fromHalves, toHalves } from '../../../src/moments/half.ts'

function through(values: readonly number[]): number[] {
  const back = new Float32Array(values.length)
  fromHalves(toHalves(Float32Array.from(values)), back)
  return [...back]
}

it('keeps what a half can be', () => {
  const exact = [0, 1, -1, 0.5, 1.5, 2048, -65504, 2 ** -14, 2 ** -24, 0.333251953125]
  expect(through(exact)).toEqual(exact)
})

it('rounds to the nearest, ties to even, and stays within what a half can be', () => {
  expect(through([1 + 2 ** -11, 1 + 3 * 2 ** -11, 2049, 1e9, -1e9, 2047.9])).toEqual([
    1,
    1 + 2 ** -9,
    2048,
    65504,
    -65504,
    2048,
  ])
})

it('is within a two-thousandth of any number of its range', () => {
  for (let value = 1e-4; value < 6e4; value *= 1.0137) {
    const [back = 0] = through([value])
    expect(Math.abs(back - value) / value).toBeLessThanOrEqual(2 ** -11)
  }
})

it('reads again what it has read: another time changes nothing', () => {
  const all = Uint16Array.from({ length: 1 << 16 }, (_, i) => i).filter((half) => (half & 0x7c00) !== 0x7c00)
  const values = new Float32Array(all.length)
  fromHalves(all, values)
  expect(toHalves(values).every((half, i) => half === all[i] || values[i] === 0)).toBe(true)
})

it('are what a graph makes of the same numbers', async () => {
  const numbers = Array.from({ length: 40_000 }, (_, i) => (i % 2 === 0 ? 1 : -1) * 1.0007 ** i * 2 ** -30)
  const ties = Array.from({ length: 2_048 }, (_, i) => (2 * i + 1) * 2 ** -25)
  const values = Float32Array.from([...numbers, ...ties, 65_504, 65_520, 1e9, -1e9, 0])
  const inGraph = asHalves(constant(values, 'float32', [values.length]))
  const ours = new Float32Array(values.length)
  fromHalves(toHalves(values), ours)
  expect(Float32Array.from(await numbersOf(inGraph))).toEqual(ours)
})
