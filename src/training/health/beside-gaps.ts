// Marks beside a gap in what is stored: shortly before they enter, or while they are held.
import type { AnnotationOut } from '../../contract/annotations.ts'
import type { BesideGap } from '../../contract/data-set-health.ts'
import { WINDOW } from '../../contract/timeframes.ts'
import { SECOND } from '../../core/time.ts'
import { firstEndingAfter, missingFrom, rangeOf, rangeOut } from '../../market/ranges.ts'
import type { TimeRange } from '../../market/types.ts'
import { entryOf, exitOf, momentOf } from './moments.ts'

/** As far back as the finest candles of a market state reach, ms. */
const BEFORE = WINDOW * SECOND

/**
 * Of one market; the most missing first.
 * @param covered where its seconds are known, merged, ascending
 */
export function besideGaps(marks: readonly AnnotationOut[], covered: readonly TimeRange[]): BesideGap[] {
  // What has not come yet is no gap.
  const end = covered.at(-1)?.to ?? Infinity
  const found = marks.flatMap((mark) => {
    const entry = entryOf(mark)
    return [
      ...rowOf(mark, 'before', gapsIn(covered, rangeOf(entry - BEFORE, entry))),
      ...rowOf(mark, 'held', gapsIn(covered, rangeOf(entry, Math.min(exitOf(mark), end)))),
    ]
  })
  return found.toSorted((a, b) => b.missing_seconds - a.missing_seconds)
}

/** Only the ranges that reach into the window are looked at. */
function gapsIn(covered: readonly TimeRange[], window: TimeRange): TimeRange[] {
  const near: TimeRange[] = []
  for (let i = firstEndingAfter(covered, window.from); i < covered.length; i++) {
    const range = covered[i]
    if (range === undefined || range.from >= window.to) break
    near.push(range)
  }
  return missingFrom(near, window)
}

function rowOf(mark: AnnotationOut, where: BesideGap['where'], gaps: readonly TimeRange[]): BesideGap[] {
  const [first] = gaps
  if (first === undefined) return []
  const missing = gaps.reduce((sum, { from, to }) => sum + to - from, 0)
  return [{ mark: momentOf(mark), where, ...rangeOut(first), missing_seconds: missing / SECOND }]
}
