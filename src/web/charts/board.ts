// The four charts together: loading, live candles, one cursor, one scene, linked in time.
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import type { CandleEvent } from '../../contract/market.ts'
import { nameOf } from '../state/api.ts'
import type { Views } from '../state/asking.ts'
import type { Interval } from '../state/interval.ts'
import { SECOND, openOf, type Timeframe } from '../state/timeframes.ts'
import type { ReadCandles } from '../marking/forming.ts'
import { BoardCandles, type Holding } from './board-candles.ts'
import { BoardCut } from './board-cut.ts'
import { BoardLink } from './board-link.ts'
import { BoardViews } from './board-views.ts'
import type { Span } from './candle-window.ts'
import { CandleLoader } from './loader.ts'
import { ChartPane, type PaneEvents } from './pane.ts'
import { PaneDrags, type DragEvents } from './pane-drags.ts'
import type { Scene } from './scene.ts'
import { Slot } from './slot.ts'
import { Slots, type BoardEvents } from './slots.ts'

export class Board {
  private readonly slots = new Slots()
  private readonly drags = new Set<PaneDrags>()
  private readonly cut = new BoardCut(this.slots)
  private readonly link = new BoardLink(this.slots)
  private readonly shown = new BoardViews(this.slots, this.cut, this.link)
  private readonly candles = new BoardCandles(this.slots, this.link)
  /** Where charts looked that were taken away: the middle of the view, UTC ms. */
  private readonly left = new Map<Timeframe, number | null>()
  /** Candles from what a chart holds, else from the server. */
  readonly read: ReadCandles = this.slots.read

  set events(events: BoardEvents) {
    this.slots.events = events
  }

  /** End of the newest complete second, UTC ms; 0 before the first candle. */
  get live(): number {
    return this.slots.live
  }

  /** Whether moving one chart moves the others. */
  set isLinked(isLinked: boolean) {
    this.link.isLinked = isLinked
  }

  /** Puts a chart into `container`; returns how to take it away. The 1s chart carries the library's attribution. */
  mount(container: HTMLElement, timeframe: Timeframe, interval: Interval): () => void {
    const { slots } = this
    const pane = new ChartPane(container, timeframe, interval, timeframe === '1s', this.paneEvents())
    const live = () => slots.live
    const drags = new PaneDrags(container, pane, this.dragEvents())
    this.drags.add(drags)
    const slot = new Slot(pane, new CandleLoader(pane, () => slots.market, live), live)
    slots.of.set(timeframe, slot)
    // Of folded candles the stored ones count as seen.
    pane.overlay.painted = (span) => slots.events?.painted(interval.base, this.cut.knownPart(pane, span))
    pane.overlay.show(slots.scene)
    pane.minutes = () => slots.pane('1m')?.seen ?? null
    if (slots.until !== null) pane.setCut({ asOf: slots.until, forming: null })
    if (slots.market !== null) void this.loadWhere(slot, this.left.get(timeframe) ?? null)
    return () => {
      this.left.set(timeframe, slot.isAtEdge ? null : middleOf(pane.visible()))
      slots.of.delete(timeframe)
      this.drags.delete(drags)
      drags.remove()
      pane.remove()
    }
  }

  /** Loads a chart that came into another's place, which was looking at `middle`, UTC ms; null: at the newest candle. */
  private async loadWhere(slot: Slot, middle: number | null): Promise<void> {
    await this.candles.load(slot)
    const at = this.slots.until ?? middle
    if (at !== null) await this.reveal(at, { only: [slot.pane.timeframe] })
    if (this.slots.until !== null) await this.hide()
  }

  /** Lets go of a mark that the pointer holds. */
  endDrag(): void {
    for (const drags of this.drags) drags.cancel()
  }

  private dragEvents(): DragEvents {
    const { slots } = this
    return {
      gripped: (_, grip) => slots.events?.gripped(grip) ?? false,
      dragged: (pane, at) => slots.events?.dragged(pane.timeframe, at),
      dropped: (pane, at) => slots.events?.dropped(pane.timeframe, at),
      drawn: (pane, from, to) => slots.events?.drawn(pane.timeframe, from, to),
      finished: (pane, from, to) => slots.events?.finished(pane.timeframe, from, to),
      letGo: () => slots.events?.letGo(),
    }
  }

  private paneEvents(): PaneEvents {
    const { slots, link, cut } = this
    return {
      clicked: (pane, row, price) => slots.events?.clicked(pane.timeframe, row, price),
      missed: () => slots.events?.missed(),
      picked: (id) => slots.events?.picked(id),
      moved: (pane) => {
        const slot = slots.of.get(pane.timeframe)
        if (slot !== undefined) link.afterMove(slot)
      },
      resized: (pane) => {
        const slot = slots.of.get(pane.timeframe)
        if (slot !== undefined) cut.holdCursor(slot)
      },
      pointed: (pane, at) => link.pointed(pane, at),
      paged: (pane, direction) => void this.page(pane.timeframe, direction),
    }
  }

