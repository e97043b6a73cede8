// The hidden future on all charts: nothing at or after the cursor, the candles that form there as of then, the cursor in its place.
import type { CandleRow } from '../../contract/shapes.ts'
import { formingAt, formingIn } from '../marking/forming.ts'
import type { Span } from './candle-window.ts'
import { centredOn } from './link.ts'
import type { ChartPane } from './pane.ts'
import type { Slot } from './slot.ts'
import type { Slots } from './slots.ts'

/** Where the cursor stands while the future is hidden, as a share of a chart's width. */
const PAST_SHARE = 0.8

const NOTHING: ReadonlyMap<Slot, CandleRow | null> = new Map()

export class BoardCut {
  private readonly slots: Slots
  private count = 0
  private done = 0

  constructor(slots: Slots) {
    this.slots = slots
  }

  /** Cuts every chart where the scene says; false where another cut has overtaken this one. */
  async apply(): Promise<boolean> {
    const count = ++this.count
    const asOf = this.slots.until
    const slots = this.slots.all()
    if (asOf === null) {
      for (const { pane } of slots) pane.setCut(null)
      return false
    }
    // Further back at once, without the forming candles, so that nothing of the future is ever seen; further on all in one.
    for (const { pane } of slots)
      if (!((pane.cutAt ?? Infinity) <= asOf)) pane.setCut({ asOf, forming: null })
    const forming = await this.formingOf(slots, asOf).catch(() => NOTHING)
    const { until } = this.slots
    // One that a newer one has overtaken is shown all the same, so that a slow reading never stops the charts.
    if (count < this.done || until === null || asOf > until) return false
    this.done = count
    for (const slot of slots) {
      slot.pane.setCut({ asOf, forming: forming.get(slot) ?? null })
      this.holdCursor(slot)
    }
    return true
  }

  /** What forms on each chart at `asOf`, of what was known by then; where not all of it can be read, nothing. */
  private async formingOf(
    slots: readonly Slot[],
    asOf: number,
  ): Promise<ReadonlyMap<Slot, CandleRow | null>> {
    const { read } = this.slots
    const stored = await formingAt(asOf, read)
    const found = slots.map(
      async (slot) => [slot, await formingIn(slot.pane.window.interval, asOf, stored, read)] as const,
    )
    return new Map(await Promise.all(found))
  }

  /** With the future hidden the cursor stands where the past fills most of the chart. */
  holdCursor(slot: Slot): void {
    const { until } = this.slots
    const seen = slot.pane.visible()
    if (until === null || seen === null || slot.pane.isHeld || !slot.pane.window.covers(until)) return
    slot.place(centredOn(seen, until, PAST_SHARE))
  }

  /** What of a painted view there were candles of, as far as they were known: the last one may be forming. */
  knownPart({ window }: ChartPane, seen: Span): Span {
    const { live, until } = this.slots
    const isForming = live > window.to - window.step && live < window.to
    const known = until ?? (isForming ? live : window.to)
    return {
      from: Math.max(Math.floor(seen.from), window.from),
      to: Math.min(Math.floor(seen.to), window.to, known),
    }
  }
}
