// What each chart shows: instants and spans brought into view, views kept and restored, back to the newest candle.
import type { Views } from '../state/asking.ts'
import { TIMEFRAMES, type Timeframe } from '../state/timeframes.ts'
import type { BoardCut } from './board-cut.ts'
import type { BoardLink } from './board-link.ts'
import type { Span } from './candle-window.ts'
import { centredOn, isInView, pageOf } from './link.ts'
import type { Slot } from './slot.ts'
import type { Slots } from './slots.ts'

/** A span longer than so many times the view does not widen it. */
const WIDEST = 6

export class BoardViews {
  private readonly slots: Slots
  private readonly cut: BoardCut
  private readonly link: BoardLink

  constructor(slots: Slots, cut: BoardCut, link: BoardLink) {
    this.slots = slots
    this.cut = cut
    this.link = link
  }

  /** Brings `instant` into view on every chart but `except`; a chart that shows it already stays. */
  async reveal(
    instant: number,
    options: { except?: Timeframe; only?: readonly Timeframe[] } = {},
  ): Promise<void> {
    const wanted = options.only ?? TIMEFRAMES
    const slots = wanted.filter((name) => name !== options.except).map((name) => this.slots.of.get(name))
    await Promise.all(
      slots.map(async (slot) => {
        if (slot === undefined) return
        await this.slots.guarded(slot, () => slot.loader.ensure(instant))
        const { until } = this.slots
        const seen = slot.pane.visible()
        const isHeld = slot.pane.window.covers(instant)
        if (until !== null) this.cut.holdCursor(slot)
        if (seen !== null && isHeld && !isInView(seen, instant) && instant !== until)
          slot.place(centredOn(seen, instant, 0.6))
        this.link.syncFiner()
      }),
    )
  }

  /** Brings a whole span into view: the chart widens if it must. */
  async revealSpan(span: Span): Promise<void> {
    await this.reveal(span.from)
    for (const slot of this.slots.all()) widen(slot, span)
    this.link.syncFiner()
  }

  /** Brings `span` to the middle of one chart; where it lies in view already the chart stays. */
  async centre(timeframe: Timeframe, span: Span): Promise<void> {
    const slot = this.slots.of.get(timeframe)
    const middle = (span.from + span.to) / 2
    if (slot === undefined) return
    await this.slots.guarded(slot, () => slot.loader.ensure(middle))
    const seen = slot.pane.visible()
    if (seen === null || slot.pane.isHeld || !slot.pane.window.covers(middle)) return
    if (!isInView(seen, span.from) || !isInView(seen, span.to)) slot.place(centredOn(seen, middle))
    this.link.syncFiner()
  }

  /** Moves one chart by most of what it shows; no further than its newest candle, or the cursor while the future is hidden. */
  async page(timeframe: Timeframe, direction: 1 | -1): Promise<void> {
    const slot = this.slots.of.get(timeframe)
    const seen = slot?.pane.visible() ?? null
    if (slot === undefined || seen === null || slot.pane.isHeld) return
    const wanted = pageOf(seen, direction, this.slots.until ?? this.slots.live)
    slot.place(wanted)
    await this.slots.guarded(slot, () => slot.loader.ensure((wanted.from + wanted.to) / 2))
    slot.place(wanted)
    this.link.afterMove(slot)
  }

  /** What each chart shows now. */
  views(): Views {
    return new Map(
      [...this.slots.of].flatMap(([timeframe, { pane }]) => {
        const seen = pane.visible()
        return seen === null ? [] : [[timeframe, seen] as const]
      }),
    )
  }

  /** Every chart back to what it showed. */
  async restore(views: Views): Promise<void> {
    await Promise.all(
      [...views].map(async ([timeframe, span]) => {
        const slot = this.slots.of.get(timeframe)
        if (slot === undefined) return
        await this.slots.guarded(slot, () => slot.loader.ensure((span.from + span.to) / 2))
        slot.place(span)
      }),
    )
    this.link.syncFiner()
  }

  /** Every chart back to the newest candle. */
  async goLive(): Promise<void> {
    await Promise.all(
      this.slots.all().map(async (slot) => {
        const holdsEdge = slot.loader.isLive && slot.pane.window.covers(this.slots.live)
        if (!holdsEdge) await this.slots.guarded(slot, () => slot.loader.loadNewest())
        slot.showEdge()
      }),
    )
    this.link.syncFiner()
  }
}

function widen(slot: Slot, span: Span): void {
  const { pane } = slot
  const seen = pane.visible()
  const length = span.to - span.from
  if (seen === null || !pane.window.covers(span.from) || length < pane.window.step) return
  if (isInView(seen, span.from) && isInView(seen, span.to)) return
  const wide = Math.max(seen.to - seen.from, length * 1.5)
  if (wide < (seen.to - seen.from) * WIDEST)
    slot.place(centredOn({ from: 0, to: wide }, (span.from + span.to) / 2))
}
