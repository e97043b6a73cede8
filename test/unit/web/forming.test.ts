// Candles that form at the as-of instant: from the past alone.
import { describe, expect, it } from 'vitest'
import type { CandleRow } from '../../../src/contract/shapes.ts'
import { formingAt, joinCandles, type ReadCandles } from '../../../src/web/marking/forming.ts'
import { durationOf } from '../../../src/web/state/timeframes.ts'

const day = Date.UTC(2024, 7, 9)

function secondsFrom(from: number, count: number): CandleRow[] {
  return Array.from({ length: count }, (_, i) => [from + i * 1000, i, i + 0.5, i - 0.5, i + 0.25, 1])
}

function reader(seconds: readonly CandleRow[], asOf: number): ReadCandles {
  return async (timeframe, from, to) => {
    expect(to).toBeLessThanOrEqual(asOf)
    const step = durationOf(timeframe)
    const opens = [...new Set(seconds.map((row) => Math.floor(row[0] / step) * step))]
    return opens
      .filter((open) => open >= from && open < to)
      .map((open) =>
        joinCandles(
          open,
          seconds.filter((row) => row[0] >= open && row[0] < open + step),
        )!,
      )
  }
}

describe('formingAt', () => {
  it('joins days, hours and minutes from what came before, and reads nothing later', async () => {
    const asOf = day + 2 * 3_600_000 + 3 * 60_000 + 5000
    const seconds = secondsFrom(day, 9000)
    const forming = await formingAt(asOf, reader(seconds, asOf))
    const known = seconds.filter((row) => row[0] < asOf)
    expect(forming['1d']).toEqual(joinCandles(day, known))
    expect(forming['1h']?.[0]).toBe(day + 2 * 3_600_000)
    expect(forming['1m']?.[5]).toBe(5)
    expect(forming['1s']).toBeNull()
  })

  it('has nothing forming at a boundary', async () => {
    const forming = await formingAt(day, reader(secondsFrom(day - 3000, 10), day))
    expect(forming).toEqual({ '1d': null, '1h': null, '1m': null, '1s': null })
  })

  it('lets quiet candles take no part, unless all are quiet', () => {
    const quiet: CandleRow = [0, 50, 50, 50, 50, 0]
    expect(joinCandles(0, [quiet, [1000, 10, 12, 9, 11, 2]])).toEqual([0, 10, 12, 9, 11, 2])
    expect(joinCandles(0, [quiet])).toEqual([0, 50, 50, 50, 50, 0])
    expect(joinCandles(0, [])).toBeNull()
  })
})
