// How much of a market state is missing, and the share beyond which a case is left out of training.
import type { Gap } from '../market/provider.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../market/timeframe.ts'
import { floorTo } from '../core/time.ts'
import { WINDOW } from './window.ts'

/** A case in which more than this share (percent) of the 100 candles of any timeframe is missing, whole or in part, is left out of training. */
export const MAX_GAP_SHARE_PCT = 5

/** The worst timeframe's share of candles that a gap touches, in percent of its 100. */
export function gapSharePct(gaps: readonly Gap[]): number {
  if (gaps.length === 0) return 0
  return Math.max(...TIMEFRAMES.map((timeframe) => (slotsTouched(gaps, timeframe) * 100) / WINDOW))
}

function slotsTouched(gaps: readonly Gap[], timeframe: Timeframe): number {
  const step = durationOf(timeframe)
  let touched = 0
  let next = Number.NEGATIVE_INFINITY
  for (const gap of gaps) {
    if (gap.timeframe !== timeframe) continue
    const first = Math.max(next, floorTo(gap.from, step))
    next = Math.ceil(gap.to / step) * step
    touched += Math.max(0, (next - first) / step)
  }
  return touched
}
