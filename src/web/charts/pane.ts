// One chart: the library's candles over a CandleWindow, cut at the as-of instant when the future is hidden.
import { CandlestickSeries, createChart, type IChartApi, type ISeriesApi } from 'lightweight-charts'
import type { CandleRow } from '../../contract/shapes.ts'
import { decimalsOf, price as priceText } from '../state/format.ts'
import type { Interval } from '../state/interval.ts'
import type { Timeframe } from '../state/timeframes.ts'
import { candleColours, chartOptions, seriesOptions } from './chart-options.ts'
import { CandleWindow, type Span } from './candle-window.ts'
import type { Measure } from './draw-measure.ts'
import { Feed, type Cut, type Fed } from './feed.ts'
import { Overlay } from './overlay.ts'
import { PanePointer, type Pointed } from './pane-pointer.ts'
import { PaneView } from './pane-view.ts'
import { listenToMeasure } from './measuring.ts'
import { listenToPaging } from './paging.ts'
import { Studies } from './studies.ts'
import type { SeenCandles } from './study-frame.ts'

export interface PaneEvents {
  /** A click on a candle at `price`. */
  clicked(pane: ChartPane, row: CandleRow, price: number): void
  /** A click on an annotation's glyph. */
  picked(id: string): void
  /** A click where there is no candle. */
  missed(pane: ChartPane): void
  /** The pointer's instant and price; null when it left. */
  pointed(pane: ChartPane, at: Pointed | null): void
  /** By most of what it shows: 1 on, −1 back. */
  paged(pane: ChartPane, direction: 1 | -1): void
  /** The trader dragged, scrolled or zoomed. */
  moved(pane: ChartPane): void
  /** It is of another width. */
  resized(pane: ChartPane): void
}

/** Pixels from candle to candle from which there is room for hollow ones. */
const HOLLOW_FROM = 3.5

export class ChartPane {
  /** Of its place on the page. */
  readonly timeframe: Timeframe
  readonly window: CandleWindow
  readonly overlay: Overlay
  readonly chart: IChartApi
  readonly series: ISeriesApi<'Candlestick'>
  private readonly events: PaneEvents
  private readonly feed: Feed
  private readonly view: PaneView
  private readonly pointer: PanePointer
  /** What of its candles may be seen. */
  readonly seen: SeenCandles
  /** The stored minutes around, where a chart holds them. */
  minutes: () => SeenCandles | null = () => null
  private readonly studies: Studies
  private digits = 2
  private hasFormat = false
  private isWide = true
  private readonly listeners = new AbortController()

  /** `timeframe` names the chart's place, `interval` its candles; `logo` is the library's attribution. */
  constructor(
    container: HTMLElement,
    timeframe: Timeframe,
    interval: Interval,
    logo: boolean,
    events: PaneEvents,
  ) {
    this.timeframe = timeframe
    this.events = events
    this.window = new CandleWindow(interval)
    this.overlay = new Overlay(this.window)
    this.chart = createChart(container, chartOptions(interval.step, logo))
    this.series = this.chart.addSeries(CandlestickSeries, seriesOptions())
    this.series.attachPrimitive(this.overlay)
    this.feed = new Feed(this)
    this.view = new PaneView(this, this.feed, () => this.isHeld)
    this.pointer = this.pointerOf(container)
    this.seen = this.seenCandles()
    this.studies = new Studies(this.seen)
    this.series.attachPrimitive(this.studies)
    this.listen(container)
  }

  private pointerOf(container: HTMLElement): PanePointer {
    return new PanePointer(container, this, this.feed, {
      clicked: (row, price) => this.events.clicked(this, row, price),
      picked: (id) => this.events.picked(id),
      missed: () => this.events.missed(this),
      pointed: (at) => this.events.pointed(this, at),
      gestured: () => this.view.letGo(),
      released: () => this.view.keepAround(),
    })
  }

  private seenCandles(): SeenCandles {
    const { feed, window } = this
    return {
      window,
      get start() {
        return feed.slice.start
      },
      get room() {
        return feed.room
      },
      knownRow: (slot) => feed.knownRow(slot),
      minutes: () => this.minutes(),
    }
  }

  private listen(container: HTMLElement): void {
    const { signal } = this.listeners
    listenToMeasure(
      {
        container,
        chart: this.chart,
        studies: this.studies,
        digits: () => this.digits,
        cornerAt: (x, y) => this.pointer.cornerAt(x, y),
      },
      signal,
    )
    listenToPaging(container, (direction) => this.events.paged(this, direction), signal)
    this.pointer.listen(signal)
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(() => {
      if (this.feed.isChanging) return
      if (this.pointer.isMoving) this.events.moved(this)
      this.fitStyle()
      this.view.settled()
    })
    this.chart.timeScale().subscribeSizeChange(() => this.events.resized(this))
  }

