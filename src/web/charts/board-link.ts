// Charts that move together: one view after the other's, one crosshair on all, and on each what the next finer one shows.
import type { Span } from './candle-window.ts'
import { followOf } from './link.ts'
import type { Pointed } from './pane-pointer.ts'
import type { ChartPane } from './pane.ts'
import type { Slot } from './slot.ts'
import type { Slots } from './slots.ts'

/** A chart that follows fetches once the leader has rested so long, ms. */
const REST = 180

export class BoardLink {
  isLinked = true
  private readonly slots: Slots
  private pointedPane: ChartPane | null = null
  private readonly settling = new Map<Slot, number>()

  constructor(slots: Slots) {
    this.slots = slots
  }

  /** The pointer is on `pane`, or left it: the other charts show where that is. */
  pointed(pane: ChartPane, at: Pointed | null): void {
    if (at === null && this.pointedPane !== pane) return
    this.pointedPane = at === null ? null : pane
    for (const { pane: other } of this.slots.all()) if (other !== pane) this.cross(other, at)
    this.slots.events?.pointed(at === null ? null : { timeframe: pane.timeframe, ...at })
  }

  private cross({ window, chart, series }: ChartPane, at: Pointed | null): void {
    const open = at === null ? undefined : window.opens[window.slotAt(at.time)]
    const isNowhere =
      at === null ||
      open === undefined ||
      at.time >= Math.min(open + window.step, this.slots.until ?? Infinity)
    if (isNowhere) chart.clearCrosshairPosition()
    else chart.setCrosshairPosition(at.price, (open / 1000) as never, series)
  }

  /** The trader moved `slot`: candles around its view, and the others after it. */
  afterMove(slot: Slot): void {
    const lead = slot.pane.visible()
    if (lead === null) return
    slot.noteEdge(lead)
    void this.slots.guarded(slot, () => slot.loader.around(lead))
    if (this.isLinked)
      for (const other of this.slots.all()) if (other !== slot) this.follow(other, lead, slot)
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

  private settle(slot: Slot, span: Span): void {
    clearTimeout(this.settling.get(slot))
    const timer = window.setTimeout(() => {
      this.settling.delete(slot)
      void this.slots.guarded(slot, async () => {
        await slot.loader.ensure((span.from + span.to) / 2)
        slot.place(span)
        await slot.loader.around(span)
        this.syncFiner()
      })
    }, REST)
    this.settling.set(slot, timer)
  }

  /** Each chart marks what the next finer one shows. */
  syncFiner(): void {
    const panes = this.slots.all().map(({ pane }) => pane)
    for (const pane of panes) {
      const finer = panes.filter(({ window }) => window.step < pane.window.step)
      const next = finer.toSorted((a, b) => b.window.step - a.window.step)[0]
      pane.overlay.showFiner(next?.visible() ?? null)
    }
  }
}
