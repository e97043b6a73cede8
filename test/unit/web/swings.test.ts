// Swings of the price: from turn to turn, on the scale of time that is asked for, the same wherever reading begins.
import { describe, expect, it } from 'vitest'
import type { CandleRow } from '../../../src/contract/shapes.ts'
import { paysFees, swingBeside, swingsIn } from '../../../src/web/marking/swings.ts'

const rowsOf = (closes: readonly number[], from = 0): CandleRow[] =>
  closes.map((close, i) => [from + i * 1000, close, close, close, close, 1])
/** Straight lines between closes, so many seconds each. */
const lines = (seconds: number, ...corners: readonly number[]): number[] =>
  corners.slice(1).flatMap((to, i) => {
    const from = corners[i] ?? to
    return Array.from({ length: seconds }, (_, second) => from + ((to - from) * second) / seconds)
  })
/** Corners ten seconds apart. */
const market = rowsOf([...lines(10, 100, 98, 103, 101, 104, 99, 101), 101])
const told = (rows: readonly CandleRow[], around: number) =>
  swingsIn(rows, around).map(({ entry, exit }) => [entry.price, exit.price])

describe('swings', () => {
  it('go from turn to turn, each where the last ends, on the scale that is asked for', () => {
    expect(told(market, 8)).toEqual([
      [98, 103],
      [103, 101],
      [101, 104],
      [104, 99],
    ])
    // Of so many seconds 103 and 101 are neither highest nor lowest.
    const wide = rowsOf([...lines(10, 110, 104, 98, 103, 101, 104, 99, 97, 99, 99.5), 99.5])
    expect(told(wide, 16)).toEqual([
      [98, 104],
      [104, 97],
    ])
    expect(swingsIn(market, 8)[0]).toEqual({
      entry: { time: 11_000, price: 98 },
      exit: { time: 21_000, price: 103 },
    })
    expect([swingsIn(market, 60), swingsIn([], 8)]).toEqual([[], []])
  })

  it('are known once the seconds after their end are over, not before', () => {
    expect(told(market.slice(0, 28), 8)).toEqual([])
    expect(told(market.slice(0, 29), 8)).toEqual([[98, 103]])
  })

  it('take of several highs without a low between them the highest', () => {
    // Both highs are the highest of eight seconds around them; the fall between them ends in no low of eight.
    const rows = rowsOf([
      ...lines(10, 100, 95, 100),
      ...lines(9, 100, 99),
      99.5,
      99.4,
      ...lines(10, 102, 96, 99),
    ])
    const highs = swingsIn(rows, 8).map(({ exit }) => exit.price)
    expect(highs[0]).toBe(Math.max(...rows.map((row) => row[4]).slice(10)))
  })

  it('are the same wherever reading begins, but for the first', () => {
    for (const begin of [3, 9, 15])
      expect(told(market.slice(begin), 8).slice(-2)).toEqual(told(market, 8).slice(-2))
  })

  it('begin and end at the first of seconds that close alike, and go over no hole', () => {
    const level = rowsOf([
      ...lines(10, 100, 98),
      98,
      98,
      98,
      ...lines(10, 98, 103),
      103,
      103,
      ...lines(10, 103, 100),
    ])
    expect(swingsIn(level, 8)[0]).toMatchObject({ entry: { time: 11_000 }, exit: { time: 24_000 } })
    const later = rowsOf(lines(10, 103, 90, 103, 90), 86_400_000)
    expect(told([...market, ...later], 8)).toEqual([...told(market, 8), ...told(later, 8)])
  })

  it('are found on from a second, the one that begins there too, and back from it', () => {
    const swings = swingsIn(market, 8)
    const priceAt = (time: number, way: 1 | -1) => swingBeside(swings, time, way)?.entry.price
    expect(priceAt(0, 1)).toBe(98)
    expect(priceAt(11_000, 1)).toBe(98)
    expect(priceAt(12_000, 1)).toBe(103)
    expect(priceAt(12_000, -1)).toBe(98)
    expect(priceAt(11_000, -1)).toBeUndefined()
    expect(priceAt(60_000, 1)).toBeUndefined()
  })

  it('pay their fees where what they move is worth more than a share of both prices', () => {
    const pays = (from: number, to: number) =>
      paysFees({ entry: { time: 0, price: from }, exit: { time: 60_000, price: to } })
    // A tenth of a percent of each: 0.1 + 0.1003.
    expect([100.2, 100.201, 99.8, 99.799].map((to) => pays(100, to))).toEqual([false, true, true, true])
    expect([pays(100, 99.81), pays(100, 100), pays(0, 1), pays(-5, -4)]).toEqual([false, false, false, false])
  })
})
