// The price of every second of a stretch, as an agent's fills and profits need it.
import { numberAt } from '../../core/at.ts'
import { SECOND, type EpochMs } from '../../core/time.ts'
import { closeBefore } from '../../market/series.ts'
import type { MarketSlice } from '../../market/slice.ts'

/** Opens and closes of the seconds of a slice; a second without trades is the last close throughout. */
export class SecondPrices {
  readonly #from: number
  readonly #open: Float64Array
  readonly #close: Float64Array

  constructor(slice: MarketSlice) {
    const series = slice.series['1s']
    this.#from = slice.asOf.from - SECOND
    const length = Math.max(0, (slice.asOf.to - this.#from) / SECOND)
    this.#open = new Float64Array(length)
    this.#close = new Float64Array(length)
    this.#fill(slice, closeBefore(series, this.#from) ?? Number.NaN)
  }

  /** What an order fills at that was decided as of `instant`: the first price of the second that begins there. */
  openAt(instant: EpochMs): number {
    return this.#open[(instant - this.#from) / SECOND] ?? Number.NaN
  }

  /** The last price known as of `instant`. */
  closeBefore(instant: EpochMs): number {
    return this.#close[(instant - this.#from) / SECOND - 1] ?? Number.NaN
  }

  #fill(slice: MarketSlice, before: number): void {
    const { openTime, open, close } = slice.series['1s'].candles
    let candle = 0
    let last = before
    for (let i = 0; i < this.#open.length; i++) {
      const second = this.#from + i * SECOND
      while (candle < openTime.length && numberAt(openTime, candle) < second) candle++
      const trades = candle < openTime.length && openTime[candle] === second
      this.#open[i] = trades ? numberAt(open, candle) : last
      this.#close[i] = last = trades ? numberAt(close, candle) : last
    }
  }
}
