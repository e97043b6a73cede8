// A slice of the demo market made in memory, and a market of plain second bars, for tests that need no store.
import { MINUTE, SECOND, epochMs, floorTo, type EpochMs } from '../../../src/core/time.ts'
import { createDemoMarket } from '../../../src/market/demo/demo-market.ts'
import type { CandleColumns, MarketSlice, SliceSeries } from '../../../src/market/slice.ts'
import { durationOf, type Timeframe } from '../../../src/market/timeframe.ts'
import type { TimeRange } from '../../../src/market/types.ts'

export const START: EpochMs = epochMs(Date.parse('2021-03-04T05:00:00Z'))

/** Seconds and minutes of the demo market; hours and days, which take it longer to make, only rise a little. */
export function demoSlice(seed: number, asOf: TimeRange): MarketSlice {
  const market = { venue: `demo-${seed}`, symbol: 'ETH/USDT' }
  const demo = createDemoMarket({ seed, symbol: market.symbol })
  const of = (timeframe: Timeframe): SliceSeries => {
    const step = durationOf(timeframe)
    const range = { from: floorTo(asOf.from - 130 * step, step), to: floorTo(asOf.to, step) }
    const isLong = timeframe === '1h' || timeframe === '1d'
    return {
      candles: isLong ? steadily(range, step) : demo.columns(timeframe, range),
      covered: [range],
      closeBefore: null,
      firstOpen: range.from,
    }
  }
  return { market, asOf, series: { '1s': of('1s'), '1m': of('1m'), '1h': of('1h'), '1d': of('1d') } }
}

/** A market whose seconds close at `closes` from `from` on; high and low are the close. No day or hour is known. */
export function sliceOfCloses(from: EpochMs, closes: readonly number[]): MarketSlice {
  const to = epochMs(from + closes.length * SECOND)
  const none: SliceSeries = { candles: columns([]), covered: [], closeBefore: null, firstOpen: null }
  const minutes: number[][] = []
  for (let open: number = floorTo(from, MINUTE); open + MINUTE <= to; open += MINUTE) {
    const inside = closes.slice(Math.max(0, (open - from) / SECOND), (open + MINUTE - from) / SECOND)
    minutes.push([open, inside[0]!, Math.max(...inside), Math.min(...inside), inside.at(-1)!, 1])
  }
  const seconds = closes.map((close, i) => [from + i * SECOND, close, close, close, close, 1])
  return {
    market: { venue: 'test', symbol: 'A/B' },
    asOf: { from, to },
    series: {
      '1s': { ...none, candles: columns(seconds), covered: [{ from, to }], firstOpen: from },
      '1m': { ...none, candles: columns(minutes), firstOpen: from },
      '1h': none,
      '1d': none,
    },
  }
}

function steadily({ from, to }: TimeRange, step: number): CandleColumns {
  const count = (to - from) / step
  return columns(
    Array.from({ length: count }, (_, i) => [from + i * step, 3000 + i, 3002 + i, 2999 + i, 3001 + i, 5]),
  )
}

function columns(rows: readonly (readonly number[])[]): CandleColumns {
  const of = (field: number) => Float64Array.from(rows, (row) => row[field]!)
  return {
    length: rows.length,
    openTime: of(0),
    open: of(1),
    high: of(2),
    low: of(3),
    close: of(4),
    volume: of(5),
  }
}
