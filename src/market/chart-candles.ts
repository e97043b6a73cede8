// Candles for charts: closed ones with the quiet filled in, gaps listed and left out, the forming one added where asked.
import { floorTo, shift, type EpochMs } from '../core/time.ts'
import { candleAt, quietCandle } from './columns.ts'
import { formingCandle, formingGaps, lastOpenTime } from './forming.ts'
import type { Gap } from './gap.ts'
import type { CandlesRequest } from './provider.ts'
import { clip, hullOf, missingFrom, rangeOf } from './ranges.ts'
import type { SeriesReader } from './series-reader.ts'
import type { CandleColumns, MarketSlice } from './slice.ts'
import { durationOf } from './timeframe.ts'
import type { Candle, TimeRange } from './types.ts'

/** `sliceOf` gives the slice from which the forming candle is composed. */
export function readCandles(
  series: SeriesReader,
  request: CandlesRequest,
  sliceOf: (asOf: TimeRange) => MarketSlice,
): { candles: Candle[]; gaps: Gap[] } {
  const { market, timeframe, limit } = request
  const id = series.find(market)
  const known = series.coverage(id, timeframe)
  const stored = hullOf(known)
  if (id === null) return { candles: [], gaps: [] }
  const step = durationOf(timeframe)
  const forming = formingWithin(request, sliceOf)
  const room = limit - (forming !== null && request.from === undefined ? 1 : 0)
  const window = stored === null ? null : closedWindow(request, stored, step)
  const parts = window === null ? [] : limited(clip(known, window), step, room, request.from === undefined)
  const span = hullOf(parts)
  const candles =
    span === null
      ? []
      : filled(series.rows(id, timeframe, span), parts, step, series.closeBefore(id, timeframe, span.from))
  if (forming !== null && candles.length < limit) candles.push(forming)
  const gaps = window === null ? [] : gapsAround(parts, window, request, candles.length >= limit)
  return { candles, gaps: gaps.map((gap) => ({ timeframe, ...gap })) }
}

/** Opens asked for whose candles have closed by as-of, within what is stored. */
function closedWindow(request: CandlesRequest, stored: TimeRange, step: number): TimeRange | null {
  const from = Math.max(Math.ceil((request.from ?? stored.from) / step) * step, stored.from)
  const asked = request.to === undefined ? stored.to : Math.ceil(request.to / step) * step
  const to = Math.min(asked, stored.to, floorTo(request.asOf, step))
  return from < to ? rangeOf(from, to) : null
}

/** The first `limit` slots of the covered parts, or the last. */
function limited(parts: TimeRange[], step: number, limit: number, last: boolean): TimeRange[] {
  const kept: TimeRange[] = []
  let room = limit * step
  for (const part of last ? parts.toReversed() : parts) {
    if (room <= 0) break
    const length = Math.min(part.to - part.from, room)
    kept.push(last ? rangeOf(part.to - length, part.to) : rangeOf(part.from, part.from + length))
    room -= length
  }
  return last ? kept.toReversed() : kept
}

/** One candle a slot: the row, or the last close four times. Slots before any price have none. */
function filled(
  rows: CandleColumns,
  parts: readonly TimeRange[],
  step: number,
  before: number | null,
): Candle[] {
  const candles: Candle[] = []
  let close = before
  let next = 0
  for (const part of parts) {
    for (let open = part.from; open < part.to; open = shift(open, step)) {
      if (next < rows.length && rows.openTime[next] === open) {
        const candle = candleAt(rows, next++)
        close = candle.close
        candles.push(candle)
      } else if (close !== null) candles.push(quietCandle(open, close))
    }
  }
  return candles
}

/** Gaps of the window between, and, unless the limit cut there, before and after the candles returned. */
function gapsAround(
  parts: readonly TimeRange[],
  window: TimeRange,
  request: CandlesRequest,
  cut: boolean,
): TimeRange[] {
  const last = request.from === undefined
  const hull = hullOf(parts)
  const from = cut && last && hull !== null ? hull.from : window.from
  const to = cut && !last && hull !== null ? hull.to : window.to
  return missingFrom(parts, rangeOf(from, to))
}

function formingWithin(request: CandlesRequest, sliceOf: (asOf: TimeRange) => MarketSlice): Candle | null {
  const { timeframe, asOf, from, to } = request
  if (!request.forming || timeframe === '1s') return null
  const instant = floorTo(asOf, 1000)
  const openTime: EpochMs = lastOpenTime(timeframe, instant)
  if (instant === openTime + durationOf(timeframe)) return null
  if ((from !== undefined && openTime < from) || (to !== undefined && openTime >= to)) return null
  const slice = sliceOf({ from: instant, to: instant })
  const candle = formingCandle(slice, timeframe, instant)
  const isQuiet = candle === null || candle.volume === 0
  // Where nothing traded and not all of it is known, it is no quiet candle but a guess.
  return isQuiet && formingGaps(slice, timeframe, instant).length > 0 ? null : candle
}
