// One chart: the library's candles over a CandleWindow, cut at the as-of instant when the future is hidden.
import {
  CandlestickSeries,
  createChart,
  type CandlestickData,
  type IChartApi,
  type ISeriesApi,
  type MouseEventParams,
  type Time,
  type UTCTimestamp,
  type WhitespaceData,
} from 'lightweight-charts'
import type { CandleRow } from '../../contract/shapes.ts'
import { decimalsOf, price as priceText } from '../state/format.ts'
import type { Timeframe } from '../state/timeframes.ts'
import { candleColours, chartOptions, seriesOptions } from './chart-options.ts'
import { CandleWindow, type Span } from './candle-window.ts'
import { Overlay } from './overlay.ts'
import { isTight, sliceFor, type Slice } from './slice.ts'

export interface PaneEvents {
  /** A click on a candle at `price`. */
  clicked(pane: ChartPane, row: CandleRow, price: number): void
  /** A click on an annotation's glyph. */
  picked(id: string): void
  /** A click where there is no candle. */
  missed(pane: ChartPane): void
  /** The pointer's instant and price; null when it left. */
  pointed(pane: ChartPane, at: { time: number; price: number; row: CandleRow | null } | null): void
  /** The trader dragged, scrolled or zoomed. */
  moved(pane: ChartPane): void
  /** It is of another width. */
  resized(pane: ChartPane): void
}

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

/** Candles that are given one by one as the cut moves on: more are given with all others. */
const MOST_REVEALED = 100

/** Pixels from candle to candle from which there is room for hollow ones. */
const HOLLOW_FROM = 3.5

type Item = CandlestickData<Time> | WhitespaceData<Time>

export class ChartPane {
  readonly timeframe: Timeframe
  readonly window: CandleWindow
  readonly overlay: Overlay
  readonly chart: IChartApi
  readonly series: ISeriesApi<'Candlestick'>
  private readonly container: HTMLElement
  private readonly events: PaneEvents
  private cut: Cut | null = null
  private gestureUntil = 0
  private target: Span | null = null
  private hasFormat = false
  private slice: Slice = { start: 0, end: 0 }
  private isDown = false
  private isChanging = false
  private isWide = true
  private follows = true
  private readonly listeners = new AbortController()

  constructor(container: HTMLElement, timeframe: Timeframe, logo: boolean, events: PaneEvents) {
    this.container = container
    this.timeframe = timeframe
    this.events = events
    this.window = new CandleWindow(timeframe)
    this.overlay = new Overlay(this.window)
    this.chart = createChart(container, chartOptions(timeframe, logo))
    this.series = this.chart.addSeries(CandlestickSeries, seriesOptions())
    this.series.attachPrimitive(this.overlay)
    this.listen()
  }

  remove(): void {
    this.listeners.abort()
    this.chart.remove()
  }

  /** Whether the trader holds on to it: nothing else may move it then. */
  get isHeld(): boolean {
    return this.isDown
  }

  /** Empties the chart: what comes next is of another market. */
  forget(): void {
    this.window.replace([])
    this.hasFormat = false
    this.target = null
    this.give({ start: 0, end: 0 })
    this.series.priceScale().applyOptions({ autoScale: true })
  }

  /** How far it is cut, UTC ms; null where all is shown. */
  get cutAt(): number | null {
    return this.cut?.asOf ?? null
  }

  /** Slots that the library may be given: of those after the cut not even the place, which would tell of gaps and of the end. */
  private get room(): number {
    return this.cut === null ? this.window.size : this.window.slotAt(this.cut.asOf - 1) + 1
  }

  /** The visible times, UTC ms, edge to edge; null before the first data. */
  visible(): Span | null {
    if (this.target !== null) return this.target
    const range = this.chart.timeScale().getVisibleLogicalRange()
    if (range === null || this.slice.end === 0) return null
    const { start } = this.slice
    return {
      from: this.window.instantAt(range.from + start),
      to: this.window.instantAt(range.to + start + 1),
    }
  }

