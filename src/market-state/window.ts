// The last 100 candles of one timeframe as of an instant: copied, filled where quiet or missing, the last one forming.
import { WINDOW } from '../contract/timeframes.ts'
import { shift, type EpochMs } from '../core/time.ts'
import { float64At } from '../core/number-at.ts'
import { formingGaps, formingTrades, lastOpenTime } from '../market/forming.ts'
import type { Gap } from '../market/gap.ts'
import { appendRun } from '../market/ranges.ts'
import { closeBefore, indexFrom, missingSlots } from '../market/series.ts'
import type { MarketSlice } from '../market/slice.ts'
import { durationOf, type Timeframe } from '../market/timeframe.ts'
import type { Candle, TimeRange } from '../market/types.ts'

/** 100 candles, ascending, one timeframe apart; the last is forming unless the as-of instant is its end. */
export interface StateColumns {
  readonly openTime: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
}

/** Zeroed columns over one buffer. */
export function allocateColumns(): StateColumns {
  const buffer = new ArrayBuffer(6 * WINDOW * Float64Array.BYTES_PER_ELEMENT)
  return {
    openTime: columnOf(buffer, 0),
    open: columnOf(buffer, 1),
    high: columnOf(buffer, 2),
    low: columnOf(buffer, 3),
    close: columnOf(buffer, 4),
    volume: columnOf(buffer, 5),
  }
}

function columnOf(buffer: ArrayBuffer, index: number): Float64Array {
  return new Float64Array(buffer, index * WINDOW * Float64Array.BYTES_PER_ELEMENT, WINDOW)
}

/** Open time of the first of the 100 candles as of `asOf`. */
export function firstOpenTime(timeframe: Timeframe, asOf: EpochMs): EpochMs {
  return shift(lastOpenTime(timeframe, asOf), -(WINDOW - 1) * durationOf(timeframe))
}

/** How many of the 100 candles as of `asOf` are closed: all at the end of a candle, else all but the last. */
export function closedSlots(timeframe: Timeframe, asOf: EpochMs): number {
  return lastOpenTime(timeframe, asOf) + durationOf(timeframe) === asOf ? WINDOW : WINDOW - 1
}

/** What is at hand of a window before it is filled. */
export interface Carried {
  /** Closed candles, from the first on, that the columns hold already. */
  readonly known: number
  /** Tells what `formingTrades` does. */
  readonly trades: (timeframe: Timeframe, asOf: EpochMs) => Candle | null
}

/**
 * Writes the 100 candles of `timeframe` as of `asOf` into `into` and adds what is missing among them to `gaps`. Assumes that history
 * reaches back far enough (`shortfallAt` is null).
 */
export function fillWindow(
  slice: MarketSlice,
  timeframe: Timeframe,
  asOf: EpochMs,
  into: StateColumns,
  gaps: Gap[],
  carried?: Carried,
): void {
  const first = firstOpenTime(timeframe, asOf)
  const last = lastOpenTime(timeframe, asOf)
  const closed = closedSlots(timeframe, asOf)
  const trades = carried?.trades ?? ((of, when) => formingTrades(slice, of, when))
  const lastClose = fillClosed(slice, timeframe, first, { known: carried?.known ?? 0, closed }, into)
  if (closed < WINDOW) put(into, closed, trades(timeframe, asOf), last, lastClose)
  for (const { from, to } of missing(slice, timeframe, asOf, first, closed))
    gaps.push({ timeframe, from, to })
}

/** Copies closed candles that exist; an absent one is the last close four times, volume 0. Returns the last close. */
function fillClosed(
  slice: MarketSlice,
  timeframe: Timeframe,
  first: EpochMs,
  { known, closed }: { readonly known: number; readonly closed: number },
  into: StateColumns,
): number {
  const { candles } = slice.series[timeframe]
  const step = durationOf(timeframe)
  const start = first + known * step
  let index = indexFrom(candles, start)
  let lastClose = closeBefore(slice.series[timeframe], start) ?? Number.NaN
  for (let slot = known; slot < closed; slot += 1) {
    const openTime = first + slot * step
    into.openTime[slot] = openTime
    if (index < candles.length && candles.openTime[index] === openTime) {
      into.open[slot] = float64At(candles.open, index)
      into.high[slot] = float64At(candles.high, index)
      into.low[slot] = float64At(candles.low, index)
      into.close[slot] = lastClose = float64At(candles.close, index)
      into.volume[slot] = float64At(candles.volume, index)
      index += 1
    } else {
      into.open[slot] = into.high[slot] = into.low[slot] = into.close[slot] = lastClose
      into.volume[slot] = 0
    }
  }
  return lastClose
}

function put(
  into: StateColumns,
  slot: number,
  candle: Candle | null,
  openTime: EpochMs,
  lastClose: number,
): void {
  into.openTime[slot] = openTime
  into.open[slot] = candle?.open ?? lastClose
  into.high[slot] = candle?.high ?? lastClose
  into.low[slot] = candle?.low ?? lastClose
  into.close[slot] = candle?.close ?? lastClose
  into.volume[slot] = candle?.volume ?? 0
}

/** Missing closed slots and, of a forming candle, the missing stretches of its elapsed part: merged, ascending. */
function missing(
  slice: MarketSlice,
  timeframe: Timeframe,
  asOf: EpochMs,
  first: EpochMs,
  closed: number,
): TimeRange[] {
  const step = durationOf(timeframe)
  const runs = missingSlots(slice.series[timeframe], step, first, first + closed * step)
  if (closed === WINDOW) return runs
  for (const { from, to } of formingGaps(slice, timeframe, asOf)) appendRun(runs, from, to)
  return runs
}
