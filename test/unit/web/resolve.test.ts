// What a click means: the second, and its price (design, section 4).
import { describe, expect, it } from 'vitest'
import type { CandleRow } from '../../../src/contract/shapes.ts'
import { intervalOf } from '../../../src/web/state/interval.ts'
import type { ReadCandles } from '../../../src/web/marking/forming.ts'
import { durationOf, type Timeframe } from '../../../src/web/state/timeframes.ts'
import { joinCandles } from '../../../src/web/marking/forming.ts'
import { resolveClick } from '../../../src/web/marking/resolve.ts'

const start = Date.UTC(2024, 7, 9)

/** A market of whole seconds, its longer candles joined from them. */
function market(closes: readonly number[], from = start) {
  const seconds = closes.map((close, i): CandleRow => {
    const open = closes[i - 1] ?? close
    return [from + i * 1000, open, Math.max(open, close), Math.min(open, close), close, 1]
  })
  const asked: [Timeframe, number, number][] = []
  const read: ReadCandles = async (timeframe, lower, upper) => {
    asked.push([timeframe, lower, upper])
    const step = durationOf(timeframe)
    const opens = [...new Set(seconds.map((row) => Math.floor(row[0] / step) * step))]
    return opens
      .filter((open) => open >= lower && open < upper)
      .map((open) =>
        joinCandles(
          open,
          seconds.filter((row) => row[0] >= open && row[0] < open + step),
        )!,
      )
  }
  return { seconds, read, asked }
}

describe('resolveClick', () => {
  it('takes a 1s candle as its end: T = open + 1 s, the price its close', async () => {
    const { seconds, read } = market([10, 11, 12])
    const leg = await resolveClick(intervalOf('1s'), seconds[1]!, 10.3, Infinity, read)
    expect(leg).toEqual({ time: start + 2000, price: 11 })
  })

  it('takes a minute as the first second inside it that holds the price', async () => {
    const closes = Array.from({ length: 60 }, (_, i) => 100 + i)
    const { read } = market(closes)
    const minute = (await read('1m', start, start + 60_000))[0]!
    const leg = await resolveClick(intervalOf('1m'), minute, 130.5, Infinity, read)
    expect(leg).toEqual({ time: start + 32_000, price: 131 })
  })

  it('goes down from a day through the hour and the minute, reading little', async () => {
    const closes = Array.from({ length: 7200 }, (_, i) => 1000 + i)
    const { read, asked } = market(closes)
    const day = (await read('1d', start, start + 86_400_000))[0]!
    asked.length = 0
    const leg = await resolveClick(intervalOf('1d'), day, 1000 + 5000.5, Infinity, read)
    expect(leg).toEqual({ time: start + 5002 * 1000, price: 6001 })
    expect(asked.map(([timeframe]) => timeframe)).toEqual(['1h', '1m', '1s'])
  })

  it('takes a price beyond the candle as its edge', async () => {
    const { read } = market([10, 14, 12])
    const minute = (await read('1m', start, start + 60_000))[0]!
    expect(await resolveClick(intervalOf('1m'), minute, 99, Infinity, read)).toEqual({
      time: start + 2000,
      price: 14,
    })
    expect(await resolveClick(intervalOf('1m'), minute, 1, Infinity, read)).toEqual({
      time: start + 1000,
      price: 10,
    })
  })

  it('takes the crossing second where the price jumped over it', async () => {
    const rows: CandleRow[] = [
      [start, 10, 10, 10, 10, 1],
      [start + 1000, 10, 10, 10, 10, 1],
      [start + 2000, 20, 20, 20, 20, 1],
    ]
    const read: ReadCandles = async (timeframe) => (timeframe === '1s' ? rows : [])
    const leg = await resolveClick(intervalOf('1m'), [start, 10, 20, 10, 20, 3], 15, Infinity, read)
    expect(leg).toEqual({ time: start + 3000, price: 20 })
  })

  it('never sees what is at or after the hidden future', async () => {
    const closes = Array.from({ length: 60 }, (_, i) => 100 + i)
    const { read, asked } = market(closes)
    const leg = await resolveClick(
      intervalOf('1m'),
      [start, 100, 159, 100, 159, 60],
      150,
      start + 20_000,
      read,
    )
    expect(asked.every(([, , upper]) => upper <= start + 20_000)).toBe(true)
    expect(leg!.time).toBeLessThanOrEqual(start + 20_000)
  })

  it('is null where no 1s candle is stored inside', async () => {
    const none: ReadCandles = async () => []
    expect(await resolveClick(intervalOf('1h'), [start, 10, 20, 5, 15, 3], 12, Infinity, none)).toBeNull()
  })
})