  /** Shows [from, to), UTC ms; what is not held shows empty. */
  show(span: Span): void {
    if (this.window.size === 0 || !Number.isFinite(span.from)) return
    const [first, end] = [this.window.placeOf(span.from), this.window.placeOf(span.to)]
    if (isTight(this.slice, first, end, this.room)) this.give(sliceFor(first, end, this.room))
    const from = first - this.slice.start
    const to = Math.max(end - 1 - this.slice.start, from)
    // The library takes the range with its next frame; until then this is what counts as visible.
    this.target = span
    this.chart.timeScale().setVisibleLogicalRange({ from, to })
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (this.target === span) this.target = null
      }),
    )
  }

  /** Changes the candles by `change` without moving the view. */
  change(change: (window: CandleWindow) => void): void {
    const seen = this.visible()
    const { start, end } = this.slice
    const [firstOpen, lastOpen] = [this.window.opens[start], this.window.opens[end - 1]]
    change(this.window)
    this.fitFormat()
    if (this.isDown && this.moveSlice(firstOpen, lastOpen)) return
    this.giveFor(seen)
  }

  /** In a drag the library's candles stay; only their places among those held change. False where that cannot be. */
  private moveSlice(firstOpen: number | undefined, lastOpen: number | undefined): boolean {
    if (firstOpen === undefined || lastOpen === undefined) return false
    const start = this.window.slotAt(firstOpen)
    const end = this.window.slotAt(lastOpen) + 1
    if (this.window.opens[start] !== firstOpen || end - start !== this.slice.end - this.slice.start)
      return false
    this.slice = { start, end }
    this.overlay.start = start
    return true
  }

  /**
   * Takes candles as they arrive; `follows` lets the view go along. A forming candle never replaces one that is held
   * and followed by others: in a replay the store already knows how it ended.
   */
  tick(rows: readonly CandleRow[], closed: boolean, follows: boolean): void {
    const before = this.window.size
    const lastOpen = this.window.opens.at(-1) ?? Number.NEGATIVE_INFINITY
    const useful = closed ? rows : rows.filter((row) => row[0] >= lastOpen)
    const [first] = useful
    if (first === undefined) return
    this.setFollows(follows)
    this.window.append(useful)
    if (this.cut !== null) return
    if (before === 0) return this.change(() => undefined)
    const isWhole = this.slice.end === before
    if (first[0] < lastOpen) return this.giveFor(this.visible())
    // The library lacks candles before these: it gets them where the view comes near.
    if (!isWhole) return this.keepAround()
    this.slice = { start: this.slice.start, end: this.window.size }
    this.untouched(() => {
      this.update(before - 1, false)
      for (let slot = before; slot < this.window.size; slot++) this.update(slot, true)
    })
  }

  private update(slot: number, isNew: boolean): void {
    const item = this.itemAt(slot)
    // To empty again what is empty already would take the candle before it away.
    if ('close' in item || isNew) this.series.update(item)
  }

  /** While the library takes candles it tells of ranges that are half old, half new: nothing may follow them. */
  private untouched(change: () => void): void {
    this.isChanging = true
    change()
    this.isChanging = false
  }

  private setFollows(follows: boolean): void {
    if (follows === this.follows) return
    this.follows = follows
    this.chart.timeScale().applyOptions({ shiftVisibleRangeOnNewBar: follows })
  }

  /** Hides everything at or after `cut.asOf`, or shows all with null. The view stays. */
  setCut(cut: Cut | null): void {
    const previous = this.cut
    const seen = this.visible()
    this.cut = cut
    if (previous === null && cut === null) return
    if ((previous === null) !== (cut === null))
      this.series.applyOptions({ lastValueVisible: cut === null, priceLineVisible: cut === null })
    // A scale drawn out by hand would tell how far prices go.
    if (previous === null) this.series.priceScale().applyOptions({ autoScale: true })
    if (previous === null || cut === null || !this.revealTo(previous.asOf, cut.asOf)) this.giveFor(seen)
  }

  /** Gives the library the few candles that come into sight as the cut moves on; false where all have to be given. */
  private revealTo(before: number, now: number): boolean {
    const { end } = this.slice
    const isNext = now >= before && end > 0 && this.room - end <= MOST_REVEALED
    if (!isNext || end !== this.window.slotAt(before - 1) + 1) return false
    this.slice = { start: this.slice.start, end: this.room }
    this.untouched(() => {
      this.update(end - 1, false)
      for (let slot = end; slot < this.room; slot++) this.update(slot, true)
    })
    return true
  }

  /** Gives the library the candles around `seen` and shows them; the newest ones where nothing was in view yet. */
  private giveFor(seen: Span | null): void {
    const size = this.room
    const isKnown = seen !== null && Number.isFinite(seen.from)
    const first = isKnown ? this.window.placeOf(seen.from) : size - 200
    const last = isKnown ? this.window.placeOf(seen.to) : size
    this.give(sliceFor(first, last, size))
    if (isKnown) this.show(seen)
  }

  private give(slice: Slice): void {
    this.slice = slice
    this.overlay.start = slice.start
    const items: Item[] = []
    for (let slot = slice.start; slot < slice.end; slot++) items.push(this.itemAt(slot))
    this.untouched(() => this.series.setData(items))
  }

  private fitStyle(): void {
    const range = this.chart.timeScale().getVisibleLogicalRange()
    if (range === null) return
    const isWide = this.chart.timeScale().width() / (range.to - range.from + 1) >= HOLLOW_FROM
    if (isWide === this.isWide) return
    this.isWide = isWide
    this.series.applyOptions(candleColours(isWide))
  }

  /** Keeps candles around the view; not while a drag holds on to the library's places. */
  private keepAround(): void {
    const seen = this.visible()
    if (seen === null || this.isDown) return
    const [first, last] = [this.window.placeOf(seen.from), this.window.placeOf(seen.to)]
    if (isTight(this.slice, first, last, this.room)) this.giveFor(seen)
  }

  zoom(factor: number): void {
    const span = this.visible()
    if (span === null) return
    const middle = (span.from + span.to) / 2
    const half = ((span.to - span.from) / 2) * factor
    this.show({ from: middle - half, to: middle + half })
  }

  private itemAt(slot: number): Item {
    const open = this.window.openAt(slot)
    const time = (open / 1000) as UTCTimestamp
    const row = this.knownRow(slot)
    if (row === null) return { time }
    return { time, open: row[1], high: row[2], low: row[3], close: row[4] }
  }

  /** The slot's candle as far as it may be seen. */
  private knownRow(slot: number): CandleRow | null {
    const row = this.window.rows[slot] ?? null
    if (row === null || this.cut === null || row[0] + this.window.step <= this.cut.asOf) return row
    return this.cut.forming?.[0] === row[0] ? this.cut.forming : null
  }

  /** The candle that may be seen at `instant`. */
  seenAt(instant: number): CandleRow | null {
    const slot = this.window.slotAt(instant)
    if (slot < 0 || instant >= this.window.openAt(slot) + this.window.step) return null
    return this.knownRow(slot)
  }

  /** [open, high, low, close] that the library draws at `instant`; null where it draws nothing. */
  drawnAt(instant: number): number[] | null {
    const slot = this.window.slotAt(instant)
    const item = this.series.dataByIndex(slot - this.slice.start)
    return item !== null && 'close' in item ? [item.open, item.high, item.low, item.close] : null
  }

  fed(): Fed {
    const items = this.series.data()
    const openOf = ({ time }: Item): number => Number(time) * 1000
    return {
      slots: items.map(openOf),
      candles: items.filter((item) => 'close' in item).map(openOf),
      isAutoScaled: this.series.priceScale().options().autoScale,
    }
  }

  private fitFormat(): void {
    if (this.hasFormat || this.window.size === 0) return
    const precision = decimalsOf(this.window.rows.flatMap((row) => (row === null ? [] : [row[4], row[2]])))
    this.hasFormat = true
    const minMove = 10 ** -precision
    this.series.applyOptions({
      priceFormat: { type: 'custom', minMove, formatter: (value: number) => priceText(value, precision) },
    })
  }

  private listen(): void {
    const { signal } = this.listeners
    const gesture = () => {
      this.gestureUntil = performance.now() + 600
      this.target = null
    }
    this.container.addEventListener('wheel', gesture, { signal, passive: true, capture: true })
    this.container.addEventListener(
      'pointermove',
      (event) => {
        if (event.buttons > 0) gesture()
      },
      { signal, capture: true },
    )
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(() => {
      if (this.isChanging) return
      if (performance.now() < this.gestureUntil) this.events.moved(this)
      this.fitStyle()
      if (this.target === null) this.keepAround()
    })
    this.chart.timeScale().subscribeSizeChange(() => this.events.resized(this))
    this.listenToClicks(signal)
    this.chart.subscribeCrosshairMove((param) => this.point(param))
  }

  /** The library swallows a second click that comes within half a second elsewhere, so clicks are told apart here. */
  private listenToClicks(signal: AbortSignal): void {
    let down: { x: number; y: number } | null = null
    this.container.addEventListener(
      'pointerdown',
      (event) => {
        down = event.button === 0 ? { x: event.clientX, y: event.clientY } : null
        this.isDown = true
      },
      { signal, capture: true },
    )
    const up = () => {
      if (!this.isDown) return
      this.isDown = false
      // After the library has ended its drag.
      setTimeout(() => this.keepAround())
    }
    addEventListener('pointerup', up, { signal })
    addEventListener('pointercancel', up, { signal })
    this.container.addEventListener(
      'click',
      (event) => {
        if (down !== null && Math.hypot(event.clientX - down.x, event.clientY - down.y) < 5) this.click(event)
      },
      { signal, capture: true },
    )
  }

  private click(event: MouseEvent): void {
    const box = this.chart.chartElement().getBoundingClientRect()
    const [x, y] = [event.clientX - box.left, event.clientY - box.top]
    const { width, height } = this.chart.paneSize()
    const isLogo = event.target instanceof Element && event.target.closest('a') !== null
    if (isLogo || x < 0 || y < 0 || x > width || y > height) return
    // Shift marks the candle even under an annotation's glyph.
    const hit = event.shiftKey ? null : this.overlay.hitTest(x, y)
    if (hit !== null) return this.events.picked(hit.externalId)
    const at = this.placed(x, y)
    if (at === null || at.row === null) return this.events.missed(this)
    this.events.clicked(this, at.row, at.price)
  }

  private point(param: MouseEventParams<Time>): void {
    if (param.sourceEvent === undefined && param.point !== undefined) return
    this.events.pointed(this, param.point === undefined ? null : this.placed(param.point.x, param.point.y))
  }

  private placed(x: number, y: number): { time: number; price: number; row: CandleRow | null } | null {
    const price = this.series.coordinateToPrice(y)
    const place = this.chart.timeScale().coordinateToLogical(x)
    if (price === null || place === null) return null
    const slot = Math.round(place) + this.slice.start
    const row = slot >= 0 && slot < this.room ? this.knownRow(slot) : null
    return { time: this.window.instantAt(slot), price, row }
  }
}
