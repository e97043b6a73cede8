// Averages and volume by price against values computed by hand; each of the candles it is given alone.
import { describe, expect, it } from 'vitest'
import type { CandleRow } from '../../../src/contract/shapes.ts'
import { measureText } from '../../../src/web/charts/draw-measure.ts'
import { beginsSession, emaOf, profileOf, vwapOf } from '../../../src/web/charts/indicators.ts'
import { MINUTE } from '../../../src/web/state/timeframes.ts'

const closing = (close: number, at = 0): CandleRow => [at, close, close, close, close, 1]
const row = (high: number, low: number, close: number, volume: number, at = 0): CandleRow => [
  at,
  low,
  high,
  low,
  close,
  volume,
]

describe('emaOf', () => {
  it('begins with the mean of its period, then moves by 2 / (period + 1) of the distance', () => {
    // Of three: mean of 2, 4, 6 is 4; then 4 + ½ (8 − 4) = 6, and 6 + ½ (2 − 6) = 4.
    expect(
      emaOf(
        [2, 4, 6, 8, 2].map((close) => closing(close)),
        3,
      ),
    ).toEqual([null, null, 4, 6, 4])
  })

  it('is carried over a gap, and knows nothing later', () => {
    expect(emaOf([closing(1), closing(3), null, closing(5)], 2)).toEqual([null, 2, null, 4])
    const rows = [1, 5, 2, 8].map((close) => closing(close))
    expect(emaOf(rows, 2).slice(0, 3)).toEqual(emaOf(rows.slice(0, 3), 2))
  })
})

describe('vwapOf', () => {
  const rows = [row(12, 9, 9, 2), row(13, 10, 13, 3), row(21, 18, 21, 1)]

  it('is what was paid on average since the day began, each candle at its typical price', () => {
    // Typical prices 10, 12, 20: 20 / 2, (20 + 36) / 5, (56 + 20) / 6.
    expect(vwapOf(rows, (slot) => slot === 0, null)).toEqual([10, 56 / 5, 76 / 6])
  })

  it('begins anew with the next, is not told before one begins, and goes on from what came before', () => {
    expect(vwapOf(rows, (slot) => slot === 1, null)).toEqual([null, 12, (36 + 20) / 4])
    expect(vwapOf(rows.slice(0, 1), () => false, { value: 30, volume: 2 })).toEqual([50 / 4])
    expect(vwapOf([row(1, 1, 1, 0)], () => true, null)).toEqual([null])
  })
})

describe('profileOf', () => {
  it('lays each volume evenly over its range, finds the fullest level and the value area around it', () => {
    // Four levels from 10 to 14, a unit each: the first candle lies over all four, the second in the second one.
    const profile = profileOf([row(14, 10, 12, 4), row(12, 11, 11.5, 6)], 4)
    expect(profile?.volumes).toEqual([1, 7, 1, 1])
    // 7 of 10 is the value area already.
    expect(profile).toMatchObject({ low: 10, height: 1, control: 1, from: 1, to: 1 })
  })

  it('is one level where the price stood still, and nothing where nothing traded', () => {
    expect(profileOf([row(5, 5, 5, 3)], 8)).toMatchObject({ volumes: [3], control: 0, from: 0, to: 0 })
    expect(profileOf([null, row(5, 4, 5, 0)], 8)).toBeNull()
  })
})

describe('beginsSession', () => {
  it('is the first trade after half an hour without one, as a gap or as quiet minutes', () => {
    const at = (minute: number) => minute * MINUTE
    const quiet = Array.from({ length: 30 }, (_, i) => row(1, 1, 1, 0, at(i + 1)))
    expect(beginsSession([row(1, 1, 1, 1, 0), ...quiet, row(2, 1, 1, 1, at(31))], 31, MINUTE)).toBe(true)
    expect(beginsSession([row(1, 1, 1, 1, 0), null, row(2, 1, 1, 1, at(40))], 2, MINUTE)).toBe(true)
    expect(beginsSession([row(1, 1, 1, 1, 0), row(2, 1, 1, 1, at(29))], 1, MINUTE)).toBe(false)
    expect(beginsSession([row(1, 1, 1, 1, 0)], 0, MINUTE)).toBe(false)
  })
})

describe('measureText', () => {
  it('tells price, per cent, bars and time, with a true minus sign', () => {
    const from = { time: 0, price: 200 }
    expect(measureText({ from, to: { time: 14 * MINUTE, price: 201 }, digits: 2 }, 14)).toBe(
      '+1.00 · +0.50 % · 14 bars · 14 min',
    )
    expect(measureText({ from, to: { time: -MINUTE, price: 199 }, digits: 2 }, -1)).toBe(
      '−1.00 · −0.50 % · −1 bar · −1 min',
    )
  })
})
