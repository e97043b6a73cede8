// What the library is given of a chart's candles: those around the view, none of what may not be seen yet.
import type {
  CandlestickData,
  IChartApi,
  ISeriesApi,
  Time,
  UTCTimestamp,
  WhitespaceData,
} from 'lightweight-charts'
import type { CandleRow } from '../../contract/shapes.ts'
import type { CandleWindow } from './candle-window.ts'
import type { Overlay } from './overlay.ts'
import type { Slice } from './slice.ts'

/** What is cut off: nothing at or after `asOf` is given to the library; `forming` is the candle that `asOf` falls into, as of then. */
export interface Cut {
  readonly asOf: number
  readonly forming: CandleRow | null
}

/** What the library holds: open times, UTC ms, and whether the price scale follows the candles. */
export interface Fed {
  readonly slots: readonly number[]
  readonly candles: readonly number[]
  readonly isAutoScaled: boolean
}

/** The parts of a chart that candles go through. */
export interface ChartParts {
  readonly chart: IChartApi
  readonly series: ISeriesApi<'Candlestick'>
  readonly window: CandleWindow
  readonly overlay: Overlay
}

/** A newest candle that is out of view is given again after so long, ms: each time the library copies all that it has. */
const SELDOM = 1000

/** Candles that are given one by one as the cut moves on: more are given with all others. */
const MOST_REVEALED = 100

const NOTHING: Slice = { start: 0, end: 0 }

type Item = CandlestickData<Time> | WhitespaceData<Time>

export class Feed {
  /** The slots of the window that the library holds. */
  slice: Slice = NOTHING
  cut: Cut | null = null
  /** While the library takes candles it tells of ranges that are half old, half new: nothing may follow them. */
  isChanging = false
  /** The newest candle that the library holds is another by now. */
  isBehind = false
  private readonly parts: ChartParts
  private follows = true
  /** When candles were given last, ms of the page. */
  private givenAt = 0

  constructor(parts: ChartParts) {
    this.parts = parts
  }

  /** Slots that the library may be given: of those after the cut not even the place, which would tell of gaps and of the end. */
  get room(): number {
    const { window } = this.parts
    return this.cut === null ? window.size : window.slotAt(this.cut.asOf - 1) + 1
  }

  /** Gives the library `slice` in place of what it holds. */
  give(slice: Slice): void {
    this.slice = slice
    this.isBehind = false
    this.parts.overlay.start = slice.start
    const items: Item[] = []
    for (let slot = slice.start; slot < slice.end; slot++) items.push(this.itemAt(slot))
    this.untouched(() => this.parts.series.setData(items))
  }

  empty(): void {
    this.give(NOTHING)
  }

  /** Gives the candles up to `end` after those held, the last of which may be another now. */
  extend(end: number): void {
    const { end: before } = this.slice
    this.slice = { start: this.slice.start, end }
    this.isBehind = false
    this.givenAt = performance.now()
    this.untouched(() => {
      this.update(before - 1, false)
      for (let slot = before; slot < end; slot++) this.update(slot, true)
    })
  }

  /** The newest candle is another now, and out of view: it is given where that is due, else as it comes into view. */
  leave(): void {
    if (performance.now() - this.givenAt < SELDOM) this.isBehind = true
    else this.extend(this.slice.end)
  }

  /** The newest candle comes into view. */
  catchUp(): void {
    if (this.isBehind) this.extend(this.slice.end)
  }

  /** Gives the few candles that come into sight as the cut moves on from `before`; false where all have to be given. */
  revealFrom(before: number, now: number): boolean {
    const { end } = this.slice
    const isNext = now >= before && end > 0 && this.room - end <= MOST_REVEALED
    if (!isNext || end !== this.parts.window.slotAt(before - 1) + 1) return false
    this.extend(this.room)
    return true
  }

  /** The library's candles stay; only their places among those held change, which were `opens` before. False where that cannot be. */
  move(opens: readonly [first: number | undefined, last: number | undefined]): boolean {
    const [first, last] = opens
    if (first === undefined || last === undefined) return false
    const { window, overlay } = this.parts
    const start = window.slotAt(first)
    const end = window.slotAt(last) + 1
    if (window.opens[start] !== first || end - start !== this.slice.end - this.slice.start) return false
    this.slice = { start, end }
    overlay.start = start
    return true
  }

  /** Open times of the first and the last slot held. */
  ends(): readonly [first: number | undefined, last: number | undefined] {
    const { opens } = this.parts.window
    return [opens[this.slice.start], opens[this.slice.end - 1]]
  }

  /** Whether the library moves the view along with candles that arrive. */
  setFollows(follows: boolean): void {
    if (follows === this.follows) return
    this.follows = follows
    this.parts.chart.timeScale().applyOptions({ shiftVisibleRangeOnNewBar: follows })
  }

  /** The slot's candle as far as it may be seen. */
  knownRow(slot: number): CandleRow | null {
    const { window } = this.parts
    const row = window.rows[slot] ?? null
    if (row === null || this.cut === null || row[0] + window.step <= this.cut.asOf) return row
    return this.cut.forming?.[0] === row[0] ? this.cut.forming : null
  }

  /** [open, high, low, close] that the library draws at `instant`; null where it draws nothing. */
  drawnAt(instant: number): number[] | null {
    const slot = this.parts.window.slotAt(instant)
    const item = this.parts.series.dataByIndex(slot - this.slice.start)
    return item !== null && 'close' in item ? [item.open, item.high, item.low, item.close] : null
  }

  fed(): Fed {
    const { series } = this.parts
    const items = series.data()
    const openOf = ({ time }: Item): number => Number(time) * 1000
    return {
      slots: items.map(openOf),
      candles: items.filter((item) => 'close' in item).map(openOf),
      isAutoScaled: series.priceScale().options().autoScale,
    }
  }

  private itemAt(slot: number): Item {
    const time = (this.parts.window.openAt(slot) / 1000) as UTCTimestamp
    const row = this.knownRow(slot)
    if (row === null) return { time }
    return { time, open: row[1], high: row[2], low: row[3], close: row[4] }
  }

  private update(slot: number, isNew: boolean): void {
    const item = this.itemAt(slot)
    // To empty again what is empty already would take the candle before it away.
    if ('close' in item || isNew) this.parts.series.update(item)
  }

  private untouched(change: () => void): void {
    this.isChanging = true
    change()
    this.isChanging = false
  }
}
