// One price path a second, without holes: what entry zones, the plain rule and profits are measured on.
import { numberAt } from '../core/at.ts'
import { MINUTE, SECOND, ceilTo, epochMs, floorTo, type EpochMs } from '../core/time.ts'
import type { CandleColumns, MarketSlice } from '../market/slice.ts'
import type { TimeRange } from '../market/types.ts'

/**
 * High, low and close of every second in [from, to); index i is the second that opens at from + i·1000. A quiet or missing second
 * repeats the close before it; before the first close all three are NaN. Seconds older than any 1s candle take the high, low and close
 * of the 1m candle they lie in, so that a range of half an hour can be told where only minutes are stored.
 */
export class SecondBars {
  readonly from: EpochMs
  readonly length: number
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array

  constructor(slice: MarketSlice, range: TimeRange) {
    this.from = floorTo(range.from, SECOND)
    this.length = Math.max(0, (ceilTo(range.to, SECOND) - this.from) / SECOND)
    this.high = new Float64Array(this.length).fill(Number.NaN)
    this.low = new Float64Array(this.length).fill(Number.NaN)
    this.close = new Float64Array(this.length).fill(Number.NaN)
    const seconds = slice.series['1s'].candles
    this.#writeMinutes(slice.series['1m'].candles, seconds.openTime[0] ?? Infinity)
    this.#write(seconds)
    this.#fill()
  }

  /** Close of the last second that ended at or before `instant`; NaN where unknown. */
  closeAt(instant: EpochMs): number {
    return this.close[this.indexOf(instant) - 1] ?? Number.NaN
  }

  /** Index of the second that opens at or contains `instant`; may lie outside. */
  indexOf(instant: number): number {
    return Math.floor((instant - this.from) / SECOND)
  }

  /** The as-of instant at which the second `index` is known: its end. */
  endOf(index: number): EpochMs {
    return epochMs(this.from + (index + 1) * SECOND)
  }

  #write(candles: CandleColumns): void {
    for (let i = 0; i < candles.length; i++) {
      const index = this.indexOf(numberAt(candles.openTime, i))
      if (index < 0 || index >= this.length) continue
      this.#copy(index, candles, i)
    }
  }

  #writeMinutes(minutes: CandleColumns, until: number): void {
    for (let i = 0; i < minutes.length; i++) {
      const open = numberAt(minutes.openTime, i)
      if (open + MINUTE > until) return
      for (let at = Math.max(open, this.from); at < open + MINUTE; at += SECOND) {
        const index = this.indexOf(at)
        if (index < this.length) this.#copy(index, minutes, i)
      }
    }
  }

  #copy(index: number, { high, low, close }: CandleColumns, candle: number): void {
    this.#set(index, numberAt(high, candle), numberAt(low, candle), numberAt(close, candle))
  }

  #set(index: number, high: number, low: number, close: number): void {
    this.high[index] = high
    this.low[index] = low
    this.close[index] = close
  }

  #fill(): void {
    for (let i = 1; i < this.length; i++) {
      const before = numberAt(this.close, i - 1)
      if (Number.isNaN(this.close[i])) this.#set(i, before, before, before)
    }
  }
}
