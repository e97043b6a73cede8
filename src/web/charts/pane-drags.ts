// Taking hold of marks on one chart, or drawing one, with mouse, pen or finger: what the pointer does becomes begin, move, drop or let go. The library sees none of it.
import type { Place } from '../marking/leg-in.ts'
import { fingerUnder, placeAt } from './finger-under.ts'
import { kindOf, type Grip, type Point } from './grips.ts'
import type { ChartPane } from './pane.ts'
import { PinchedView } from './pinched-view.ts'

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

/** A press that moves less, pixels, is a click; a finger that rests moves more. */
const SLOP = { pointer: 4, finger: 10 } as const

interface Press {
  readonly pointer: number
  /** It covers what it points at. */
  readonly isFinger: boolean
  readonly start: Point
  /** Where it is. */
  at: Point
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
  private pinch: PinchedView | null = null
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
    for (const type of ['pointercancel', 'blur'] as const)
      addEventListener(
        type,
        () => {
          this.pinch = null
          this.cancel()
        },
        { signal },
      )
  }

  remove(): void {
    this.cancel()
    this.listeners.abort()
  }

  /** Lets go of what is held, wherever the pointer is. */
  cancel(): void {
    const press = this.release()
    if (press?.isMoving === true) this.events.letGo()
  }

  /** Nothing is pressed any more. What was. */
  private release(): Press | null {
    const { press } = this
    this.press = null
    this.pane.overlay.held = null
    this.pane.overlay.showFinger(null)
    return press
  }

  private down(event: PointerEvent): void {
    this.wasDragged = false
    if (this.press !== null) return this.join(this.press, event)
    if (event.button !== 0 || event.shiftKey || !event.isPrimary) return
    const start = this.pointOf(event)
    const grip = this.pane.overlay.gripOf(start, kindOf(event.pointerType))
    if (grip === null && !this.drawsAt(start)) return
    const { x, y } = grip === null || grip.part === 'whole' ? start : grip.anchor
    const offset = { x: x - start.x, y: y - start.y }
    const from = grip === null ? placeAt(this.pane, start) : null
    const isFinger = event.pointerType === 'touch'
    this.press = { pointer: event.pointerId, isFinger, start, at: start, grip, from, offset, isMoving: false }
    this.showFinger(this.press)
  }

  /** A second finger: what the first one draws is dropped, and both move the chart. */
  private join({ isFinger, grip, pointer, at }: Press, event: PointerEvent): void {
    if (!isFinger || grip !== null || event.pointerType !== 'touch') return
    this.cancel()
    this.wasDragged = true
    this.pinch = PinchedView.of(this.pane, [pointer, at], [event.pointerId, this.pointOf(event)])
  }

  /** What the finger covers is said beside it. */
  private showFinger(press: Press): void {
    if (press.isFinger) this.pane.overlay.showFinger(fingerUnder(this.pane, press))
  }

  /** Whether a press there draws: on the candles, not on the axes. */
  private drawsAt({ x, y }: Point): boolean {
    const { chart, overlay } = this.pane
    const { width, height } = chart.paneSize()
    return overlay.shown.draws && x >= 0 && y >= 0 && x <= width && y <= height
  }

  /** While something may be held the library neither scrolls nor scales by the same gesture. */
  private keep(event: Event, prevent = false): void {
    if (this.press === null && this.pinch === null) return
    event.stopPropagation()
    if (prevent && event.cancelable) event.preventDefault()
  }

  private move(event: PointerEvent): void {
    const { press, pinch } = this
    pinch?.move(event.pointerId, this.pointOf(event))
    if (press === null || event.pointerId !== press.pointer) return
    const at = this.pointOf(event)
    press.at = at
    this.showFinger(press)
    if (!press.isMoving) {
      const far = Math.hypot(at.x - press.start.x, at.y - press.start.y)
      if (far < SLOP[press.isFinger ? 'finger' : 'pointer']) return
      if (press.grip !== null && !this.events.gripped(this.pane, press.grip)) return void this.release()
      press.isMoving = true
      this.wasDragged = true
      this.pane.overlay.held = press.grip?.part ?? 'exit'
    }
    if (press.grip === null) return this.draw(press, at, false)
    const place = this.placeOf(press, at)
    if (place !== null) this.events.dragged(this.pane, place)
  }

  private draw({ from }: Press, at: Point, isOver: boolean): void {
    const to = placeAt(this.pane, at)
    if (from === null || to === null) return isOver ? this.events.letGo() : undefined
    if (isOver) this.events.finished(this.pane, from, to)
    else this.events.drawn(this.pane, from, to)
  }

  private up(event: PointerEvent): void {
    if (this.pinch?.lift(event.pointerId) === 'all') this.pinch = null
    const { press } = this
    if (press === null || event.pointerId !== press.pointer) return
    this.release()
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
    const place = placeAt(this.pane, { x: at.x + offset.x, y: at.y + offset.y })
    if (place === null) return null
    return { ...place, shift: place.instant - this.pane.overlay.instantOf(start.x + offset.x) }
  }

  private pointOf(event: PointerEvent): Point {
    const box = this.pane.chart.chartElement().getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
}
