// A stored market with marks as a place to learn and to test: the annotations of a reviewed stretch, and calls matched as validation does.
import { HOUR } from '../../src/core/time.ts'
import { hullOf } from '../../src/market/ranges.ts'
import type { MarketSlice } from '../../src/market/slice.ts'
import type { TimeRange } from '../../src/market/types.ts'
import { StateSweep } from '../../src/market-state/sweep.ts'
import { allocateInputs } from '../../src/market-state/tensors.ts'
import { labelSpan, matchWindow, sideOf, type Mark } from '../../src/training/data/targets.ts'
import {
  marketData,
  stretchesOf,
  stretchOf,
  type MarketData,
  type TrainingData,
} from '../../src/training/data/training-data.ts'
import { mean } from '../../src/training/evaluation/enough.ts'
import { matchCalls } from '../../src/training/evaluation/score-calls.ts'
import { netPct } from '../../src/training/evaluation/trading.ts'
import type { TestPlace, TrainingPlace } from './place.ts'

/** Whether all that a mark says something about lies in the range. */
export function isWithin(mark: Mark, range: TimeRange): boolean {
  const { from, to } = labelSpan(mark)
  return from >= range.from && to <= range.to
}

/** @param spans reviewed: what is not marked in them is HOLD */
export function trainingOn(
  slice: MarketSlice,
  marks: readonly Mark[],
  spans: readonly TimeRange[],
): TrainingPlace {
  const market = reviewed(slice, marks, spans)
  const states = allocateInputs(marks.length)
  const sweep = new StateSweep(slice)
  for (const [row, { entry }] of marks.entries()) {
    if (!sweep.writeAt(entry, states, row)) throw new RangeError(`no state as of ${entry}`)
  }
  const cases = marks.map(({ id }) => ({ markId: id, testCaseId: id, sha256: '' }))
  const data: TrainingData = { markets: [market], cases, states, leftOut: [], warnings: [] }
  return { data, hours: hoursIn(spans), close: () => {} }
}

/** @param ranges ascending; a call is scored by itself in each */
export function testOn(slice: MarketSlice, marks: readonly Mark[], ranges: readonly TimeRange[]): TestPlace {
  const market = reviewed(slice, marks, ranges)
  const scorable = marks.map((mark) => ({
    market: slice.market,
    mark,
    side: sideOf(mark),
    window: matchWindow(mark),
  }))
  const hours = hoursIn(ranges)
  return {
    slice,
    bars: stretchOf(slice, hullOf(ranges) ?? slice.asOf).bars,
    ranges,
    hours,
    targets: marks.length,
    marks: scorable,
    score: (calls, holding) => {
      const { hits, falseCalls } = matchCalls(calls, scorable, [market])
      const scored = hits.length + falseCalls.length
      const nets = calls.map((call) => netPct(call, [market], holding)).filter((net) => Number.isFinite(net))
      return {
        calls: calls.length,
        recall: hits.length / marks.length,
        precision: scored === 0 ? null : hits.length / scored,
        f1: (2 * hits.length) / (scored + marks.length),
        falseCallsPerHour: falseCalls.length / hours,
        netPct: nets.length === 0 ? null : mean(nets),
      }
    },
  }
}

function reviewed(slice: MarketSlice, marks: readonly Mark[], spans: readonly TimeRange[]): MarketData {
  const stretches = stretchesOf(marks, spans).map((range) => stretchOf(slice, range))
  return marketData({ market: slice.market, marks, holdSpans: spans, holdSource: 'reviewed', stretches })
}

function hoursIn(ranges: readonly TimeRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + (to - from) / HOUR, 0)
}
