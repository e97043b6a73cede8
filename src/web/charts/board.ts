// The four charts together: loading, live candles, one cursor, one scene, linked in time.
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import type { CandleEvent } from '../../contract/market.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import { nameOf } from '../state/api.ts'
import type { Views } from '../state/asking.ts'
import { SECOND, TIMEFRAMES, durationOf, isCharted, openOf, type Timeframe } from '../state/timeframes.ts'
import type { Span } from './candle-window.ts'
import { NOTHING_FORMING, formingAt, type ReadCandles } from '../marking/forming.ts'
import { TOLERANCE } from './follow.ts'
import { centredOn, followOf, isInView } from './link.ts'
import { CandleLoader, Superseded, readCandles } from './loader.ts'
import { ChartPane, type PaneEvents } from './pane.ts'
import { EMPTY_SCENE, type Scene } from './scene.ts'
import { Slot } from './slot.ts'

export interface BoardEvents {
  clicked(timeframe: Timeframe, row: CandleRow, price: number): void
  missed(): void
  picked(id: string): void
  /** The pointer is over a candle; null when it left the charts. */
  pointed(at: { timeframe: Timeframe; time: number; price: number; row: CandleRow | null } | null): void
  /** A chart's candles or view changed. */
  changed(timeframe: Timeframe): void
  /** Candles of [from, to), UTC ms, were on the screen. */
  painted(timeframe: Timeframe, span: Span): void
  /** Candles could not be read, and why; null once they were. */
  failed(timeframe: Timeframe, error: unknown): void
}

/** Where the cursor stands while the future is hidden, as a share of a chart's width. */
const PAST_SHARE = 0.8

/** Whether a chart holds what is stored at an instant, or knows that nothing is. */
export type Holding = 'held' | 'reading' | 'not read' | 'nothing stored'

export class Board {
  events: BoardEvents | null = null
  /** End of the newest complete second, UTC ms; 0 before the first candle. */
  live = 0
  isLinked = true
  private market: MarketName | null = null
  private readonly slots = new Map<Timeframe, Slot>()
  private scene: Scene = EMPTY_SCENE
  private cutCount = 0
  private cutDone = 0
  private pointedPane: ChartPane | null = null

  /** Puts a chart into `container`; returns how to take it away. The 1s chart carries the library's attribution. */
  mount(container: HTMLElement, timeframe: Timeframe): () => void {
    const pane = new ChartPane(container, timeframe, timeframe === '1s', this.paneEvents())
    const live = () => this.live
    const slot = new Slot(pane, new CandleLoader(pane, () => this.market, live), live)
    this.slots.set(timeframe, slot)
    pane.overlay.painted = (span) => this.events?.painted(timeframe, this.knownPart(pane, span))
    pane.overlay.show(this.scene)
    if (this.until !== null) pane.setCut({ asOf: this.until, forming: null })
    if (this.market !== null) void this.load(slot)
    return () => {
      this.slots.delete(timeframe)
      pane.remove()
    }
  }

  /** The latest instant there is anything to see of: in a replay the store reaches beyond its clock. */
  get latest(): number {
    const window = this.pane('1s')?.window
    return Math.max(this.live, window?.opens.at(-1) ?? 0)
  }

  /** Prices of the newest candles of every chart: what says how many decimals the market needs. */
  newestPrices(): number[] {
    const rows = [...this.slots.values()].flatMap(({ pane }) => pane.window.rows.slice(-100))
    return rows.flatMap((row) => (row === null ? [] : row.slice(1, 5)))
  }

  /** What a chart can say of `instant`, UTC ms. */
  holdingAt(timeframe: Timeframe, instant: number): Holding {
    const slot = this.slots.get(timeframe)
    if (slot === undefined || slot.pane.window.covers(instant)) return 'held'
    if (slot.loader.isBusy) return 'reading'
    return slot.loader.knows(instant) ? 'nothing stored' : 'not read'
  }

  pane(timeframe: Timeframe): ChartPane | null {
    return this.slots.get(timeframe)?.pane ?? null
  }

