// The plain rule against its own definition, computed second by second without a single shortcut.
import { describe, expect, it } from 'vitest'
import { MINUTE, SECOND, epochMs } from '../../../src/core/time.ts'
import { SecondBars } from '../../../src/market-state/bars.ts'
import { RuleScores, withLookback } from '../../../src/market-state/plain-rule.ts'
import { START, demoSlice, sliceOfCloses } from './demo-slice.ts'

describe('the plain rule', () => {
  it('opens where a close lies beyond the half hour by k ATR', () => {
    const range = { from: START, to: epochMs(START + 30 * MINUTE) }
    const slice = demoSlice(5, withLookback(range))
    const bars = new SecondBars(slice, withLookback(range))
    for (const k of [0, 0.5, 1.5]) {
      const calls = new RuleScores(slice, bars).calls(k, 30, range)
      expect(calls).toEqual(slowCalls(slice, bars, k, range))
      if (k === 0) expect(calls.length).toBeGreaterThan(0)
    }
  })
  it('sees a step up at the second after its close, and one down on the other side at once', () => {
    const quiet = Array.from({ length: 2400 }, (_, i) => 100 + 0.01 * (i % 7))
    const closes = [...quiet, 101, 101, 101, 98, ...quiet]
    const slice = sliceOfCloses(START, closes)
    const bars = new SecondBars(slice, slice.asOf)
    expect(new RuleScores(slice, bars).calls(1, 30, slice.asOf)).toEqual([
      { action: 'BUY', opensAt: START + 2401 * SECOND },
      { action: 'SELL', opensAt: START + 2404 * SECOND },
    ])
  })
  it('says nothing before it has seen half an hour', () => {
    const closes = [...Array.from({ length: 1700 }, (_, i) => 100 + 0.01 * (i % 7)), 105, 106]
    const slice = sliceOfCloses(START, closes)
    expect(new RuleScores(slice, new SecondBars(slice, slice.asOf)).calls(0, 30, slice.asOf)).toEqual([])
  })
})

function slowCalls(
  slice: ReturnType<typeof demoSlice>,
  bars: SecondBars,
  k: number,
  range: { from: number; to: number },
) {
  const calls: { action: 'BUY' | 'SELL'; opensAt: number }[] = []
  for (let asOf = range.from; asOf < range.to; asOf += SECOND) {
    const last = bars.indexOf(asOf) - 1
    const high = Math.max(...bars.high.subarray(last - 1800, last))
    const low = Math.min(...bars.low.subarray(last - 1800, last))
    const close = bars.close[last]!
    if (close <= high && close >= low) continue
    const atr = slowAtr(slice, asOf - SECOND)
    const up = close > high && close - high >= k * atr
    const down = close < low && low - close >= k * atr
    if (!up && !down) continue
    const action = up ? 'BUY' : 'SELL'
    const before = calls.at(-1)
    if (before?.action === action && asOf < before.opensAt + 90 * SECOND) continue
    calls.push({ action, opensAt: asOf })
  }
  return calls
}

/** Mean true range of the 14 minutes closed before the second that opens at `open`. */
function slowAtr(slice: ReturnType<typeof demoSlice>, open: number): number {
  const { candles } = slice.series['1m']
  const closed = Array.from(candles.openTime, (_, i) => i).filter(
    (i) => candles.openTime[i]! + MINUTE <= open,
  )
  const ranges = closed.slice(-14).map((i) => {
    const before = candles.close[i - 1]!
    return Math.max(
      candles.high[i]! - candles.low[i]!,
      Math.abs(candles.high[i]! - before),
      Math.abs(candles.low[i]! - before),
    )
  })
  return ranges.reduce((sum, value) => sum + value, 0) / 14
}
