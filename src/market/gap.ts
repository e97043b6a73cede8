// Where candles are missing.
import type { GapOut } from '../contract/shapes.ts'
import { rangeOut } from './ranges.ts'
import type { Timeframe } from './timeframe.ts'
import type { TimeRange } from './types.ts'

/** A stretch of a timeframe where candles are missing, not quiet. */
export interface Gap extends TimeRange {
  readonly timeframe: Timeframe
}

export function gapOut({ timeframe, from, to }: Gap): GapOut {
  return { timeframe, ...rangeOut({ from, to }) }
}
