// Two fingers on a chart: they move it, and zoom it by how far they are apart. Pure.
import type { Span } from './candle-window.ts'
import type { Point } from './grips.ts'

export type Pair = readonly [Point, Point]

/** What was in view when both were down, and where they were. */
export interface Pinch {
  readonly seen: Span
  readonly fingers: Pair
}

/** Fingers that lie together are taken for as far apart, pixels: else a little would zoom by much. */
const LEAST_APART = 40
/** Candles in view at least, and pixels for each of them at least. */
const LEAST_CANDLES = 6
const LEAST_SPACING = 0.5

/** What a chart of `width` pixels shows once the fingers are at `now`: what was between them stays between them. `step`: ms of a candle. */
export function pinched({ seen, fingers }: Pinch, now: Pair, width: number, step: number): Span {
  const before = seen.to - seen.from
  const wanted = (before * apart(fingers)) / apart(now)
  const most = Math.max((width / LEAST_SPACING) * step, before)
  const length = Math.min(Math.max(wanted, LEAST_CANDLES * step), most)
  const instant = seen.from + (middle(fingers) / width) * before
  const from = instant - (middle(now) / width) * length
  return { from, to: from + length }
}

function apart([a, b]: Pair): number {
  return Math.max(Math.hypot(a.x - b.x, a.y - b.y), LEAST_APART)
}

function middle([a, b]: Pair): number {
  return (a.x + b.x) / 2
}
