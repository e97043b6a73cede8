// How unlike its training a second is: ordinary seconds of other days are not, a market gone mad is, and up and down are alike to the bit.
import { beforeAll, describe, expect, it } from 'vitest'
import { at } from '../../../src/core/at.ts'
import { DAY, HOUR, MINUTE, SECOND, epochMs, floorTo, shift, type EpochMs } from '../../../src/core/time.ts'
import { StateSweep } from '../../../src/market-state/sweep.ts'
import { createDemoMarket } from '../../../src/market/demo/demo-market.ts'
import { durationOf, type Timeframe } from '../../../src/market/timeframe.ts'
import type { TimeRange } from '../../../src/market/types.ts'
import type { CandleColumns, MarketSlice, SliceSeries } from '../../../src/market/slice.ts'
import { ROW_SIZE } from '../../../src/models/moment-row.ts'
import { learnOddness, type Learnt } from '../../../src/moments/learn-oddness.ts'
import { MomentMaker } from '../../../src/moments/moment-rows.ts'
import { turned } from '../../../src/moments/nearest.ts'
import { oddnessFile, oddnessScale } from '../../../src/moments/oddness-file.ts'
import { distanceOf } from '../../../src/moments/oddness.ts'

const SEED = 22
const START = epochMs(Date.parse('2026-01-15T00:00:00Z'))
const SHARE = 0.0005
let maker: MomentMaker
let training: Float32Array[]
let learnt: Learnt

beforeAll(async () => {
  maker = await MomentMaker.open()
  training = await rowsOf(sliceOf({ from: START, to: shift(START, 14 * HOUR) }), 14 * HOUR, 37)
  learnt = learnOddness(joined(training), SHARE)!
})

const demo = createDemoMarket({ seed: SEED, symbol: 'ETH/USDT' })
/** Candles of hours, which the units of minutes are held against, made once; nothing that is compared looks at days. */
const hours = columnsOf('1h', { from: START, to: shift(START, 4 * DAY) })

/** The demo market, but for days, which only rise a little. */
function sliceOf(asOf: TimeRange): MarketSlice {
  const days = { from: floorTo(shift(asOf.from, -130 * DAY), DAY), to: floorTo(asOf.to, DAY) }
  const risen = Float64Array.from({ length: (days.to - days.from) / DAY }, (_, i) => 3000 + i)
  const openTime = risen.map((_, i) => days.from + i * DAY)
  const candles = { open: risen, high: risen, low: risen, close: risen, volume: risen, openTime }
  const series = {
    '1s': columnsOf('1s', asOf),
    '1m': columnsOf('1m', asOf),
    '1h': hours,
    '1d': seriesOf({ ...candles, length: risen.length }, days),
  }
  return { market: { venue: `demo-${SEED}`, symbol: 'ETH/USDT' }, asOf, series }
}

function columnsOf(timeframe: Timeframe, asOf: TimeRange): SliceSeries {
  const step = durationOf(timeframe)
  const range = { from: floorTo(shift(asOf.from, -130 * step), step), to: floorTo(asOf.to, step) }
  return seriesOf(demo.columns(timeframe, range), range)
}

function seriesOf(candles: CandleColumns, range: TimeRange): SliceSeries {
  return { candles, covered: [range], closeBefore: null, firstOpen: range.from }
}

async function rowsOf(slice: MarketSlice, length: number, every: number): Promise<Float32Array[]> {
  const count = Math.floor(length / (every * SECOND))
  const instants = Array.from({ length: count }, (_, i) => shift(slice.asOf.to, -i * every * SECOND))
  const { values, known } = await maker.rows(new StateSweep(slice), instants.reverse())
  expect(known).not.toContain(false)
  return instants.map((_, i) => values.slice(i * ROW_SIZE, (i + 1) * ROW_SIZE))
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.length * ROW_SIZE)
  for (const [i, row] of rows.entries()) all.set(row, i * ROW_SIZE)
  return all
}

/** Share of the rows past the limit, by what a checkpoint keeps. */
function shareUnlike(rows: readonly Float32Array[]): number {
  const { bytes, facts } = oddnessFile(learnt)
  const scale = oddnessScale(bytes, facts)!
  return rows.filter((row) => scale.of(row) > scale.limit!).length / rows.length
}

type Prices = Record<'open' | 'high' | 'low' | 'close' | 'volume', number>