  /** Shows the newest candles of `market` on every chart; `now` is its clock, UTC ms: nothing later has happened in it. */
  async open(market: MarketName, now: number): Promise<void> {
    const isOther = this.market === null || !sameMarket(this.market, market)
    this.market = nameOf(market)
    this.live = isOther ? openOf(now, SECOND) : Math.max(this.live, openOf(now, SECOND))
    if (isOther) for (const slot of this.slots.values()) slot.loader.forget()
    await Promise.all([...this.slots.values()].map((slot) => this.load(slot)))
  }

  /** Fetches what was missed, after the stream had lost its place. */
  async catchUp(): Promise<void> {
    const live = [...this.slots.values()].filter((slot) => slot.loader.isLive)
    await Promise.all(live.map((slot) => this.guarded(slot, () => slot.loader.loadNewer())))
  }

  /**
   * Brings every chart that follows back to `known`, the newest instant there can be, UTC ms, in a market whose clock runs `speed` times
   * as fast; `at` is the page's clock, ms. Returns by how much the last of them is behind, ms of the market's time; 0 within tolerance.
   */
  keepUp(known: number, speed: number, at: number): number {
    const tolerance = TOLERANCE * Math.max(speed, 1)
    let behind = 0
    for (const slot of this.slots.values()) {
      void slot.keepUp(known, tolerance, at, (work) => this.guarded(slot, work))
      behind = Math.max(behind, slot.behind(known))
    }
    return behind > tolerance ? behind : 0
  }

  /** Candles as they arrive. True when they brought a newer second. */
  receive(event: CandleEvent, follows: boolean): boolean {
    const { candles, timeframe } = event
    if (this.market === null || !sameMarket(event, this.market) || !isCharted(timeframe)) return false
    const slot = this.slots.get(timeframe)
    const last = candles.at(-1)
    if (slot === undefined || last === undefined) return false
    const { window } = slot.pane
    if (slot.loader.isLive && window.size === 0) void this.load(slot)
    else if (slot.loader.isLive) {
      if (isBeyond(candles, window.to)) void this.guarded(slot, () => slot.loader.loadNewer())
      else slot.pane.tick(candles, event.closed, follows)
      this.events?.changed(timeframe)
    }
    if (timeframe !== '1s') return false
    const end = event.closed ? last[0] + 1000 : last[0]
    const isNewer = end > this.live
    this.live = Math.max(this.live, end)
    if (follows) for (const one of this.slots.values()) one.goAlong()
    if (follows) this.syncFiner()
    return isNewer
  }

  setScene(scene: Scene): void {
    const previous = this.scene
    this.scene = scene
    for (const { pane } of this.slots.values()) pane.overlay.show(scene)
    if (previous.hidesFuture !== scene.hidesFuture || (scene.hidesFuture && previous.asOf !== scene.asOf))
      void this.cut()
  }

  /** The instant that nothing later is shown than, UTC ms; null while the future is not hidden. */
  private get until(): number | null {
    return this.scene.hidesFuture ? this.scene.asOf : null
  }

  /** Brings `instant` into view on every chart but `except`; a chart that shows it already stays. */
  async reveal(
    instant: number,
    options: { except?: Timeframe; only?: readonly Timeframe[] } = {},
  ): Promise<void> {
    const wanted = options.only ?? TIMEFRAMES
    const slots = wanted.filter((name) => name !== options.except).map((name) => this.slots.get(name))
    await Promise.all(
      slots.map(async (slot) => {
        if (slot === undefined) return
        await this.guarded(slot, () => slot.loader.ensure(instant))
        const seen = slot.pane.visible()
        const isHeld = slot.pane.window.covers(instant)
        if (this.until !== null) this.holdCursor(slot)
        if (seen !== null && isHeld && !isInView(seen, instant) && instant !== this.until)
          slot.place(centredOn(seen, instant, 0.6))
        this.syncFiner()
      }),
    )
  }

  /** Brings a whole span into view: the chart widens if it must. */
  async revealSpan(span: Span): Promise<void> {
    await this.reveal(span.from)
    for (const slot of this.slots.values()) {
      const { pane } = slot
      const seen = pane.visible()
      const length = span.to - span.from
      const isHeld = pane.window.covers(span.from)
      if (seen === null || !isHeld || length < durationOf(pane.timeframe)) continue
      if (isInView(seen, span.from) && isInView(seen, span.to)) continue
      const wide = Math.max(seen.to - seen.from, length * 1.5)
      if (wide < (seen.to - seen.from) * 6)
        slot.place(centredOn({ from: 0, to: wide }, (span.from + span.to) / 2))
    }
    this.syncFiner()
  }

