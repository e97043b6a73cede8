// What of a chart is in view, as time: shown, zoomed, and with candles around it that the library holds.
import type { Span } from './candle-window.ts'
import type { ChartParts, Feed } from './feed.ts'
import { isLong, isTight, sliceFor } from './slice.ts'

/** Candles of the first view. */
const FIRST = 200
/** In the second frame from now the library has taken what it was told to show. */
const FRAMES = 2

export class PaneView {
  private readonly parts: ChartParts
  private readonly feed: Feed
  /** Whether the trader holds on to the chart: the library's places may not change under it. */
  private readonly isHeld: () => boolean
  private target: Span | null = null
  /** Frames until the library has what is to be shown. */
  private framesLeft = 0

  constructor(parts: ChartParts, feed: Feed, isHeld: () => boolean) {
    this.parts = parts
    this.feed = feed
    this.isHeld = isHeld
  }

  /** The visible times, UTC ms, edge to edge; null before the first data. */
  visible(): Span | null {
    if (this.target !== null) return this.target
    const { chart, window } = this.parts
    const range = chart.timeScale().getVisibleLogicalRange()
    const { start, end } = this.feed.slice
    if (range === null || end === 0) return null
    return { from: window.instantAt(range.from + start), to: window.instantAt(range.to + start + 1) }
  }

  /** Shows [from, to), UTC ms; what is not held shows empty. */
  show(span: Span): void {
    const { window, chart } = this.parts
    if (window.size === 0 || !Number.isFinite(span.from)) return
    const { feed } = this
    const [first, end] = [window.placeOf(span.from), window.placeOf(span.to)]
    if (isTight(feed.slice, first, end, feed.room)) feed.give(sliceFor(first, end, feed.room))
    else if (end > feed.room - 1) feed.catchUp()
    const from = first - feed.slice.start
    const to = Math.max(end - 1 - feed.slice.start, from)
    // The library takes the range with its next frame; until then this is what counts as visible.
    this.target = span
    chart.timeScale().setVisibleLogicalRange({ from, to })
    this.framesLeft = FRAMES
    waitWith(this)
  }

  /** A frame has passed. False once the library has what was to be shown. */
  passed(): boolean {
    this.framesLeft--
    if (this.framesLeft <= 0) this.target = null
    return this.framesLeft > 0
  }

  /** The trader moves the view: what was to be shown is not any more. */
  letGo(): void {
    this.target = null
  }

  /** The library told of another range. */
  settled(): void {
    if (this.feed.isBehind && this.showsNewest()) this.feed.catchUp()
    if (this.target === null) this.keepAround()
  }

  /** Whether the newest candle is in view. */
  showsNewest(): boolean {
    const seen = this.visible()
    const { window } = this.parts
    return seen !== null && seen.to > window.openAt(window.size - 1)
  }

  /** Gives the library the candles around `seen` and shows them; the newest ones where nothing was in view yet. */
  giveFor(seen: Span | null): void {
    const { room } = this.feed
    const isKnown = seen !== null && Number.isFinite(seen.from)
    const first = isKnown ? this.parts.window.placeOf(seen.from) : room - FIRST
    const last = isKnown ? this.parts.window.placeOf(seen.to) : room
    this.feed.give(sliceFor(first, last, room))
    if (isKnown) this.show(seen)
  }

  /** Keeps candles around the view; not while a drag holds on to the library's places. */
  keepAround(): void {
    const seen = this.visible()
    if (seen === null || this.isHeld()) return
    const { window } = this.parts
    const [first, last] = [window.placeOf(seen.from), window.placeOf(seen.to)]
    if (isTight(this.feed.slice, first, last, this.feed.room)) this.giveFor(seen)
  }

  /** A candle was added: those far behind the view go, once they are many. */
  letOldGo(): void {
    const seen = this.visible()
    if (seen === null || this.isHeld()) return
    const { window } = this.parts
    const { slice, room } = this.feed
    if (isLong(slice, window.placeOf(seen.from), window.placeOf(seen.to), room)) this.giveFor(seen)
  }

  zoom(factor: number): void {
    const span = this.visible()
    if (span === null) return
    const middle = (span.from + span.to) / 2
    const half = ((span.to - span.from) / 2) * factor
    this.show({ from: middle - half, to: middle + half })
  }
}

const waiting = new Set<PaneView>()

/** One frame at a time, and one callback for all charts, however often something else is to be shown meanwhile. */
function waitWith(view: PaneView): void {
  if (waiting.size === 0) requestAnimationFrame(pass)
  waiting.add(view)
}

function pass(): void {
  for (const view of waiting) if (!view.passed()) waiting.delete(view)
  if (waiting.size > 0) requestAnimationFrame(pass)
}
