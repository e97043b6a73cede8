// The charts' candle window: dense slots, gaps, and time ↔ place.
import { describe, expect, it } from 'vitest'
import type { CandleRow } from '../../../src/contract/shapes.ts'
import { intervalOf } from '../../../src/web/state/interval.ts'
import { CandleWindow } from '../../../src/web/charts/candle-window.ts'

const row = (open: number, close = 10): CandleRow => [open, 10, 12, 8, close, 1]

describe('CandleWindow', () => {
  it('keeps candles one timeframe apart and fills a missing stretch with empty slots', () => {
    const window = new CandleWindow(intervalOf('1s'))
    window.append([row(1000), row(2000), row(5000)])
    expect(window.opens).toEqual([1000, 2000, 3000, 4000, 5000])
    expect(window.rows.map((one) => one?.[0] ?? null)).toEqual([1000, 2000, null, null, 5000])
    expect(window.gapsBetween(0, 10)).toEqual([{ from: 3000, to: 5000 }])
  })

  it('shortens a long gap, and time goes on after it', () => {
    const window = new CandleWindow(intervalOf('1m'))
    window.append([row(0), row(60_000 * 100_000)])
    expect(window.size).toBe(122)
    expect(window.instantAt(121)).toBe(60_000 * 100_000)
    expect(window.placeOf(60_000 * 100_000)).toBe(121)
    expect(window.placeOf(60_000 * 50_000)).toBe(121)
  })

  it('empties candles that lie in a reported gap', () => {
    const window = new CandleWindow(intervalOf('1s'))
    window.replace([row(1000), row(2000), row(3000)], [{ from: 2000, to: 3000 }])
    expect(window.rows[1]).toBeNull()
    expect(window.closedBefore(3000)?.[0]).toBe(1000)
  })

  it('maps times to places and back, with fractions, before, inside and after', () => {
    const window = new CandleWindow(intervalOf('1m'))
    window.append([row(60_000), row(120_000), row(180_000)])
    for (const instant of [0, 60_000, 75_000, 120_001, 200_000, 240_000, 900_000])
      expect(window.instantAt(window.placeOf(instant))).toBeCloseTo(instant, 6)
    expect(window.placeOf(150_000)).toBe(1.5)
    expect(window.placeOf(0)).toBe(-1)
    expect(window.placeOf(300_000)).toBe(4)
  })

  it('replaces a candle that arrives again and appends newer ones', () => {
    const window = new CandleWindow(intervalOf('1s'))
    window.append([row(1000), row(2000, 10)])
    window.append([row(2000, 11), row(3000)])
    expect(window.rowAt(2500)?.[4]).toBe(11)
    expect(window.size).toBe(3)
  })

  it('prepends older candles, bridges to what it held, and ignores overlap', () => {
    const window = new CandleWindow(intervalOf('1s'))
    window.append([row(5000), row(6000)])
    window.prepend([row(1000), row(2000), row(5000, 99)])
    expect(window.opens).toEqual([1000, 2000, 3000, 4000, 5000, 6000])
    expect(window.rowAt(5000)?.[4]).toBe(10)
  })

  it('trims the far side', () => {
    const window = new CandleWindow(intervalOf('1s'))
    window.append(Array.from({ length: 10 }, (_, i) => row(i * 1000)))
    window.trim(4, 'newest')
    expect([window.from, window.to]).toEqual([6000, 10_000])
    window.trim(2, 'oldest')
    expect([window.from, window.to]).toEqual([6000, 8000])
  })

  it('knows the last close before an instant: the candle must have ended', () => {
    const window = new CandleWindow(intervalOf('1s'))
    window.append([row(1000, 1), row(2000, 2)])
    expect(window.closedBefore(3000)?.[4]).toBe(2)
    expect(window.closedBefore(2999)?.[4]).toBe(1)
    expect(window.closedBefore(1999)).toBeNull()
  })
})
