// How much of a market state is missing, and the share beyond which a case is left out of training.
import { CASE_TIMEFRAMES, WINDOW } from '../contract/timeframes.ts'
import { WINDOW as BOOK_SECONDS } from '../market/book/book-slice.ts'
import type { Gap } from '../market/gap.ts'
import { durationOf, type Timeframe } from '../market/timeframe.ts'
import type { TimeRange } from '../market/types.ts'
import { floorTo, SECOND } from '../core/time.ts'

/** A case in which more than this share (percent) of the 100 candles of any timeframe is missing, whole or in part, is left out of training. */
export const MAX_GAP_SHARE_PCT = 5

/** The worst timeframe's share of candles that a gap touches, in percent of its 100. */
export function gapSharePct(gaps: readonly Gap[]): number {
  if (gaps.length === 0) return 0
  return Math.max(...CASE_TIMEFRAMES.map((timeframe) => (slotsTouched(gaps, timeframe) * 100) / WINDOW))
}

/** The share of a book's 100 seconds that are filled from earlier ones, in percent. */
export function bookGapSharePct(gaps: readonly TimeRange[]): number {
  const seconds = gaps.reduce((sum, { from, to }) => sum + (to - from) / SECOND, 0)
  return (seconds * 100) / BOOK_SECONDS
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
