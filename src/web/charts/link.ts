// How four charts stay together in time: which range a chart shows so that it agrees with the one the trader moved.
import type { Span } from './candle-window.ts'

/** How far from the edges an instant must stay to count as in view, as a share of the range. */
const MARGIN = 0.06

/** Whether `instant` lies in `range`, clear of its edges. */
export function isInView(range: Span, instant: number): boolean {
  const margin = (range.to - range.from) * MARGIN
  return instant >= range.from + margin && instant <= range.to - margin
}

/** A range of the same length with `instant` at `share` of it from the left. */
export function centredOn(range: Span, instant: number, share = 0.5): Span {
  const length = range.to - range.from
  return { from: instant - length * share, to: instant + length * (1 - share) }
}

/** `range` when it shows `instant` already, else the same length around it: a chart never moves without need. */
export function showing(range: Span, instant: number, share = 0.5): Span {
  return isInView(range, instant) ? range : centredOn(range, instant, share)
}

/**
 * The range `other` should show after the trader moved another chart to `lead`; null when it may stay. A coarser chart
 * stays while the lead's middle is in its view, a finer one while its own middle is inside the lead. A chart at the live
 * edge takes the others to the live edge.
 */
export function followOf(lead: Span, other: Span, live: number): Span | null {
  const touchesLive = lead.to >= live
  if (touchesLive) return other.to >= live ? null : endingAt(other, live)
  const middle = (lead.from + lead.to) / 2
  const isCoarser = other.to - other.from >= lead.to - lead.from
  if (isCoarser) return isInView(other, middle) ? null : centredOn(other, middle)
  const own = (other.from + other.to) / 2
  return own >= lead.from && own <= lead.to && other.to < live ? null : centredOn(other, middle)
}

/** By how much of itself a range goes on or back at once. */
const PAGE = 0.85

/** `range` on or back by most of its length; on no further than to `newest` at its usual place. */
export function pageOf(range: Span, direction: 1 | -1, newest: number): Span {
  const by = (range.to - range.from) * PAGE * direction
  const next = { from: range.from + by, to: range.to + by }
  const last = endingAt(range, newest)
  if (direction === -1 || next.to <= last.to) return next
  return range.to > last.to ? range : last
}

/** The same length, with the live edge at its usual place near the right. */
export function endingAt(range: Span, live: number): Span {
  return centredOn(range, live, 0.94)
}
