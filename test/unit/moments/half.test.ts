// Halves: exact where a half can be, the nearest one elsewhere.
import { expect, it } from 'vitest'
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
