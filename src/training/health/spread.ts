// Instants spread evenly over ranges of time.
import { SECOND, floorTo, type EpochMs } from '../../core/time.ts'
import type { TimeRange } from '../../market/types.ts'

/** How far apart so many whole seconds are, spread over all of the ranges together, ms. */
export function stepOf(ranges: readonly TimeRange[], count: number): number {
  const total = ranges.reduce((sum, { from, to }) => sum + to - from, 0)
  return Math.max(SECOND, total / count)
}

/** A whole second every `step` ms of the ranges, which begin at whole seconds, and the range that it lies in. */
export function spreadOver<R extends TimeRange>(
  ranges: readonly R[],
  step: number,
): { readonly of: R; readonly at: EpochMs }[] {
  const found: { of: R; at: EpochMs }[] = []
  let next = step / 2
  for (const of of ranges) {
    const length = of.to - of.from
    for (; next < length; next += step) found.push({ of, at: floorTo(of.from + next, SECOND) })
    next -= length
  }
  return found
}
