// Looking things up in one timeframe of a slice: the candle at a time, the last close before it, what is missing.
import { float64At } from '../core/number-at.ts'
import { appendRun, firstEndingAfter } from './ranges.ts'
import type { CandleColumns, SliceSeries } from './slice.ts'
import type { TimeRange } from './types.ts'

/** Index of the first candle whose open is at or after `time`; `candles.length` where there is none. */
export function indexFrom(candles: CandleColumns, time: number): number {
  const { openTime } = candles
  let low = 0
  let high = candles.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (float64At(openTime, middle) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** Close of the last candle that opens before `time`; null where none is known. */
export function closeBefore(series: SliceSeries, time: number): number | null {
  const index = indexFrom(series.candles, time)
  return index > 0 ? float64At(series.candles.close, index - 1) : series.closeBefore
}

/**
 * Merged runs of slots in [from, to) whose candle is neither there nor known to be quiet. `step` is the timeframe in ms; `from`
 * and `to` are multiples of it. Nothing at or later than `to` matters.
 */
export function missingSlots(series: SliceSeries, step: number, from: number, to: number): TimeRange[] {
  const { covered, candles } = series
  let range = firstEndingAfter(covered, from)
  const first = covered[range]
  if (from >= to || (first !== undefined && first.from <= from && first.to >= to)) return []
  const runs: TimeRange[] = []
  let index = indexFrom(candles, from)
  for (let open = from; open < to; open += step) {
    if (index < candles.length && candles.openTime[index] === open) {
      index += 1
      continue
    }
    while ((covered[range]?.to ?? Number.POSITIVE_INFINITY) < open + step) range += 1
    const known = covered[range]
    if (known === undefined || known.from > open) appendRun(runs, open, open + step)
  }
  return runs
}