  /** What each chart shows now. */
  views(): Views {
    return new Map(
      [...this.slots].flatMap(([timeframe, { pane }]) => {
        const seen = pane.visible()
        return seen === null ? [] : [[timeframe, seen] as const]
      }),
    )
  }

  /** Every chart back to what it showed. */
  async restore(views: Views): Promise<void> {
    await Promise.all(
      [...views].map(async ([timeframe, span]) => {
        const slot = this.slots.get(timeframe)
        if (slot === undefined) return
        await this.guarded(slot, () => slot.loader.ensure((span.from + span.to) / 2))
        slot.place(span)
      }),
    )
    this.syncFiner()
  }

  /** Every chart back to the newest candle. */
  async goLive(): Promise<void> {
    await Promise.all(
      [...this.slots.values()].map(async (slot) => {
        const holdsEdge = slot.loader.isLive && slot.pane.window.covers(this.live)
        if (!holdsEdge) await this.guarded(slot, () => slot.loader.loadNewest())
        slot.showEdge()
      }),
    )
    this.syncFiner()
  }

  /** Shows [from, to) of one chart, as scrolling would. */
  show(timeframe: Timeframe, span: Span): void {
    this.slots.get(timeframe)?.place(span)
  }

  zoom(timeframe: Timeframe, factor: number): void {
    const slot = this.slots.get(timeframe)
    if (slot === undefined) return
    const { isAtEdge } = slot
    slot.pane.zoom(factor)
    if (this.until !== null) this.holdCursor(slot)
    else if (isAtEdge) slot.showEdge()
    this.afterMove(slot)
  }

  /** Fetches older candles of one chart, as scrolling back does. */
  async loadOlder(timeframe: Timeframe): Promise<void> {
    const slot = this.slots.get(timeframe)
    if (slot !== undefined) await this.guarded(slot, () => slot.loader.loadOlder())
  }

  /** Reads a chart's candles again, around `span`: more of them are stored now. The view stays. */
  async reload(timeframe: Timeframe, span: Span): Promise<void> {
    const slot = this.slots.get(timeframe)
    if (slot === undefined) return
    const seen = slot.pane.visible()
    await this.guarded(slot, () => slot.loader.reload((span.from + span.to) / 2))
    if (seen !== null) slot.place(seen)
    this.syncFiner()
  }

  /** Candles from what a chart holds, else from the server. */
  readonly read: ReadCandles = async (timeframe, from, to) => {
    const window = this.pane(timeframe)?.window
    if (window !== undefined && window.size > 0 && from >= window.from && to <= window.to) {
      const rows: CandleRow[] = []
      const first = window.slotAt(from - 1) + 1
      for (let slot = first; slot < window.size && window.openAt(slot) < to; slot++) {
        const row = window.rows[slot]
        if (row) rows.push(row)
      }
      return rows
    }
    return this.market === null ? [] : readCandles(this.market, timeframe, from, to)
  }

  private async load(slot: Slot): Promise<void> {
    await this.guarded(slot, () => slot.loader.loadNewest())
    slot.showEdge()
    this.syncFiner()
  }