/** The demo market of which each second from `from` on is as `change` makes it, and each minute what its seconds come to. */
function strange(from: EpochMs, change: (candle: Prices, before: number) => Prices): MarketSlice {
  const slice = sliceOf({ from, to: shift(from, 10 * MINUTE) })
  const seconds = changed(slice.series['1s'].candles, from, change)
  const minutes = composed(slice.series['1m'].candles, seconds, from)
  const series = {
    ...slice.series,
    '1s': { ...slice.series['1s'], candles: seconds },
    '1m': { ...slice.series['1m'], candles: minutes },
  }
  return { ...slice, series }
}

function changed(
  candles: CandleColumns,
  from: EpochMs,
  change: Parameters<typeof strange>[1],
): CandleColumns {
  const all = copyOf(candles)
  const first = all.openTime.findIndex((open) => open >= from)
  const before = at(all.close, first - 1)
  for (let i = first; i < all.length; i++) write(all, i, change(candleAt(all, i), before))
  return all
}

function composed(minutes: CandleColumns, seconds: CandleColumns, from: EpochMs): CandleColumns {
  const all = copyOf(minutes)
  for (let i = 0; i < all.length; i++) {
    if (at(all.openTime, i) < floorTo(from, MINUTE)) continue
    const inside = [...seconds.openTime.keys()].filter(
      (k) => floorTo(at(seconds.openTime, k) as EpochMs, MINUTE) === at(all.openTime, i),
    )
    const own = inside.map((k) => candleAt(seconds, k))
    write(all, i, {
      open: own[0]!.open,
      high: Math.max(...own.map(({ high }) => high)),
      low: Math.min(...own.map(({ low }) => low)),
      close: own.at(-1)!.close,
      volume: own.reduce((sum, { volume }) => sum + volume, 0),
    })
  }
  return all
}

function copyOf(candles: CandleColumns): CandleColumns {
  const { length, openTime, open, high, low, close, volume } = candles
  return {
    length,
    openTime: openTime.slice(),
    open: open.slice(),
    high: high.slice(),
    low: low.slice(),
    close: close.slice(),
    volume: volume.slice(),
  }
}

function candleAt({ open, high, low, close, volume }: CandleColumns, i: number): Prices {
  return { open: at(open, i), high: at(high, i), low: at(low, i), close: at(close, i), volume: at(volume, i) }
}

function write(candles: CandleColumns, i: number, prices: Prices): void {
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) candles[name][i] = prices[name]
}

describe('by fourteen hours of the demo market', () => {
  it.each([1, 3])('under half a percent of the seconds %i days later are unlike them', async (days) => {
    const from = shift(START, days * DAY)
    const rows = await rowsOf(sliceOf({ from, to: shift(from, 6 * HOUR) }), 6 * HOUR, 43)
    expect(shareUnlike(rows)).toBeLessThan(0.005)
  })

  it.each([
    [
      'moves ten times as much',
      ({ open, high, low, close, volume }: Prices, before: number) => {
        const [o, h, l, c] = [open, high, low, close].map((price) => before * (price / before) ** 10)
        return { open: o!, high: h!, low: l!, close: c!, volume }
      },
    ],
    [
      'stands still',
      ({ volume }: Prices, before: number) => ({
        open: before,
        high: before,
        low: before,
        close: before,
        volume,
      }),
    ],
    ['trades a hundred times as much', (candle: Prices) => ({ ...candle, volume: candle.volume * 100 })],
  ])('a market that %s is unlike them soon', async (_, change) => {
    const rows = await rowsOf(strange(shift(START, 26 * HOUR), change), 8 * MINUTE, 7)
    expect(shareUnlike(rows)).toBeGreaterThan(0.95)
  })
})

it('is the same of a row upside down, to the bit', () => {
  for (const row of training.slice(0, 100))
    expect(distanceOf(turned(row), learnt.ordinary)).toBe(distanceOf(row, learnt.ordinary))
})

it('is learnt to the same bytes of the same rows, and not at all of a few', () => {
  const again = learnOddness(joined(training), SHARE)!
  expect(Buffer.from(oddnessFile(again).bytes)).toEqual(Buffer.from(oddnessFile(learnt).bytes))
  expect(learnOddness(joined(training.slice(0, 299)), SHARE)).toBeNull()
})

it('knows no limit where none is stated, and nothing of rows that mean something else', () => {
  const { bytes, facts } = oddnessFile(learnOddness(joined(training), null)!)
  expect(facts.limit).toBeNull()
  expect(oddnessScale(bytes, facts)!.of(at(training, 0))).toBeGreaterThan(0)
  expect(oddnessScale(bytes, { ...facts, row_definition: '0123456789abcdef' })).toBeNull()
})
