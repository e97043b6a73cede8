// Inside values as the HTTP interface writes them.
import type { GapOut } from '../contract/shapes.ts'
import { toIso } from '../core/time.ts'
import type { Gap } from '../market/provider.ts'
import type { TimeRange } from '../market/types.ts'

export function rangeOut({ from, to }: TimeRange): { from: string; to: string } {
  return { from: toIso(from), to: toIso(to) }
}

export function gapOut({ timeframe, from, to }: Gap): GapOut {
  return { timeframe, ...rangeOut({ from, to }) }
}
