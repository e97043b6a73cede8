// One price path a second: quiet seconds repeat, older ones come from minutes, unknown ones are NaN.
import { expect, it } from 'vitest'
import { MINUTE, SECOND, epochMs } from '../../../src/core/time.ts'
import { SecondBars } from '../../../src/market-state/bars.ts'
import { START, sliceOfCloses } from './demo-slice.ts'

const slice = sliceOfCloses(START, [100, 101, 99])

it('repeats the last close through quiet seconds', () => {
  const bars = new SecondBars(slice, { from: START, to: epochMs(START + 6 * SECOND) })
  expect([...bars.close]).toEqual([100, 101, 99, 99, 99, 99])
})
it('knows a close only once its second has ended', () => {
  const bars = new SecondBars(slice, { from: START, to: epochMs(START + 6 * SECOND) })
  const known = [0, 1, 2, 3].map((second) => bars.closeAt(epochMs(START + second * SECOND)))
  expect(known).toEqual([Number.NaN, 100, 101, 99])
  expect(bars.endOf(0)).toBe(START + SECOND)
})
it('takes seconds before the first 1s candle from the minutes they lie in', () => {
  const minute = { ...slice.series['1m'].candles, length: 1 }
  const older = {
    ...minute,
    openTime: Float64Array.of(START - MINUTE),
    open: Float64Array.of(90),
    high: Float64Array.of(95),
    low: Float64Array.of(85),
    close: Float64Array.of(92),
    volume: Float64Array.of(1),
  }
  const with1m = {
    ...slice,
    series: { ...slice.series, '1m': { ...slice.series['1m'], candles: older } },
  }
  const bars = new SecondBars(with1m, { from: epochMs(START - 2 * MINUTE), to: epochMs(START + SECOND) })
  expect(bars.close[0]).toBeNaN()
  expect([bars.high[60], bars.low[60], bars.close[119], bars.close[120]]).toEqual([95, 85, 92, 100])
})
