// The candle that still forms as of an instant: the closed lower candles since its open and the next lower forming one (1d ← 1h ← 1m ← 1s).
import { ceilTo, floorTo, type EpochMs } from '../core/time.ts'
import { float64At } from '../core/number-at.ts'
import { DecimalSum } from './decimal-sum.ts'
import { appendRun } from './ranges.ts'
import { closeBefore, indexFrom, missingSlots } from './series.ts'
import type { CandleColumns, MarketSlice } from './slice.ts'
import { durationOf, lowerOf, type Timeframe } from './timeframe.ts'
import type { Candle, TimeRange } from './types.ts'

/** Open time of the last candle as of `asOf`: open < asOf ≤ open + timeframe. It is closed when `asOf` is its end. */
export function lastOpenTime(timeframe: Timeframe, asOf: EpochMs): EpochMs {
  const step = durationOf(timeframe)
  return (ceilTo(asOf, step) - step) as EpochMs
}

/**
 * The forming candle of `timeframe` as of `asOf` (a whole second). Quiet candles take no part: its open is its first trade's price.
 * With no trade yet it is the last close four times, volume 0; null where no earlier close is known either.
 */
export function formingCandle(slice: MarketSlice, timeframe: Timeframe, asOf: EpochMs): Candle | null {
  const traded = formingTrades(slice, timeframe, asOf)
  if (traded !== null) return traded
  const openTime = lastOpenTime(timeframe, asOf)
  const close = closeBefore(slice.series[timeframe], openTime)
  return close === null ? null : { openTime, open: close, high: close, low: close, close, volume: 0 }
}

/** The forming candle of what has traded since its open; null with no trade yet. */
export function formingTrades(slice: MarketSlice, timeframe: Timeframe, asOf: EpochMs): Candle | null {
  const openTime = lastOpenTime(timeframe, asOf)
  const fold = new Fold()
  eachPart(timeframe, asOf, (lower, from, to) => fold.add(slice.series[lower].candles, from, to))
  return fold.candle(openTime)
}

/** Stretches of the forming candle's elapsed part, [open, asOf), in which nothing is known: merged, ascending. */
export function formingGaps(slice: MarketSlice, timeframe: Timeframe, asOf: EpochMs): TimeRange[] {
  const runs: TimeRange[] = []
  eachPart(timeframe, asOf, (lower, from, to) => {
    for (const run of missingSlots(slice.series[lower], durationOf(lower), from, to)) {
      appendRun(runs, run.from, run.to)
    }
  })
  return runs
}

/** Visits [open, asOf) as closed candles of ever lower timeframes: whole hours, then whole minutes, then whole seconds. */
function eachPart(
  timeframe: Timeframe,
  asOf: EpochMs,
  visit: (lower: Timeframe, from: number, to: number) => void,
): void {
  let from: number = lastOpenTime(timeframe, asOf)
  for (let lower = lowerOf(timeframe); lower !== null; lower = lowerOf(lower)) {
    const to = floorTo(asOf, durationOf(lower))
    if (to > from) visit(lower, from, to)
    from = to
  }
}

/** What traded in closed candles: prices are only copied, volumes summed exactly and rounded once. */
class Fold {
  #open = Number.NaN
  #high = Number.NEGATIVE_INFINITY
  #low = Number.POSITIVE_INFINITY
  #close = Number.NaN
  /** Null where nothing traded. */
  #volume: DecimalSum | null = null

  add(candles: CandleColumns, from: number, to: number): void {
    const { openTime, open, high, low, close, volume } = candles
    for (
      let index = indexFrom(candles, from);
      index < candles.length && float64At(openTime, index) < to;
      index += 1
    ) {
      const traded = float64At(volume, index)
      if (traded === 0) continue
      if (this.#volume === null) this.#open = float64At(open, index)
      this.#high = Math.max(this.#high, float64At(high, index))
      this.#low = Math.min(this.#low, float64At(low, index))
      this.#close = float64At(close, index)
      if (this.#volume === null) this.#volume = new DecimalSum(traded)
      else this.#volume.add(traded)
    }
  }

  /** Adds what came later. */
  merge(later: Fold): void {
    if (later.#volume === null) return
    if (this.#volume === null) this.#open = later.#open
    this.#high = Math.max(this.#high, later.#high)
    this.#low = Math.min(this.#low, later.#low)
    this.#close = later.#close
    this.#volume ??= new DecimalSum(0)
    this.#volume.merge(later.#volume)
  }

  candle(openTime: EpochMs): Candle | null {
    if (this.#volume === null) return null
    const [open, high, low, close] = [this.#open, this.#high, this.#low, this.#close]
    return { openTime, open, high, low, close, volume: this.#volume.value() }
  }
}

/** Forming candles of one slice, which must not change, as of one instant after the other: closed candles that were seen are not visited again. */
export class FormingSweep {
  readonly #slice: MarketSlice
  readonly #seen = new Map<Timeframe, { readonly from: number; readonly to: number; readonly fold: Fold }>()

  constructor(slice: MarketSlice) {
    this.#slice = slice
  }

  /** As `formingTrades` says. */
  trades(timeframe: Timeframe, asOf: EpochMs): Candle | null {
    const fold = new Fold()
    eachPart(timeframe, asOf, (lower, from, to) => fold.merge(this.#foldOf(lower, from, to)))
    return fold.candle(lastOpenTime(timeframe, asOf))
  }

  #foldOf(lower: Timeframe, from: number, to: number): Fold {
    const seen = this.#seen.get(lower)
    const goesOn = seen !== undefined && seen.from === from && seen.to <= to
    const fold = goesOn ? seen.fold : new Fold()
    if (!goesOn || seen.to < to) {
      fold.add(this.#slice.series[lower].candles, goesOn ? seen.to : from, to)
      this.#seen.set(lower, { from, to, fold })
    }
    return fold
  }
}
