// What of a chart's view is not there, and what fetching it would take, in words. Pure.
import type { HistoryCostOut } from '../../contract/exchanges.ts'
import type { CandleWindow, Span } from '../charts/candle-window.ts'
import { clock, dateTime, duration, shortDateTime } from '../state/format.ts'
import { SECOND, durationOf, openOf, type Timeframe } from '../state/timeframes.ts'

/** Candles before the cursor that a test case there needs, and some after it to leave by. */
const BEFORE = 101
const AFTER = 60
/** One click fetches so many candles at most; the server allows an hour of trades. */
const MOST = 3590

/**
 * The stretches that the trader looks at, the most wanted first: what a test case at a resting cursor needs, then the view; as one
 * where they touch.
 */
export function lookedAt(
  timeframe: Timeframe,
  view: Span | null,
  cursor: number | null,
  live: number,
): Span[] {
  const step = durationOf(timeframe)
  const needed =
    cursor === null ? null : { from: openOf(cursor, step) - BEFORE * step, to: cursor + AFTER * step }
  const spans = [needed, view].filter((span) => span !== null)
  const isOne = view !== null && needed !== null && touches(view, needed)
  const joined = isOne
    ? [{ from: Math.min(view.from, needed.from), to: Math.max(view.to, needed.to) }]
    : spans
  return joined.flatMap((span) => whole(span, step, live) ?? [])
}

/** What of `span` has happened, of which one click may fetch as much; whole tens, so that a view that moves on does not ask each second. */
function whole(span: Span, step: number, live: number): Span | null {
  const to = Math.min(span.to, openOf(live, step))
  const from = Math.max(span.from, to - MOST * step, 0)
  return from < to ? { from: openOf(from, 10 * step), to: openOf(to + step - 1, step) } : null
}

function touches(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to
}

/** The part of `span` for which `window` holds no candles: outside of it, and its gaps; null where nothing is missing. */
export function missingOf(window: CandleWindow, span: Span): Span | null {
  if (window.size === 0 || span.to <= window.from || span.from >= window.to) return span
  const holes = window
    .gapsBetween(window.slotAt(span.from), window.slotAt(span.to - 1))
    .filter((hole) => touches(hole, span))
  if (span.from < window.from) holes.unshift({ from: span.from, to: window.from })
  const [first, last] = [holes[0], holes.at(-1)]
  if (first === undefined || last === undefined) return null
  return {
    from: Math.max(first.from, span.from),
    to: Math.min(last.to, span.to),
  }
}

/** `10:20:00 – 10:50:00`, with the day where it is of more than the seconds. */
export function spanText({ from, to }: Span): string {
  const isDay = dateTime(from).slice(0, 10) === dateTime(to).slice(0, 10)
  return `${shortDateTime(from)} – ${isDay ? clock(to) : shortDateTime(to)}`
}

/** What a click would do, or why there is nothing to click. */
export function costText(timeframe: Timeframe, venue: string, cost: HistoryCostOut): string {
  if (cost.way === 'none')
    return `${venue} keeps no ${timeframe} candles of this time, nor trades that they could be made of. A file can be imported.`
  const what = cost.way === 'candles' ? `${timeframe} candles` : 'trades'
  return `${amountText(cost)} of ${what} from ${venue}: about ${duration(Math.max(cost.seconds, 1))}.`
}

function amountText({ missing }: HistoryCostOut): string {
  const ms = missing.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0)
  return duration(ms / SECOND)
}
