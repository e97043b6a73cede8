// What the chart library is given of the candles a chart holds.
import { describe, expect, it } from 'vitest'
import { isLong, isTight, sliceFor } from '../../../src/web/charts/slice.ts'

describe('slice', () => {
  it('is the view and two screens more on each side, within what is held', () => {
    expect(sliceFor(50_000, 51_000, 100_000)).toEqual({ start: 48_000, end: 53_000 })
    expect(sliceFor(-20, 130, 100_000)).toEqual({ start: 0, end: 1630 })
    expect(sliceFor(99_900, 100_008, 100_000)).toEqual({ start: 98_400, end: 100_000 })
    expect(sliceFor(0, 100, 40)).toEqual({ start: 0, end: 40 })
  })

  it('is never empty while there are candles, even when the view is far away', () => {
    for (const first of [-1e6, 1e6]) {
      const { start, end } = sliceFor(first, first + 100, 5000)
      expect(end - start).toBeGreaterThanOrEqual(1500)
      expect(start).toBeGreaterThanOrEqual(0)
      expect(end).toBeLessThanOrEqual(5000)
    }
  })

  it('is tight near an end beyond which there is more, and only there', () => {
    const slice = sliceFor(50_000, 50_150, 100_000)
    expect(isTight(slice, 50_000, 50_150, 100_000)).toBe(false)
    expect(isTight(slice, 48_600, 48_750, 100_000)).toBe(true)
    expect(isTight(slice, 51_500, 51_650, 100_000)).toBe(true)
    expect(isTight({ start: 0, end: 500 }, 0, 500, 500)).toBe(false)
  })

  it('is long once twice what would be given has come to it', () => {
    const { start } = sliceFor(9800, 10_000, 10_000)
    expect(isLong({ start, end: 10_000 }, 9800, 10_000, 10_000)).toBe(false)
    expect(isLong({ start, end: 11_000 }, 10_800, 11_000, 11_000)).toBe(false)
    expect(isLong({ start, end: 11_800 }, 11_600, 11_800, 11_800)).toBe(true)
  })
})
