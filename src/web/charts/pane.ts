// One chart: the library's candles over a CandleWindow, cut at the as-of instant when the future is hidden.
import {
  CandlestickSeries,
  createChart,
  type CandlestickData,
  type IChartApi,
  type ISeriesApi,
  type Logical,
  type MouseEventParams,
  type Time,
  type UTCTimestamp,
  type WhitespaceData,
} from 'lightweight-charts'
import type { CandleRow } from '../../contract/shapes.ts'
import { decimalsOf, price as priceText } from '../app/format.ts'
import type { Timeframe } from '../app/timeframes.ts'
import { candleOptions, chartOptions } from './chart-options.ts'
import { CandleWindow, type Span } from './candle-window.ts'
import { Overlay } from './overlay.ts'

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
}

/** What is cut off: nothing at or after `asOf` is drawn; `forming` is the candle that `asOf` falls into, as of then. */
export interface Cut {
  readonly asOf: number
  readonly forming: CandleRow | null
}

type Item = CandlestickData<Time> | WhitespaceData<Time>
/** Up to this many changed candles are updated one by one; more are set at once. */
const FEW = 150

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
  private readonly listeners = new AbortController()

  constructor(container: HTMLElement, timeframe: Timeframe, logo: boolean, events: PaneEvents) {
    this.container = container
    this.timeframe = timeframe
    this.events = events
    this.window = new CandleWindow(timeframe)
    this.overlay = new Overlay(this.window)
    this.chart = createChart(container, chartOptions(timeframe, logo))
    this.series = this.chart.addSeries(CandlestickSeries, candleOptions())
    this.series.attachPrimitive(this.overlay)
    this.listen()
  }

  remove(): void {
    this.listeners.abort()
    this.chart.remove()
  }

  /** The visible times, UTC ms, edge to edge; null before the first data. */
  visible(): Span | null {
    if (this.target !== null) return this.target
    const range = this.chart.timeScale().getVisibleLogicalRange()
    if (range === null || this.window.size === 0) return null
    return { from: this.window.instantAt(range.from), to: this.window.instantAt(range.to + 1) }
  }

  /** Shows [from, to), UTC ms; what is not held shows empty. */
  show(span: Span): void {
    if (this.window.size === 0) return
    const from = this.window.placeOf(span.from) as Logical
    const to = (this.window.placeOf(span.to) - 1) as Logical
    // The library takes the range with its next frame; until then this is what counts as visible.
    this.target = span
    this.chart.timeScale().setVisibleLogicalRange({ from, to: Math.max(to, from) })
    requestAnimationFrame(() => requestAnimationFrame(() => (this.target = null)))
  }

  /** Changes the candles by `change` without moving the view. */
  change(change: (window: CandleWindow) => void): void {
    const seen = this.visible()
    change(this.window)
    this.series.setData(this.items())
    this.fitFormat()
    if (seen !== null && Number.isFinite(seen.from)) this.show(seen)
  }

  /**
   * Takes candles as they arrive; `follows` lets the view go along. A forming candle never replaces one that is held
   * and followed by others: in a replay the store already knows how it ended.
   */
  tick(rows: readonly CandleRow[], closed: boolean, follows: boolean): void {
    const before = this.window.size
    const lastOpen = this.window.opens.at(-1) ?? Number.NEGATIVE_INFINITY
    const useful = closed ? rows : rows.filter((row) => row[0]! >= lastOpen)
    if (useful.length === 0) return
    this.chart.timeScale().applyOptions({ shiftVisibleRangeOnNewBar: follows })
    this.window.append(useful)
    for (const row of useful) {
      const slot = this.window.slotAt(row[0]!)
      if (slot < before && this.window.opens[slot] === row[0]) this.redraw(slot, slot === before - 1)
    }
    for (let slot = before; slot < this.window.size; slot++) this.series.update(this.itemAt(slot))
    if (before === 0) this.fitFormat()
  }

  private redraw(slot: number, isLast: boolean): void {
    const item = this.itemAt(slot)
    if ('close' in item) this.series.update(item, !isLast)
  }

  /** Hides everything at or after `cut.asOf`, or shows all with null. The view stays. */
  setCut(cut: Cut | null): void {
    const previous = this.cut
    this.cut = cut
    if (previous === null && cut === null) return
    this.series.applyOptions({ lastValueVisible: cut === null, priceLineVisible: cut === null })
    const range = previous !== null && cut !== null ? this.changed(previous, cut) : null
    const seen = this.visible()
    if (range === null) this.series.setData(this.items())
    else for (const slot of range) this.series.update(this.itemAt(slot), true)
    if (seen !== null) this.show(seen)
  }

  get isCut(): boolean {
    return this.cut !== null
  }

  zoom(factor: number): void {
    const span = this.visible()
    if (span === null) return
    const middle = (span.from + span.to) / 2
    const half = ((span.to - span.from) / 2) * factor
    this.show({ from: middle - half, to: middle + half })
  }

  /** The slots that look different after `next`, in an order the library can take; null when there are many. */
  private changed(previous: Cut, next: Cut): number[] | null {
    const low = this.window.slotAt(Math.min(previous.asOf, next.asOf) - 1)
    const high = this.window.slotAt(Math.max(previous.asOf, next.asOf) - 1)
    if (high - low > FEW || low < 0) return null
    const slots: number[] = []
    for (let slot = low; slot <= high; slot++) {
      const [was, is] = [this.isShown(slot, previous), this.isShown(slot, next)]
      if (was || is) slots.push(slot)
    }
    return next.asOf >= previous.asOf ? slots : slots.reverse()
  }

  private isShown(slot: number, cut: Cut): boolean {
    const row = this.window.rows[slot]
    if (!row) return false
    return row[0]! + this.window.step <= cut.asOf || cut.forming?.[0] === row[0]
  }

  private items(): Item[] {
    return this.window.opens.map((_, slot) => this.itemAt(slot))
  }

  private itemAt(slot: number): Item {
    const open = this.window.opens[slot]!
    const time = (open / 1000) as UTCTimestamp
    const row = this.knownRow(slot)
    if (row === null) return { time }
    return { time, open: row[1]!, high: row[2]!, low: row[3]!, close: row[4]! }
  }

  /** The slot's candle as far as it may be seen. */
  private knownRow(slot: number): CandleRow | null {
    const row = this.window.rows[slot] ?? null
    if (row === null || this.cut === null || row[0]! + this.window.step <= this.cut.asOf) return row
    return this.cut.forming?.[0] === row[0] ? this.cut.forming : null
  }

  /** The candle that may be seen at `instant`. */
  seenAt(instant: number): CandleRow | null {
    const slot = this.window.slotAt(instant)
    if (slot < 0 || instant >= this.window.opens[slot]! + this.window.step) return null
    return this.knownRow(slot)
  }

  /** [open, high, low, close] that the library draws at `instant`; null where it draws nothing. */
  drawnAt(instant: number): number[] | null {
    const slot = this.window.slotAt(instant)
    const item = this.series.dataByIndex(slot)
    return item !== null && 'close' in item ? [item.open, item.high, item.low, item.close] : null
  }

  private fitFormat(): void {
    if (this.hasFormat || this.window.size === 0) return
    const precision = decimalsOf(this.window.rows.flatMap((row) => (row === null ? [] : [row[4]!, row[2]!])))
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
      if (performance.now() < this.gestureUntil) this.events.moved(this)
    })
    this.listenToClicks(signal)
    this.chart.subscribeCrosshairMove((param) => this.point(param))
  }

  /** The library swallows a second click that comes within half a second elsewhere, so clicks are told apart here. */
  private listenToClicks(signal: AbortSignal): void {
    let down: { x: number; y: number } | null = null
    this.container.addEventListener(
      'pointerdown',
      (event) => (down = event.button === 0 ? { x: event.clientX, y: event.clientY } : null),
      { signal, capture: true },
    )
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
    const hit = this.overlay.hitTest(x, y)
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
    const slot = Math.round(place)
    const row = slot >= 0 && slot < this.window.size ? this.knownRow(slot) : null
    return { time: this.window.instantAt(slot), price, row }
  }
}
