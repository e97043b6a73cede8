// Candles of every timeframe as columns: seconds straight from the blocks, minutes by day, hours and days out of minutes.
import { float64At, int32At } from '../../core/number-at.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { TimeRange } from '../types.ts'
import type { Block } from './block.ts'
import type { Seconds } from './seconds.ts'
import { ORIGIN } from './timeline.ts'
import { TICKS, UNITS } from './units.ts'

/** Candles as columns of equal length, ascending; `openTime` in UTC ms, volume in base units. */
export interface CandleColumns {
  readonly length: number
  readonly openTime: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
}

const DAY_SECONDS = 86_400
const MINUTES = 1440
/** About 20 MB at most. */
const KEPT_DAYS = 500

/** One bar under construction, or columns of bars: ticks and volume units, both whole numbers. Volume 0: no bar. */
interface Bars {
  readonly open: Int32Array
  readonly high: Int32Array
  readonly low: Int32Array
  readonly close: Int32Array
  readonly volume: Float64Array
}

function emptyBars(length: number): Bars {
  const column = (): Int32Array => new Int32Array(length)
  return { open: column(), high: column(), low: column(), close: column(), volume: new Float64Array(length) }
}

/** Adds a later bar to bar `to`: open kept, extremes widened, close replaced, volumes summed. */
function merge(
  bars: Bars,
  to: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
): void {
  if (bars.volume[to] === 0) {
    bars.open[to] = open
    bars.high[to] = high
    bars.low[to] = low
  } else {
    if (high > int32At(bars.high, to)) bars.high[to] = high
    if (low < int32At(bars.low, to)) bars.low[to] = low
  }
  bars.close[to] = close
  bars.volume[to] = float64At(bars.volume, to) + volume
}

/** Makes candles; keeps the minutes of the days it was asked for. */
export class Candles {
  readonly #seconds: Seconds
  readonly #days = new Map<number, Bars>()

  constructor(seconds: Seconds) {
    this.#seconds = seconds
  }

  /** Candles wholly inside `range`: from ≤ open and open + timeframe ≤ to. Quiet ones are absent. */
  columns(timeframe: Timeframe, range: TimeRange): CandleColumns {
    const step = durationOf(timeframe) / 1000
    const from = Math.max(ORIGIN, Math.ceil(range.from / 1000 / step) * step)
    const to = Math.floor(range.to / 1000 / step) * step
    if (to <= from) return collect(emptyBars(0), from, step)
    return collect(step === 1 ? this.#secondBars(from, to) : this.#minuteBars(from, to, step), from, step)
  }

  #secondBars(from: number, to: number): Bars {
    const bars = emptyBars(to - from)
    this.#seconds.scan(from, to, (block) => addSeconds(bars, block, from, 1))
    return bars
  }

  #minuteBars(from: number, to: number, step: number): Bars {
    const bars = emptyBars((to - from) / step)
    for (let day = Math.floor(from / DAY_SECONDS) * DAY_SECONDS; day < to; day += DAY_SECONDS) {
      const minutes = this.#minutesOf(day)
      const end = Math.min(MINUTES, (to - day) / 60)
      for (let m = Math.max(0, (from - day) / 60); m < end; m++) {
        if (minutes.volume[m] === 0) continue
        const place = Math.floor((day + m * 60 - from) / step)
        merge(
          bars,
          place,
          int32At(minutes.open, m),
          int32At(minutes.high, m),
          int32At(minutes.low, m),
          int32At(minutes.close, m),
          float64At(minutes.volume, m),
        )
      }
    }
    return bars
  }

  #minutesOf(day: number): Bars {
    const known = this.#days.get(day)
    if (known !== undefined) return known
    const bars = emptyBars(MINUTES)
    this.#seconds.scan(day, day + DAY_SECONDS, (block) => addSeconds(bars, block, day, 60))
    const [oldest] = this.#days.keys()
    if (oldest !== undefined && this.#days.size >= KEPT_DAYS) this.#days.delete(oldest)
    this.#days.set(day, bars)
    return bars
  }
}

/** Merges a block's seconds into bars of `step` seconds that begin at `from`. */
function addSeconds(bars: Bars, block: Block, from: number, step: number): void {
  const { segment, open, high, low, close, volume, count } = block
  const end = Math.min(segment.length, from + bars.volume.length * step - segment.first)
  let i = Math.max(0, from - segment.first)
  while (i < end) {
    const place = Math.floor((segment.first + i - from) / step)
    const barEnd = Math.min(end, from + (place + 1) * step - segment.first)
    for (; i < barEnd; i++) {
      if (count[i] === 0) continue
      merge(
        bars,
        place,
        int32At(open, i),
        int32At(high, i),
        int32At(low, i),
        int32At(close, i),
        int32At(volume, i),
      )
    }
  }
}

/** Drops the empty bars and turns ticks and units into numbers, each rounded once. */
function collect(bars: Bars, from: number, step: number): CandleColumns {
  let length = 0
  for (const volume of bars.volume) if (volume > 0) length++
  const column = (): Float64Array => new Float64Array(length)
  const columns = {
    length,
    openTime: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  }
  for (let i = 0, k = 0; i < bars.volume.length; i++) {
    if (bars.volume[i] === 0) continue
    columns.openTime[k] = (from + i * step) * 1000
    columns.open[k] = int32At(bars.open, i) / TICKS
    columns.high[k] = int32At(bars.high, i) / TICKS
    columns.low[k] = int32At(bars.low, i) / TICKS
    columns.close[k] = int32At(bars.close, i) / TICKS
    columns.volume[k] = float64At(bars.volume, i) / UNITS
    k++
  }
  return columns
}
