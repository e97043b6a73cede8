// A long stretch in pieces, each small enough for one transaction beside a running server.
import { rangeOf } from '../ranges.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { TimeRange } from '../types.ts'

const MOST_SLOTS = 3600

/** Ascending, without gaps; whole lengths but for the first and the last. */
export function* piecesOf({ from, to }: TimeRange, timeframe: Timeframe): Generator<TimeRange> {
  const length = MOST_SLOTS * durationOf(timeframe)
  for (let start: number = from; start < to;) {
    const end = Math.min(to, (Math.floor(start / length) + 1) * length)
    yield rangeOf(start, end)
    start = end
  }
}
