// Candles longer than the stored ones: read from what is typed, folded as read and as they arrive, forming with the future hidden.
import { describe, expect, it } from 'vitest'
import type { CandleRow } from '../../../src/contract/shapes.ts'
import { foldCandles, FoldTail } from '../../../src/web/marking/fold.ts'
import { formingAt, formingIn, type ReadCandles } from '../../../src/web/marking/forming.ts'
import { intervalIn, intervalOf, type Interval } from '../../../src/web/state/interval.ts'
import { DAY, HOUR, MINUTE, openOf, WEEK } from '../../../src/web/state/timeframes.ts'

const noon = Date.UTC(2024, 7, 9, 12)
const minute = (at: number, close: number, volume = 1): CandleRow => [
  noon + at * MINUTE,
  close - 1,
  close + 2,
  close - 3,
  close,
  volume,
]

function interval(text: string): Interval {
  const found = intervalIn(text)
  if ('refusal' in found) throw new Error(found.refusal)
  return found
}

describe('intervalIn', () => {
  it('is made of the coarsest stored timeframe that divides it, under its shortest name', () => {
    expect(interval('15m')).toEqual({ name: '15m', step: 15 * MINUTE, base: '1m', count: 15 })
    expect(interval(' 4 H ')).toEqual({ name: '4h', step: 4 * HOUR, base: '1h', count: 4 })
    expect(interval('90m')).toEqual({ name: '90m', step: 90 * MINUTE, base: '1m', count: 90 })
    expect(interval('240m').name).toBe('4h')
    expect(interval('14d')).toEqual({ name: '2w', step: 2 * WEEK, base: '1d', count: 14 })
    expect(interval('60m')).toEqual(intervalOf('1h'))
  })

  it('refuses what is none, a month, and what would be made of too many', () => {
    for (const text of ['', 'soon', '0m', '1.5h', '1M', '-5m', '5'])
      expect(intervalIn(text)).toHaveProperty('refusal', expect.stringContaining('no timeframe'))
    expect(intervalIn('241m')).toHaveProperty('refusal', expect.stringContaining('241 of 1m'))
  })
})

describe('foldCandles', () => {
  it('takes the first open, the last close, the extremes and all volume of what lies in one', () => {
    const rows = [minute(0, 10, 2), minute(1, 20, 3), minute(4, 5, 1), minute(5, 7, 4)]
    expect(foldCandles(rows, 5 * MINUTE)).toEqual([
      [noon, 9, 22, 2, 5, 6],
      [noon + 5 * MINUTE, 6, 9, 4, 7, 4],
    ])
  })

  it('has none where nothing is known, and lets quiet minutes take no part', () => {
    const rows = [minute(0, 10, 0), minute(1, 20, 3), minute(11, 5, 0)]
    const folded = foldCandles(rows, 5 * MINUTE)
    expect(folded.map(([open]) => open)).toEqual([noon, noon + 10 * MINUTE])
    expect(folded[0]).toEqual([noon, 19, 22, 17, 20, 3])
  })

  it('opens weeks on Mondays', () => {
    const friday = Date.UTC(2024, 7, 9)
    expect(new Date(openOf(friday, WEEK)).toISOString()).toBe('2024-08-05T00:00:00.000Z')
    expect(openOf(friday, DAY)).toBe(friday)
  })
})

describe('FoldTail', () => {
  const held = (...rows: CandleRow[]) => {
    const tail = new FoldTail(interval('5m'))
    tail.replace(rows)
    return tail
  }

  it('goes on with the newest candle as its minutes form and close', () => {
    const tail = held(minute(4, 9), minute(5, 10), minute(6, 11, 1))
    expect(tail.take([minute(6, 14, 2)], false)).toEqual({
      rows: [[noon + 5 * MINUTE, 9, 16, 7, 14, 3]],
      closed: false,
    })
    expect(tail.take([minute(6, 12, 5)], true)).toMatchObject({ closed: false })
    for (const at of [7, 8]) tail.take([minute(at, 12)], true)
    expect(tail.take([minute(9, 1, 1)], true)).toEqual({
      rows: [[noon + 5 * MINUTE, 9, 14, -2, 1, 9]],
      closed: true,
    })
    expect(tail.take([minute(10, 3, 1)], false)).toMatchObject({
      rows: [[noon + 5 * MINUTE, 9, 14, -2, 1, 9], minute(10, 3, 1)],
      closed: false,
    })
  })

  it('asks to be read again where minutes are missing, or one before the newest candle changed', () => {
    expect(held(minute(5, 10)).take([minute(8, 1)], false)).toEqual({ readFrom: noon + 5 * MINUTE })
    expect(held(minute(5, 10)).take([minute(2, 1)], true)).toEqual({ readFrom: noon })
    expect(held().take([minute(7, 1)], false)).toEqual({ readFrom: noon + 5 * MINUTE })
  })

  it('hands on stored candles as they are', () => {
    const rows = [minute(3, 9)]
    expect(new FoldTail(intervalOf('1m')).take(rows, true)).toEqual({ rows, closed: true })
  })
})

describe('formingIn', () => {
  it('is made of what was known before the instant alone, and is none at a boundary', async () => {
    const asOf = noon + 7 * MINUTE + 30_000
    const read: ReadCandles = async (timeframe, from, to) => {
      expect(to).toBeLessThanOrEqual(asOf)
      const step = timeframe === '1m' ? MINUTE : 1000
      return Array.from({ length: (to - from) / step }, (_, i) => [from + i * step, i, i + 1, i - 1, i, 1])
    }
    const stored = await formingAt(asOf, read)
    // Two minutes that closed (opens 0 and 1), and thirty seconds of the third, up to 29.
    expect(await formingIn(interval('5m'), asOf, stored, read)).toEqual([
      noon + 5 * MINUTE,
      0,
      30,
      -1,
      29,
      32,
    ])
    expect(await formingIn(interval('5m'), noon, stored, read)).toBeNull()
    expect(await formingIn(intervalOf('1m'), asOf, stored, read)).toBe(stored['1m'])
  })
})