  remove(): void {
    this.listeners.abort()
    // The library lets its series' primitives stand: they would go on asking for drawings.
    this.series.detachPrimitive(this.studies)
    this.series.detachPrimitive(this.overlay)
    this.chart.remove()
  }

  /** Whether the trader holds on to it: nothing else may move it then. */
  get isHeld(): boolean {
    return this.pointer.isDown
  }

  /** Empties the chart: what comes next is of another market. */
  forget(): void {
    this.window.replace([])
    this.hasFormat = false
    this.view.letGo()
    this.feed.empty()
    this.series.priceScale().applyOptions({ autoScale: true })
  }

  /** How far it is cut, UTC ms; null where all is shown. */
  get cutAt(): number | null {
    return this.feed.cut?.asOf ?? null
  }

  /** The visible times, UTC ms, edge to edge; null before the first data. */
  visible(): Span | null {
    return this.view.visible()
  }

  /** Shows [from, to), UTC ms; what is not held shows empty. */
  show(span: Span): void {
    this.view.show(span)
  }

  zoom(factor: number): void {
    this.view.zoom(factor)
  }

  /** Changes the candles by `change` without moving the view. */
  change(change: (window: CandleWindow) => void): void {
    const seen = this.visible()
    const ends = this.feed.ends()
    change(this.window)
    this.fitFormat()
    if (this.isHeld && this.feed.move(ends)) return
    this.view.giveFor(seen)
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
    this.feed.setFollows(follows)
    this.window.append(useful)
    if (this.feed.cut !== null) return
    if (before === 0) return this.change(() => undefined)
    if (first[0] < lastOpen) return this.view.giveFor(this.visible())
    // The library lacks candles before these: it gets them where the view comes near.
    if (this.feed.slice.end !== before) return this.view.keepAround()
    if (this.window.size === before && !this.view.showsNewest()) return this.feed.leave()
    this.feed.extend(this.window.size)
    if (this.window.size > before) this.view.letOldGo()
  }

  /** Hides everything at or after `cut.asOf`, or shows all with null. The view stays. */
  setCut(cut: Cut | null): void {
    const previous = this.feed.cut
    const seen = this.visible()
    this.feed.cut = cut
    if (previous === null && cut === null) return
    if ((previous === null) !== (cut === null))
      this.series.applyOptions({ lastValueVisible: cut === null, priceLineVisible: cut === null })
    // A scale drawn out by hand would tell how far prices go.
    if (previous === null) this.series.priceScale().applyOptions({ autoScale: true })
    if (previous === null || cut === null || !this.feed.revealFrom(previous.asOf, cut.asOf))
      this.view.giveFor(seen)
  }

  /** The candle that may be seen at `instant`. */
  seenAt(instant: number): CandleRow | null {
    const slot = this.window.slotAt(instant)
    if (slot < 0 || instant >= this.window.openAt(slot) + this.window.step) return null
    return this.feed.knownRow(slot)
  }

  /** [open, high, low, close] that the library draws at `instant`; null where it draws nothing. */
  drawnAt(instant: number): number[] | null {
    return this.feed.drawnAt(instant)
  }

  /** The candles in view that may be seen, gaps left out. */
  seenRows(): CandleRow[] {
    const span = this.visible()
    if (span === null) return []
    const { window } = this
    const first = Math.max(window.slotAt(span.from), 0)
    const last = Math.min(window.slotAt(span.to), window.size - 1)
    const rows: CandleRow[] = []
    for (let slot = first; slot <= last; slot++) {
      const row = this.feed.knownRow(slot)
      if (row !== null) rows.push(row)
    }
    return rows
  }

  /** As it is painted, with what is drawn over the candles, without the pointer's cross. */
  picture(): HTMLCanvasElement {
    return this.chart.takeScreenshot(true, false)
  }

  /** What was measured by dragging; null while nothing is. */
  get measured(): Measure | null {
    return this.studies.measured
  }

  fed(): Fed {
    return this.feed.fed()
  }

  private fitStyle(): void {
    const range = this.chart.timeScale().getVisibleLogicalRange()
    if (range === null) return
    const isWide = this.chart.timeScale().width() / (range.to - range.from + 1) >= HOLLOW_FROM
    if (isWide === this.isWide) return
    this.isWide = isWide
    this.series.applyOptions(candleColours(isWide))
  }

  private fitFormat(): void {
    if (this.hasFormat || this.window.size === 0) return
    const precision = decimalsOf(this.window.rows.flatMap((row) => (row === null ? [] : [row[4], row[2]])))
    this.hasFormat = true
    this.digits = precision
    const minMove = 10 ** -precision
    this.series.applyOptions({
      priceFormat: { type: 'custom', minMove, formatter: (value: number) => priceText(value, precision) },
    })
  }
}
