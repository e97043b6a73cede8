// Nothing at or later than a second moves its row, whatever happens to the future.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MINUTE, SECOND, epochMs } from '../../../src/core/time.ts'
import { StateSweep } from '../../../src/market-state/sweep.ts'
import type { MarketSlice, SliceSeries } from '../../../src/market/slice.ts'
import { durationOf, TIMEFRAMES } from '../../../src/market/timeframe.ts'
import { MomentMaker } from '../../../src/moments/moment-rows.ts'
import { demoSlice, START } from '../../unit/training/demo-slice.ts'

const SLICE = demoSlice(3, { from: START, to: epochMs(START + 5 * MINUTE) })

let maker: MomentMaker
beforeAll(async () => {
  maker = await MomentMaker.open()
})
afterAll(() => maker.close())

/** Every candle that has not ended by then has other prices. */
function withOtherFuture(slice: MarketSlice, asOf: number, factor: number): MarketSlice {
  const series = Object.fromEntries(
    TIMEFRAMES.map((timeframe) => [
      timeframe,
      later(slice.series[timeframe], durationOf(timeframe), asOf, factor),
    ]),
  ) as MarketSlice['series']
  return { ...slice, series }
}

function later(series: SliceSeries, step: number, asOf: number, factor: number): SliceSeries {
  const changed = (column: Float64Array): Float64Array =>
    column.map((value, i) => ((series.candles.openTime[i] ?? 0) + step > asOf ? value * factor : value))
  const { open, high, low, close, volume, ...rest } = series.candles
  return {
    ...series,
    candles: {
      ...rest,
      open: changed(open),
      high: changed(high),
      low: changed(low),
      close: changed(close),
      volume: changed(volume),
    },
  }
}

it('holds for any second and any future', async () => {
  const instants = Array.from({ length: 301 }, (_, i) => epochMs(START + i * SECOND))
  const { values, known } = await maker.rows(new StateSweep(SLICE), instants)
  expect(known.every(Boolean)).toBe(true)
  const check = async (second: number, factor: number): Promise<void> => {
    const other = withOtherFuture(SLICE, START + second * SECOND, factor)
    const again = await maker.rows(new StateSweep(other), instants)
    const width = values.length / instants.length
    const upTo = (second + 1) * width
    expect(again.values.subarray(0, upTo)).toEqual(values.subarray(0, upTo))
    if (second < 300) expect(again.values).not.toEqual(values)
  }
  const seconds = fc.integer({ min: 0, max: 300 })
  await fc.assert(fc.asyncProperty(seconds, fc.double({ min: 1.1, max: 3, noNaN: true }), check), {
    numRuns: 10,
  })
})
