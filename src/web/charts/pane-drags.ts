// Taking hold of marks on one chart with mouse, pen or finger: what the pointer does becomes begin, move, drop or let go. The library sees none of it.
import { gripAt, kindOf, type Grip, type Point } from './grips.ts'
import type { ChartPane } from './pane.ts'

/** Where what is held would come to lie. */
export interface DragPlace {
  /** The instant at that x, UTC ms, between seconds too. */
  readonly instant: number
  readonly price: number
  /** ms of the market from where it was taken hold of. */
  readonly shift: number
}

export interface DragEvents {
  /** The pointer moves off with `grip`; false where that cannot be held now. */
  gripped(pane: ChartPane, grip: Grip): boolean
  dragged(pane: ChartPane, at: DragPlace): void
  dropped(pane: ChartPane, at: DragPlace): void
  letGo(): void
}

/** A press that moves less, pixels, is a click. */
const SLOP = 4

interface Press {
  readonly pointer: number
  readonly start: Point
  readonly grip: Grip
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
    const grip = gripAt(this.pane.overlay.grips, start, kindOf(event.pointerType))
    if (grip === null) return
    const { x, y } = grip.part === 'whole' ? start : grip.anchor
    const offset = { x: x - start.x, y: y - start.y }
    this.press = { pointer: event.pointerId, start, grip, offset, isMoving: false }
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
      if (!this.events.gripped(this.pane, press.grip)) return void (this.press = null)
      press.isMoving = true
      this.wasDragged = true
      this.pane.overlay.held = press.grip.part
    }
    const place = this.placeOf(press, at)
    if (place !== null) this.events.dragged(this.pane, place)
  }

  private up(event: PointerEvent): void {
    const { press } = this
    if (press === null || event.pointerId !== press.pointer) return
    this.press = null
    this.pane.overlay.held = null
    if (!press.isMoving) return
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
    const instant = this.pane.overlay.instantOf(at.x + offset.x)
    const price = this.pane.series.coordinateToPrice(at.y + offset.y)
    if (price === null || !Number.isFinite(instant)) return null
    return { instant, price, shift: instant - this.pane.overlay.instantOf(start.x + offset.x) }
  }

  private pointOf(event: PointerEvent): Point {
    const box = this.pane.chart.chartElement().getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
}
