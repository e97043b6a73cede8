// The scenario's own scoring: what a hit is, and what the figures beside it mean.
import { describe, expect, it } from 'vitest'
import { deviation, mean, scoreCalls, type PlainCall, type Terms } from '../../../scripts/scenario/score.ts'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import type { Breakout } from '../../../src/market/demo/ground-truth.ts'
import { SecondBars } from '../../../src/market-state/bars.ts'
import { START, sliceOfCloses } from './demo-slice.ts'

const at = (second: number) => epochMs(START + second * SECOND)
function breakout(second: number, direction: 'UP' | 'DOWN', genuine: boolean): Breakout {
  return {
    start: at(second),
    direction,
    genuine,
    rangeLow: 100,
    rangeHigh: 110,
    rangeFrom: at(second - 500),
    end: at(second + 300),
    target: direction === 'UP' ? 120 : 90,
  }
}
const call = (action: PlainCall['action'], second: number): PlainCall => ({ action, opensAt: at(second) })

/** The price is 110 for 1000 s, then 112, and 115 from 1300 s on. */
const closes = [...Array(1000).fill(110), ...Array(300).fill(112), ...Array(900).fill(115)] as number[]
const slice = sliceOfCloses(START, closes)
const terms: Terms = { bars: new SecondBars(slice, slice.asOf), hours: 0.5, holding: 400 * SECOND }
const truths = [breakout(1000, 'UP', true), breakout(1600, 'DOWN', true), breakout(400, 'UP', false)]

describe('a hit', () => {
  it('is in the right direction, within 60 s of a true start, once', () => {
    const hits = (...calls: PlainCall[]) => scoreCalls(calls, truths, terms).hits
    expect(hits(call('BUY', 1000), call('BUY', 1060))).toBe(1)
    expect(hits(call('BUY', 1061))).toBe(0)
    expect(hits(call('BUY', 999))).toBe(0)
    expect(hits(call('SELL', 1010))).toBe(0)
    expect(hits(call('SELL', 1600), call('BUY', 1005))).toBe(2)
    expect(hits(call('BUY', 401))).toBe(0)
  })
})

describe('the figures', () => {
  const score = scoreCalls([call('BUY', 1001), call('BUY', 1050), call('BUY', 410)], truths, terms)
  it('count every other call as false', () => {
    expect(score).toMatchObject({ calls: 3, hits: 1, falseCalls: 2, missed: 1, recall: 0.5 })
    expect(score.precision).toBeCloseTo(1 / 3, 9)
    expect(score.f1).toBeCloseTo(2 / 5, 9)
    expect(score.falseCallsPerHour).toBe(4)
  })
  it('say what was left of the move, and what the calls earned after fees', () => {
    expect(score.moveLeft).toBeCloseTo((120 - 112) / (120 - 110), 9)
    const earned = [115 / 112, 115 / 112, 110 / 110].map((gross) => 100 * (gross - 1) - 0.2)
    expect(score.netPct).toBeCloseTo(mean(earned), 9)
  })
  it('are averaged with their spread', () => {
    expect(mean([1, 2, 6])).toBe(3)
    expect(deviation([1, 2, 6])).toBeCloseTo(Math.sqrt((4 + 1 + 9) / 2), 9)
  })
})
