// The candles of all charts: the newest read, older ones and missed ones read, those that arrive joined to what is held.
import { sameMarket } from '../../contract/market-name.ts'
import type { CandleEvent } from '../../contract/market.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import { SECOND, isCharted, type Timeframe } from '../state/timeframes.ts'
import type { BoardLink } from './board-link.ts'
import type { Span } from './candle-window.ts'
import { TOLERANCE } from './follow.ts'
import type { Slot } from './slot.ts'
import type { Slots } from './slots.ts'

/** Whether a chart holds what is stored at an instant, or knows that nothing is. */
export type Holding = 'held' | 'reading' | 'not read' | 'nothing stored'

export class BoardCandles {
  private readonly slots: Slots
  private readonly link: BoardLink

  constructor(slots: Slots, link: BoardLink) {
    this.slots = slots
    this.link = link
  }

  /** The newest candles of one chart, and as many before them as it shows. */
  async load(slot: Slot): Promise<void> {
    await this.slots.guarded(slot, () => slot.loader.loadNewest())
    slot.showEdge()
    const seen = slot.pane.visible()
    if (seen !== null && seen.from < slot.pane.window.from)
      await this.slots.guarded(slot, () => slot.loader.fill(seen.from))
    this.link.syncFiner()
  }

  /** What a chart can say of `instant`, UTC ms. */
  holdingAt(timeframe: Timeframe, instant: number): Holding {
    const slot = this.slots.of.get(timeframe)
    if (slot === undefined || slot.pane.window.covers(instant)) return 'held'
    if (slot.loader.isBusy) return 'reading'
    return slot.loader.knows(instant) ? 'nothing stored' : 'not read'
  }

  /** Fetches what was missed, after the stream had lost its place. */
  async catchUp(): Promise<void> {
    const live = this.slots.all().filter((slot) => slot.loader.isLive)
    await Promise.all(live.map((slot) => this.slots.guarded(slot, () => slot.loader.loadNewer())))
  }

  /**
   * Brings every chart that follows back to `known`, the newest instant there can be, UTC ms, in a market whose clock runs `speed` times
   * as fast; `at` is the page's clock, ms. Returns by how much the last of them is behind, ms of the market's time; 0 within tolerance.
   */
  keepUp(known: number, speed: number, at: number): number {
    const tolerance = TOLERANCE * Math.max(speed, 1)
    let behind = 0
    for (const slot of this.slots.all()) {
      void slot.keepUp(known, tolerance, at, (work) => this.slots.guarded(slot, work))
      behind = Math.max(behind, slot.behind(known))
    }
    return behind > tolerance ? behind : 0
  }

  /** Candles as they arrive. True when they brought a newer second. */
  receive(event: CandleEvent, follows: boolean): boolean {
    const { market } = this.slots
    const { timeframe } = event
    if (market === null || !sameMarket(event, market) || !isCharted(timeframe)) return false
    const last = event.candles.at(-1)
    if (last === undefined) return false
    for (const slot of this.slots.all())
      if (slot.pane.window.interval.base === timeframe) this.take(slot, event, follows)
    return timeframe === '1s' && this.goOn(event.closed ? last[0] + SECOND : last[0], follows)
  }

  private take(slot: Slot, { candles, closed }: CandleEvent, follows: boolean): void {
    const { window, timeframe } = slot.pane
    const { isLive } = slot.loader
    if (isLive && window.size === 0) return void this.load(slot)
    if (!isLive) return
    if (isBeyond(candles, window.to)) void this.slots.guarded(slot, () => slot.loader.loadNewer())
    else this.join(slot, candles, closed, follows)
    this.slots.events?.changed(timeframe)
  }

  private join(slot: Slot, candles: readonly CandleRow[], closed: boolean, follows: boolean): void {
    const { loader, pane } = slot
    const taken = loader.tail.take(candles, closed)
    if ('rows' in taken) {
      pane.tick(taken.rows, taken.closed, follows)
      return loader.letOldGo()
    }
    if (!loader.isBusy) void this.slots.guarded(slot, () => loader.readFrom(() => taken.readFrom))
  }

  /** The newest second ends at `end`: charts that follow go along. True where it is newer. */
  private goOn(end: number, follows: boolean): boolean {
    const isNewer = end > this.slots.live
    this.slots.live = Math.max(this.slots.live, end)
    if (!follows) return isNewer
    for (const one of this.slots.all()) one.goAlong()
    this.link.syncFiner()
    return isNewer
  }

  /** Fetches older candles of one chart, as scrolling back does. */
  async loadOlder(timeframe: Timeframe): Promise<void> {
    const slot = this.slots.of.get(timeframe)
    if (slot !== undefined) await this.slots.guarded(slot, () => slot.loader.loadOlder())
  }

  /** Reads a chart's candles again, around `span`: more of them are stored now. The view stays. */
  async reload(timeframe: Timeframe, span: Span): Promise<void> {
    const slot = this.slots.of.get(timeframe)
    if (slot === undefined) return
    const seen = slot.pane.visible()
    await this.slots.guarded(slot, () => slot.loader.reload((span.from + span.to) / 2))
    if (seen !== null) slot.place(seen)
    this.link.syncFiner()
  }
}

/** Whether candles that arrive leave some out after those held. */
function isBeyond(candles: readonly CandleRow[], held: number): boolean {
  const [open] = candles[0] ?? []
  return open !== undefined && open > held
}
