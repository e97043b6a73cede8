// The window that Lo, Mamaysky & Wang slide over a chart: its extrema, the last of which is just old enough to be known.
import { at } from '../../../src/core/at.ts'
import { rolling } from './averages.ts'
import { extremaOf, smooth, type Extremum } from './kernel-regression.ts'

/** Their l and d: a pattern spans so many bars, and its last extremum is so many bars old when it is seen. */
const SPAN = 35
const LAG = 3
export const WINDOW_BARS = SPAN + LAG
/**
 * Their 1.5 % of days: about three quarters of the deviation of a US stock's daily return (2 %), so of the bars' returns within the
 * window here.
 */
const TOLERANCE = 0.75

export interface ChartWindow {
  /** Ascending; the last one lies `LAG` bars before the end of the window. */
  readonly extrema: readonly Extremum[]
  /** How far two prices may lie from their average and count as equal; log price. */
  readonly tolerance: number
}

/** The window of closes that ends at bar `i`; null where no extremum has just become known. */
export function chartWindow(close: Float64Array, i: number): ChartWindow | null {
  const closes = close.slice(i - WINDOW_BARS + 1, i + 1)
  const extrema = extremaOf(closes, smooth(closes)).filter(({ index }) => index < SPAN)
  if (extrema.length === 0 || at(extrema, -1).index !== SPAN - 1) return null
  const returns = closes.map((value, k) => (k === 0 ? 0 : value - at(closes, k - 1))).subarray(1)
  return { extrema, tolerance: TOLERANCE * at(rolling(returns, returns.length).deviation, -1) }
}

/** Whether two prices lie within the tolerance of their average. */
export function areLevel(a: Extremum, b: Extremum, tolerance: number): boolean {
  return Math.abs(a.price - b.price) / 2 <= tolerance
}
