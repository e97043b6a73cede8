// A chart that goes along with the newest second: how far behind it is, and what brings it back. Pure.

/** How far a chart that follows may lie behind the source's clock before it counts as behind, ms of the page's time. */
export const TOLERANCE = 3000

/** More candles than this are not read one after the other: the newest are read instead. */
const MOST_MISSED = 2000

export interface Followed {
  /** Length of a candle, ms. */
  readonly step: number
  /** End of the newest candle held, UTC ms; NaN while none is. */
  readonly held: number
  /** End of what is in view, UTC ms; null before the first data. */
  readonly seenTo: number | null
  /** Whether arriving candles join those held. */
  readonly isLive: boolean
}

/** `newest`: read the newest candles in place of those held; `newer`: read on from them; `show`: only move the view. */
export type Remedy = 'none' | 'newest' | 'newer' | 'show'

/** How far the chart's newest instant lies before `known`, the newest there can be, ms; `Infinity` with nothing to see. */
export function behindOf({ held, seenTo }: Followed, known: number): number {
  if (Number.isNaN(held) || seenTo === null) return Number.POSITIVE_INFINITY
  return Math.max(known - Math.min(held, seenTo), 0)
}

/** What to do about a chart that should show `known`, within `tolerance` ms of the market's time. */
export function remedyOf(chart: Followed, known: number, tolerance: number): Remedy {
  if (behindOf(chart, known) <= tolerance) return chart.isLive ? 'none' : 'newest'
  if (Number.isNaN(chart.held) || !chart.isLive) return 'newest'
  const missed = known - chart.held
  if (missed > MOST_MISSED * chart.step) return 'newest'
  return missed > tolerance ? 'newer' : 'show'
}

/** How long to wait before reading again what a reading did not bring, ms: 1, 2, 4 … 16 seconds. */
export function pauseAfter(tries: number): number {
  return 1000 * 2 ** Math.min(tries, 4)
}