  private async guarded(slot: Slot, work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.events?.failed(slot.pane.timeframe, null)
    } catch (error) {
      if (error instanceof Superseded) return
      this.events?.failed(slot.pane.timeframe, error)
    }
    this.events?.changed(slot.pane.timeframe)
  }

  private async cut(): Promise<void> {
    const count = ++this.cutCount
    const asOf = this.until
    const slots = [...this.slots.values()]
    if (asOf === null) {
      for (const { pane } of slots) pane.setCut(null)
      return
    }
    // Further back at once, without the forming candles, so that nothing of the future is ever seen; further on all in one.
    for (const { pane } of slots)
      if (!((pane.cutAt ?? Infinity) <= asOf)) pane.setCut({ asOf, forming: null })
    const forming = await formingAt(asOf, this.read).catch(() => NOTHING_FORMING)
    // One that a newer one has overtaken is shown all the same, so that a slow reading never stops the charts.
    if (count < this.cutDone || this.until === null || asOf > this.until) return
    this.cutDone = count
    for (const slot of slots) {
      slot.pane.setCut({ asOf, forming: forming[slot.pane.timeframe] })
      this.holdCursor(slot)
    }
    this.syncFiner()
    for (const { pane } of slots) this.events?.changed(pane.timeframe)
  }

  /** With the future hidden the cursor stands where the past fills most of the chart. */
  private holdCursor(slot: Slot): void {
    const { until } = this
    const seen = slot.pane.visible()
    if (until === null || seen === null || slot.pane.isHeld || !slot.pane.window.covers(until)) return
    slot.place(centredOn(seen, until, PAST_SHARE))
  }

  /** What of a painted view there were candles of, as far as they were known: the last one may be forming. */
  private knownPart({ window }: ChartPane, seen: Span): Span {
    const isForming = this.live > window.to - window.step && this.live < window.to
    const known = this.until ?? (isForming ? this.live : window.to)
    return {
      from: Math.max(Math.floor(seen.from), window.from),
      to: Math.min(Math.floor(seen.to), window.to, known),
    }
  }

  private paneEvents(): PaneEvents {
    return {
      clicked: (pane, row, price) => this.events?.clicked(pane.timeframe, row, price),
      missed: () => this.events?.missed(),
      picked: (id) => this.events?.picked(id),
      moved: (pane) => {
        const slot = this.slots.get(pane.timeframe)
        if (slot !== undefined) this.afterMove(slot)
      },
      resized: (pane) => {
        const slot = this.slots.get(pane.timeframe)
        if (slot !== undefined) this.holdCursor(slot)
      },
      pointed: (pane, at) => this.pointed(pane, at),
    }
  }

  private pointed(pane: ChartPane, at: { time: number; price: number; row: CandleRow | null } | null): void {
    if (at === null && this.pointedPane !== pane) return
    this.pointedPane = at === null ? null : pane
    for (const { pane: other } of this.slots.values()) {
      if (other === pane) continue
      const slot = at === null ? -1 : other.window.slotAt(at.time)
      const open = other.window.opens[slot]
      const isNowhere =
        at === null ||
        open === undefined ||
        at.time >= Math.min(open + other.window.step, this.until ?? Infinity)
      if (isNowhere) other.chart.clearCrosshairPosition()
      else other.chart.setCrosshairPosition(at.price, (open / 1000) as never, other.series)
    }
    this.events?.pointed(at === null ? null : { timeframe: pane.timeframe, ...at })
  }

  private afterMove(slot: Slot): void {
    const lead = slot.pane.visible()
    if (lead === null) return
    slot.noteEdge(lead)
    void this.guarded(slot, () => slot.loader.around(lead))
    if (this.isLinked)
      for (const other of this.slots.values()) if (other !== slot) this.follow(other, lead, slot)
    this.syncFiner()
  }

  private follow(other: Slot, lead: Span, leader: Slot): void {
    const seen = other.pane.visible()
    if (seen === null) return
    const next = followOf(lead, seen, leader.loader.isLive ? leader.pane.window.to : Infinity)
    if (next === null) return
    const middle = (next.from + next.to) / 2
    if (other.pane.window.covers(middle)) other.place(next)
    this.settle(other, next)
  }

  private readonly settling = new Map<Slot, { span: Span; timer: number }>()

  /** Fetches for a chart that follows, once the leader has come to rest. */
  private settle(slot: Slot, span: Span): void {
    clearTimeout(this.settling.get(slot)?.timer)
    const timer = window.setTimeout(() => {
      this.settling.delete(slot)
      void this.guarded(slot, async () => {
        await slot.loader.ensure((span.from + span.to) / 2)
        slot.place(span)
        await slot.loader.around(span)
        this.syncFiner()
      })
    }, 180)
    this.settling.set(slot, { span, timer })
  }

  /** Each chart marks what the next finer one shows. */
  private syncFiner(): void {
    TIMEFRAMES.forEach((timeframe, index) => {
      const pane = this.pane(timeframe)
      const finer = TIMEFRAMES[index + 1]
      if (pane === null || finer === undefined) return
      pane.overlay.showFiner(this.pane(finer)?.visible() ?? null)
    })
  }
}

/** Whether candles that arrive leave some out after those held. */
function isBeyond(candles: readonly CandleRow[], held: number): boolean {
  const [open] = candles[0] ?? []
  return open !== undefined && open > held
}

export const board = new Board()
