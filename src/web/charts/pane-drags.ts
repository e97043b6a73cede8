// Taking hold of marks on one chart, or drawing one, with mouse, pen or finger: what the pointer does becomes begin, move, drop or let go. The library sees none of it.
import { kindOf, type Grip, type Point } from './grips.ts'
import type { ChartPane } from './pane.ts'

/** A place on the candles of a chart. */
export interface Place {
  /** The instant at that x, UTC ms, between seconds too. */
  readonly instant: number
  readonly price: number
}

/** Where what is held would come to lie. */
export interface DragPlace extends Place {
  /** ms of the market from where it was taken hold of. */
  readonly shift: number
}

export interface DragEvents {
  /** The pointer moves off with `grip`; false where that cannot be held now. */
  gripped(pane: ChartPane, grip: Grip): boolean
  dragged(pane: ChartPane, at: DragPlace): void
  dropped(pane: ChartPane, at: DragPlace): void
  /** The pointer draws a stretch, from where it was pressed to where it is. */
  drawn(pane: ChartPane, from: Place, to: Place): void
  /** It let go there: the stretch is as it is to be. */
  finished(pane: ChartPane, from: Place, to: Place): void
  /** What was held or drawn is nobody's. */
  letGo(): void
}

/** A press that moves less, pixels, is a click. */
const SLOP = 4

interface Press {
  readonly pointer: number
  readonly start: Point
  /** Null: it draws, from `from` on. */
  readonly grip: Grip | null
  readonly from: Place | null
  /** From the pointer to the place of what it holds. */
  readonly offset: Point
  isMoving: boolean
}

export class PaneDrags {
  private readonly pane: ChartPane
  private readonly events: DragEvents
  private readonly listeners = new AbortController()
  private press: Press | null = null
  private wasDragged = false

  /** `container` holds the chart's own element, so that it is asked before the library is. */
  constructor(container: HTMLElement, pane: ChartPane, events: DragEvents) {
    this.pane = pane
    this.events = events
    const { signal } = this.listeners
    const capture = { signal, capture: true }
    container.addEventListener('pointerdown', (event) => this.down(event), capture)
    for (const type of ['mousedown', 'touchstart'] as const)
      container.addEventListener(type, (event) => this.keep(event), capture)
    container.addEventListener('touchmove', (event) => this.keep(event, true), { ...capture, passive: false })
    const around = container.parentElement ?? container
    around.addEventListener('click', (event) => this.swallow(event), capture)
    addEventListener('pointermove', (event) => this.move(event), { signal })
    addEventListener('pointerup', (event) => this.up(event), { signal })
    addEventListener('pointercancel', () => this.cancel(), { signal })
    addEventListener('blur', () => this.cancel(), { signal })
  }

  remove(): void {
    this.cancel()
    this.listeners.abort()
  }

  /** Lets go of what is held, wherever the pointer is. */
  cancel(): void {
    const { press } = this
    this.press = null
    this.pane.overlay.held = null
    if (press?.isMoving === true) this.events.letGo()
  }

  private down(event: PointerEvent): void {
    this.wasDragged = false
    if (event.button !== 0 || event.shiftKey || !event.isPrimary || this.press !== null) return
    const start = this.pointOf(event)
    const grip = this.pane.overlay.gripOf(start, kindOf(event.pointerType))
    // A finger moves the chart: nothing else there does.
    if (grip === null && (event.pointerType === 'touch' || !this.drawsAt(start))) return
    const { x, y } = grip === null || grip.part === 'whole' ? start : grip.anchor
    const offset = { x: x - start.x, y: y - start.y }
    const from = grip === null ? this.placeAt(start) : null
    this.press = { pointer: event.pointerId, start, grip, from, offset, isMoving: false }
  }

  /** Whether a press there draws: on the candles, not on the axes. */
  private drawsAt({ x, y }: Point): boolean {
    const { chart, overlay } = this.pane
    const { width, height } = chart.paneSize()
    return overlay.shown.draws && x >= 0 && y >= 0 && x <= width && y <= height
  }

  /** While something may be held the library neither scrolls nor scales by the same gesture. */
  private keep(event: Event, prevent = false): void {
    if (this.press === null) return
    event.stopPropagation()
    if (prevent && event.cancelable) event.preventDefault()
  }

  private move(event: PointerEvent): void {
    const { press } = this
    if (press === null || event.pointerId !== press.pointer) return
    const at = this.pointOf(event)
    if (!press.isMoving) {
      if (Math.hypot(at.x - press.start.x, at.y - press.start.y) < SLOP) return
      if (press.grip !== null && !this.events.gripped(this.pane, press.grip)) return void (this.press = null)
      press.isMoving = true
      this.wasDragged = true
      this.pane.overlay.held = press.grip?.part ?? 'exit'
    }
    if (press.grip === null) return this.draw(press, at, false)
    const place = this.placeOf(press, at)
    if (place !== null) this.events.dragged(this.pane, place)
  }

  private draw({ from }: Press, at: Point, isOver: boolean): void {
    const to = this.placeAt(at)
    if (from === null || to === null) return isOver ? this.events.letGo() : undefined
    if (isOver) this.events.finished(this.pane, from, to)
    else this.events.drawn(this.pane, from, to)
  }

  private up(event: PointerEvent): void {
    const { press } = this
    if (press === null || event.pointerId !== press.pointer) return
    this.press = null
    this.pane.overlay.held = null
    if (!press.isMoving) return
    if (press.grip === null) return this.draw(press, this.pointOf(event), true)
    const place = this.placeOf(press, this.pointOf(event))
    if (place === null) this.events.letGo()
    else this.events.dropped(this.pane, place)
  }

  /** The end of a drag is no click on the candle under it. */
  private swallow(event: Event): void {
    if (!this.wasDragged) return
    this.wasDragged = false
    event.stopPropagation()
    event.preventDefault()
  }

  private placeOf({ start, offset }: Press, at: Point): DragPlace | null {
    const place = this.placeAt({ x: at.x + offset.x, y: at.y + offset.y })
    if (place === null) return null
    return { ...place, shift: place.instant - this.pane.overlay.instantOf(start.x + offset.x) }
  }

  private placeAt({ x, y }: Point): Place | null {
    const instant = this.pane.overlay.instantOf(x)
    const price = this.pane.series.coordinateToPrice(y)
    return price === null || !Number.isFinite(instant) ? null : { instant, price }
  }

  private pointOf(event: PointerEvent): Point {
    const box = this.pane.chart.chartElement().getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
}
