// In words: why there is nothing at an instant of a chart, or why no test case can stand there. Pure.
import type { MarketOut } from '../../contract/market.ts'
import { duration } from '../state/format.ts'
import { SECOND } from '../state/timeframes.ts'
import { spanText } from '../history/holes.ts'
import type { CandleWindow, Span } from '../charts/candle-window.ts'

/** A span that ended this close to the newest second when it was read goes on with it. */
const OPEN_END = 60 * SECOND

/** Null where all is as usual. Of a gap that goes on past `horizon`, UTC ms, only the part before it is told. */
export function hintOf(
  window: CandleWindow,
  instant: number,
  market: MarketOut,
  live: number,
  horizon = Infinity,
): string | null {
  const slot = window.slotAt(instant)
  const gap = gapAt(window, slot, horizon)
  if (gap !== undefined)
    return `No ${window.interval.name} data ${spanText(gap)} (${duration((gap.to - gap.from) / SECOND)}): a gap, not a quiet market. Test cases that touch it say so.`
  if (slot < 0 || instant > live || !isBarred(market, instant, live)) return null
  return 'No test case can stand here: fewer than 100 candles of each timeframe are stored before it.'
}

/** As far as it is told by `horizon`. */
function gapAt(window: CandleWindow, slot: number, horizon: number): Span | undefined {
  let first = slot
  while (window.rows[first - 1] === null) first--
  const gap = window.rows[slot] === null ? window.gapsBetween(first, slot)[0] : undefined
  return gap === undefined ? undefined : { from: gap.from, to: Math.min(gap.to, horizon) }
}

function isBarred({ test_case_spans: spans }: MarketOut, instant: number, live: number): boolean {
  return !spans.some(({ from, to }) => {
    const end = Date.parse(to) >= live - OPEN_END ? Infinity : Date.parse(to)
    return instant >= Date.parse(from) && instant < end
  })
}