  pane(timeframe: Timeframe): ChartPane | null {
    return this.slots.pane(timeframe)
  }

  /** The latest instant there is anything to see of: in a replay the store reaches beyond its clock. */
  get latest(): number {
    return Math.max(this.live, this.slots.holding('1s')?.opens.at(-1) ?? 0)
  }

  /** Prices of the newest candles of every chart: what says how many decimals the market needs. */
  newestPrices(): number[] {
    const rows = this.slots.all().flatMap(({ pane }) => pane.window.rows.slice(-100))
    return rows.flatMap((row) => (row === null ? [] : row.slice(1, 5)))
  }

  /** What a chart can say of `instant`, UTC ms. */
  holdingAt(timeframe: Timeframe, instant: number): Holding {
    return this.candles.holdingAt(timeframe, instant)
  }

  /** Shows the newest candles of `market` on every chart; `now` is its clock, UTC ms: nothing later has happened in it. */
  async open(market: MarketName, now: number): Promise<void> {
    const { slots } = this
    const isOther = slots.market === null || !sameMarket(slots.market, market)
    slots.market = nameOf(market)
    slots.live = isOther ? openOf(now, SECOND) : Math.max(slots.live, openOf(now, SECOND))
    if (isOther) for (const slot of slots.all()) slot.loader.forget()
    await Promise.all(slots.all().map((slot) => this.candles.load(slot)))
    // What forms there could not be read of a market that was not open.
    if (slots.until !== null) await this.hide()
  }

  /** Fetches what was missed, after the stream had lost its place. */
  catchUp(): Promise<void> {
    return this.candles.catchUp()
  }

  /** Brings every chart that follows back to the newest instant; by how much the last of them is behind, ms of the market's time. */
  keepUp(known: number, speed: number, at: number): number {
    return this.candles.keepUp(known, speed, at)
  }

  /** Candles as they arrive. True when they brought a newer second. */
  receive(event: CandleEvent, follows: boolean): boolean {
    return this.candles.receive(event, follows)
  }

  setScene(scene: Scene): void {
    const previous = this.slots.scene
    this.slots.scene = scene
    for (const { pane } of this.slots.all()) pane.overlay.show(scene)
    if (previous.hidesFuture !== scene.hidesFuture || (scene.hidesFuture && previous.asOf !== scene.asOf))
      void this.hide()
  }

  private async hide(): Promise<void> {
    if (!(await this.cut.apply())) return
    this.link.syncFiner()
    for (const { pane } of this.slots.all()) this.slots.events?.changed(pane.timeframe)
  }

  /** Brings `instant` into view on every chart but `except`; a chart that shows it already stays. */
  reveal(instant: number, options: { except?: Timeframe; only?: readonly Timeframe[] } = {}): Promise<void> {
    return this.shown.reveal(instant, options)
  }

  /** Brings a whole span into view: the chart widens if it must. */
  revealSpan(span: Span): Promise<void> {
    return this.shown.revealSpan(span)
  }

  /** Brings a span to the middle of one chart, as wide as it is; where it lies in view already the chart stays. */
  centre(timeframe: Timeframe, span: Span): Promise<void> {
    return this.shown.centre(timeframe, span)
  }

  /** Moves one chart, and with it those that are linked, by most of what it shows: 1 on, −1 back. */
  page(timeframe: Timeframe, direction: 1 | -1): Promise<void> {
    return this.shown.page(timeframe, direction)
  }

  /** What each chart shows now. */
  views(): Views {
    return this.shown.views()
  }

  /** Every chart back to what it showed. */
  restore(views: Views): Promise<void> {
    return this.shown.restore(views)
  }

  /** Every chart back to the newest candle. */
  goLive(): Promise<void> {
    return this.shown.goLive()
  }

  /** Shows [from, to) of one chart, as scrolling would. */
  show(timeframe: Timeframe, span: Span): void {
    this.slots.of.get(timeframe)?.place(span)
  }

  zoom(timeframe: Timeframe, factor: number): void {
    const slot = this.slots.of.get(timeframe)
    if (slot === undefined) return
    const { isAtEdge } = slot
    slot.pane.zoom(factor)
    if (this.slots.until !== null) this.cut.holdCursor(slot)
    else if (isAtEdge) slot.showEdge()
    this.link.afterMove(slot)
  }

  /** Fetches older candles of one chart, as scrolling back does. */
  loadOlder(timeframe: Timeframe): Promise<void> {
    return this.candles.loadOlder(timeframe)
  }

  /** Reads a chart's candles again, around `span`: more of them are stored now. The view stays. */
  reload(timeframe: Timeframe, span: Span): Promise<void> {
    return this.candles.reload(timeframe, span)
  }
}

function middleOf(seen: Span | null): number | null {
  return seen === null ? null : (seen.from + seen.to) / 2
}

export const board = new Board()
