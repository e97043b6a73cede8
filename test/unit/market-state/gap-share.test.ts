// The share of missing candles, by hand.
import { describe, expect, it } from 'vitest'
import { epochMs } from '../../../src/core/time.ts'
import { gapSharePct } from '../../../src/market-state/gap-share.ts'
import type { Gap } from '../../../src/market/gap.ts'

const gap = (timeframe: Gap['timeframe'], from: number, to: number): Gap => ({
  timeframe,
  from: epochMs(from),
  to: epochMs(to),
})

describe('gap share', () => {
  it('is the worst timeframe’s, in percent of its 100 candles', () => {
    expect(gapSharePct([])).toBe(0)
    expect(gapSharePct([gap('1s', 0, 7000), gap('1m', 0, 60_000)])).toBe(7)
    expect(gapSharePct([gap('1s', 0, 1000), gap('1h', 0, 4 * 3_600_000), gap('1h', 36e6, 43.2e6)])).toBe(6)
  })

  it('counts a candle that is missing in part once', () => {
    expect(gapSharePct([gap('1m', 10_000, 20_000), gap('1m', 30_000, 50_000)])).toBe(1)
    expect(gapSharePct([gap('1m', 10_000, 70_000)])).toBe(2)
    expect(gapSharePct([gap('1m', 0, 60_000), gap('1m', 61_000, 62_000)])).toBe(2)
  })
})
