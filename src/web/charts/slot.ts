// One chart's place on the board: its pane, its loader, and whether it goes along with the newest second.
import { openOf } from '../state/timeframes.ts'
import type { Span } from './candle-window.ts'
import { behindOf, pauseAfter, remedyOf, type Followed } from './follow.ts'
import { endingAt } from './link.ts'
import type { CandleLoader } from './loader.ts'
import type { ChartPane } from './pane.ts'

export class Slot {
  readonly pane: ChartPane
  readonly loader: CandleLoader
  /** The trader left the view at the newest candle, so it goes along with it. */
  isAtEdge = true
  private readonly live: () => number
  private tries = 0
  private notBefore = 0

  constructor(pane: ChartPane, loader: CandleLoader, live: () => number) {
    this.pane = pane
    this.loader = loader
    this.live = live
  }

  /** Shows `span`; whether the newest candle is in it decides whether the chart goes along from here. */
  place(span: Span): void {
    this.pane.show(span)
    this.noteEdge(span)
  }

  /** Notes where the trader left the view. */
  noteEdge(seen: Span): void {
    const { window } = this.pane
    this.isAtEdge = !(seen.to < Math.min(window.to, this.end(-1)))
  }

  /** The newest candle to its usual place near the right. In a replay the window may reach beyond the clock. */
  showEdge(): void {
    const seen = this.pane.visible()
    this.isAtEdge = true
    if (seen !== null) this.pane.show(endingAt(seen, Math.min(this.pane.window.to, this.end(0))))
  }

  /** Goes along with what arrived: the library moves the view only while its last candle is in it. */
  goAlong(): void {
    const seen = this.pane.visible()
    if (
      this.isAtEdge &&
      !this.pane.isHeld &&
      seen !== null &&
      seen.to < Math.min(this.pane.window.to, this.end(-1))
    )
      this.showEdge()
  }

  /** How far a chart that follows lies behind `known`, UTC ms; 0 where the trader looks elsewhere. */
  behind(known: number): number {
    return this.isAtEdge ? behindOf(this.followed(), known) : 0
  }

  /** Brings a chart that follows back to `known`; `read` runs what has to be read. A reading in vain is tried again later and later. */
  async keepUp(
    known: number,
    tolerance: number,
    at: number,
    read: (work: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    if (!this.isAtEdge || this.pane.isHeld) return
    const remedy = remedyOf(this.followed(), known, tolerance)
    if (remedy === 'none') this.tries = 0
    if (remedy === 'show') this.showEdge()
    if (remedy === 'none' || remedy === 'show' || at < this.notBefore || this.loader.isBusy) return
    this.notBefore = at + pauseAfter(this.tries++)
    await read(() => (remedy === 'newest' ? this.loader.loadNewest() : this.loader.loadNewer()))
    if (this.isAtEdge) this.showEdge()
  }

  private followed(): Followed {
    const { window } = this.pane
    return {
      step: window.step,
      held: window.to,
      seenTo: this.pane.visible()?.to ?? null,
      isLive: this.loader.isLive,
    }
  }

  /** End of the candle that holds the newest instant, shifted by `shift` ms. */
  private end(shift: number): number {
    const { step } = this.pane.window
    return openOf(this.live() + shift, step) + step
  }
}
