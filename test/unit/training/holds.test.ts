// HOLD examples: only where HOLD is right, half random and half hard, at the annotations' phases, the same for the same seed.
import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND, epochMs, type EpochMs } from '../../../src/core/time.ts'
import type { TimeRange } from '../../../src/market/types.ts'
import {
  HOLD_SECONDS,
  assumedSpans,
  marketData,
  sliceRange,
  stretchOf,
  type MarketData,
} from '../../../src/training/data/training-data.ts'
import { drawHolds } from '../../../src/training/examples/holds.ts'
import { atSecondOfMinute, secondOfMinuteDistance } from '../../../src/training/data/phase.ts'
import { RuleScores } from '../../../src/market-state/plain-rule.ts'
import type { Mark } from '../../../src/training/data/targets.ts'
import { START, demoSlice } from './demo-slice.ts'

const range: TimeRange = { from: START, to: epochMs(START + 6 * HOUR) }
const stretch = stretchOf(demoSlice(11, sliceRange(range)), range)
/** Entered at 17 seconds past a minute, ten minutes past an hour. */
const entries = [1, 3, 5].map((hour) => epochMs(START + hour * HOUR + 10 * MINUTE + 17 * SECOND))
const marks = entries.map((entry, i): Mark => ({
  id: String(i),
  direction: 'LONG',
  entry,
  exit: epochMs(entry + 5 * MINUTE),
  entryPrice: 1,
  exitPrice: 2,
  trained: true,
}))

function reviewed(holdSpans: readonly TimeRange[]): MarketData {
  return marketData({
    market: stretch.market,
    marks,
    holdSpans,
    holdSource: 'reviewed',
    stretches: [stretch],
  })
}
const whole = reviewed([range])
const draw = (data: MarketData, count = 40, seed = 1) =>
  drawHolds([data], entries, { count, pauseSeconds: 30, seed })

describe('HOLD examples', () => {
  it('are seconds where HOLD is right, over their whole length', () => {
    const holds = draw(whole)
    for (const { instant, seconds, label } of holds) {
      expect(label).toBe(2)
      expect(seconds).toBeLessThanOrEqual(HOLD_SECONDS)
      for (let i = 0; i < seconds; i++) expect(whole.targets.at(epochMs(instant + i * SECOND))).toBe('HOLD')
    }
    expect(new Set(holds.map(({ instant }) => instant)).size).toBe(holds.length)
  })
  it('are half random, and the rest of the plain rule where it called falsely', () => {
    const holds = draw(whole)
    const random = holds.filter(({ source }) => source === 'random')
    const hard = holds.filter(({ source }) => source === 'plain_rule')
    expect(random).toHaveLength(20)
    expect(hard).toHaveLength(10)
    const calls = new RuleScores(stretch.slice, stretch.bars).calls(0, 30, range)
    for (const { instant } of hard) {
      const after = calls.map(({ opensAt }) => instant - opensAt).filter((delay) => delay >= 0)
      expect(Math.min(...after)).toBeLessThanOrEqual(20 * SECOND)
    }
  })
  it("stand at the annotations' second of minute, and near their minute of hour", () => {
    const random = draw(whole).filter(({ source }) => source === 'random')
    for (const { instant } of random) expect((instant / SECOND) % 60).toBe(17)
    const distance = random.map(({ instant }) => {
      const minute = (instant / MINUTE) % 60
      return Math.abs(minute - 10)
    })
    expect(distance.reduce((sum, d) => sum + d, 0) / random.length).toBeLessThan(10)
  })
  it('hold every second that was rejected, reviewed or not, unless a mark says otherwise', () => {
    const [far, inZone] = [epochMs(START + 5 * MINUTE + SECOND), epochMs((entries[0] ?? 0) + SECOND)]
    const { targets: _, ...parts } = reviewed([{ from: epochMs(START + HOUR), to: range.to }])
    const asked = marketData({ ...parts, rejected: [far, inZone] })
    const rejected = draw(asked).filter(({ source }) => source === 'rejected')
    expect(rejected).toMatchObject([{ instant: far, seconds: HOLD_SECONDS, label: 2 }])
    expect(draw(asked).filter(({ source }) => source !== 'rejected')).toHaveLength(30)
  })
  it('are the same for the same seed only', () => {
    expect(draw(whole)).toEqual(draw(whole))
    expect(draw(whole, 40, 2)).not.toEqual(draw(whole))
  })
  it('come from the reviewed spans alone', () => {
    const span = { from: epochMs(START + 2 * HOUR), to: epochMs(START + 2.5 * HOUR) }
    const late = (instant: EpochMs) => marks.some(({ entry, exit }) => instant > entry && instant < exit)
    for (const { instant } of draw(reviewed([span]))) {
      expect(late(instant) || (instant >= span.from && instant < span.to)).toBe(true)
    }
  })
  it('end in words where there are none', () => {
    const short = marks.map((mark) => ({ ...mark, exit: epochMs(mark.entry + 10 * SECOND) }))
    const nothing = marketData({ ...reviewed([]), marks: short })
    expect(() => draw(nothing)).toThrow(/No HOLD examples found/)
  })
})

it('assumes half an hour either side of each mark where nothing is reviewed', () => {
  expect(assumedSpans(marks.slice(0, 1))).toEqual([
    { from: marks[0]!.entry - 30 * MINUTE, to: marks[0]!.exit + 30 * MINUTE },
  ])
})

describe('phase', () => {
  it('moves an instant by half a minute at most', () => {
    for (let second = 0; second < 60; second++) {
      const moved = atSecondOfMinute(epochMs(START + second * SECOND), entries[0]!)
      expect(Math.abs(moved - START - second * SECOND)).toBeLessThanOrEqual(30 * SECOND)
      expect((moved / SECOND) % 60).toBe(17)
    }
  })
  it('is a circle', () => {
    expect(secondOfMinuteDistance(epochMs(START + 59 * SECOND), epochMs(START + 61 * SECOND))).toBe(2)
  })
})
