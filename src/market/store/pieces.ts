// A long stretch in pieces, each small enough for one transaction beside a running server.
import { DAY } from '../../core/time.ts'
import { rangeOf } from '../ranges.ts'
import type { Timeframe } from '../timeframe.ts'
import type { TimeRange } from '../types.ts'

const DAYS: Readonly<Record<Timeframe, number>> = { '1s': 1, '1m': 30, '1h': 1000, '1d': 20_000 }

/** Ascending, without gaps; whole days but for the first and the last. */
export function* piecesOf({ from, to }: TimeRange, timeframe: Timeframe): Generator<TimeRange> {
  const length = DAYS[timeframe] * DAY
  for (let start: number = from; start < to;) {
    const end = Math.min(to, (Math.floor(start / length) + 1) * length)
    yield rangeOf(start, end)
    start = end
  }
}
