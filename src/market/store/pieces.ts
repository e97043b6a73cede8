// A long stretch in pieces, each small enough for one transaction beside a running server.
import { DAY, HOUR } from '../../core/time.ts'
import { rangeOf } from '../ranges.ts'
import type { Timeframe } from '../timeframe.ts'
import type { TimeRange } from '../types.ts'

/** Some thousand slots at the most. */
const LENGTHS: Readonly<Record<Timeframe, number>> = {
  '1s': HOUR,
  '1m': 2 * DAY,
  '1h': 100 * DAY,
  '1d': 2000 * DAY,
}

/** Ascending, without gaps; whole lengths but for the first and the last. */
export function* piecesOf({ from, to }: TimeRange, timeframe: Timeframe): Generator<TimeRange> {
  const length = LENGTHS[timeframe]
  for (let start: number = from; start < to;) {
    const end = Math.min(to, (Math.floor(start / length) + 1) * length)
    yield rangeOf(start, end)
    start = end
  }
}
