// The pointer on one chart: clicks told from drags, where on the scales it is, and whether the trader is moving the view.
import type { MouseEventParams, Time } from 'lightweight-charts'
import type { CandleRow } from '../../contract/shapes.ts'
import { instantAt } from './seen-places.ts'
import type { ChartParts, Feed } from './feed.ts'

/** Where the pointer is: the instant its candle opened, the price of its height, and the candle, where there is one to be seen. */
export interface Pointed {
  readonly time: number
  readonly price: number
  readonly row: CandleRow | null
}

export interface PointerEvents {
  /** A click on a candle at `price`. */
  clicked(row: CandleRow, price: number): void
  /** A click on an annotation's glyph. */
  picked(id: string): void
  /** A click where there is no candle. */
  missed(): void
  /** Null when it left. */
  pointed(at: Pointed | null): void
  /** The trader drags, scrolls or zooms from here on. */
  gestured(): void
  /** The button was let go, after the library has ended its drag. */
  released(): void
}

/** The library tells of ranges that a gesture brings for so long after it, ms. */
const GESTURE = 600
/** A click moves by less, px. */
const STILL = 5
/** A finger that rests moves more, px; one that rests longer looks at the candle under it, ms. */
const FINGER = { still: 10, long: 400 } as const

interface Press {
  readonly x: number
  readonly y: number
  /** ms of the page. */
  readonly time: number
  readonly isFinger: boolean
}

function pressOf({ clientX: x, clientY: y, timeStamp: time, pointerType }: PointerEvent): Press {
  return { x, y, time, isFinger: pointerType === 'touch' }
}

function isStill(down: Press, event: MouseEvent): boolean {
  const most = down.isFinger ? FINGER.still : STILL
  return Math.hypot(event.clientX - down.x, event.clientY - down.y) < most
}

function isTap(down: Press, event: PointerEvent): boolean {
  return event.isPrimary && isStill(down, event) && event.timeStamp - down.time < FINGER.long
}

export class PanePointer {
  /** Whether a button is down on the chart. */
  isDown = false
  private gestureUntil = 0
  private readonly container: HTMLElement
  private readonly parts: ChartParts
  private readonly feed: Feed
  private readonly events: PointerEvents

  constructor(container: HTMLElement, parts: ChartParts, feed: Feed, events: PointerEvents) {
    this.container = container
    this.parts = parts
    this.feed = feed
    this.events = events
  }

  /** Whether a range that the library tells of now is the trader's doing. */
  get isMoving(): boolean {
    return performance.now() < this.gestureUntil
  }

  listen(signal: AbortSignal): void {
    const gesture = () => {
      this.gestureUntil = performance.now() + GESTURE
      this.events.gestured()
    }
    this.container.addEventListener('wheel', gesture, { signal, passive: true, capture: true })
    this.container.addEventListener(
      'pointermove',
      (event) => {
        if (event.buttons > 0) gesture()
      },
      { signal, capture: true },
    )
    this.listenToClicks(signal)
    this.parts.chart.subscribeCrosshairMove((param) => this.point(param))
  }

  /**
   * The library swallows a second click that comes within half a second elsewhere, and every click of a finger, so both are told apart here.
   */
  private listenToClicks(signal: AbortSignal): void {
    let down: Press | null = null
    this.container.addEventListener(
      'pointerdown',
      (event) => {
        // A second finger makes it a pinch.
        down = event.button === 0 && event.isPrimary ? pressOf(event) : null
        this.isDown = true
      },
      { signal, capture: true },
    )
    this.container.addEventListener(
      'pointerup',
      (event) => {
        const holds = this.parts.overlay.held !== null
        if (down?.isFinger === true && !holds && isTap(down, event)) this.click(event)
      },
      { signal, capture: true },
    )
    const up = () => {
      if (!this.isDown) return
      this.isDown = false
      setTimeout(() => this.events.released())
    }
    addEventListener('pointerup', up, { signal })
    addEventListener('pointercancel', up, { signal })
    this.container.addEventListener(
      'click',
      (event) => {
        if (down?.isFinger === false && isStill(down, event)) this.click(event)
      },
      { signal, capture: true },
    )
  }

  private click(event: MouseEvent): void {
    const { chart, overlay } = this.parts
    const box = chart.chartElement().getBoundingClientRect()
    const [x, y] = [event.clientX - box.left, event.clientY - box.top]
    const { width, height } = chart.paneSize()
    const isLogo = event.target instanceof Element && event.target.closest('a') !== null
    if (isLogo || x < 0 || y < 0 || x > width || y > height) return
    // Shift marks the candle even under an annotation's glyph.
    const hit = event.shiftKey ? null : overlay.pickAt(x, y)
    if (hit !== null) return this.events.picked(hit)
    const at = this.placed(x, y)
    if (at === null || at.row === null) return this.events.missed()
    this.events.clicked(at.row, at.price)
  }

  private point(param: MouseEventParams<Time>): void {
    if (param.sourceEvent === undefined && param.point !== undefined) return
    this.events.pointed(param.point === undefined ? null : this.placed(param.point.x, param.point.y))
  }

  /** The instant and the price at (x, y); after what may be seen instants go on at the same pace, so that they tell of no gap there. */
  cornerAt(x: number, y: number): { time: number; price: number } | null {
    const at = this.placed(x, y)
    const place = this.parts.chart.timeScale().coordinateToLogical(x)
    if (at === null || place === null) return null
    return {
      time: instantAt(this.parts.window, this.feed.room, Math.round(place) + this.feed.slice.start),
      price: at.price,
    }
  }

  /** What is at (x, y), CSS pixels from the chart's top left; null while there are no scales. */
  placed(x: number, y: number): Pointed | null {
    const { chart, series, window } = this.parts
    const price = series.coordinateToPrice(y)
    const place = chart.timeScale().coordinateToLogical(x)
    if (price === null || place === null) return null
    const slot = Math.round(place) + this.feed.slice.start
    const row = slot >= 0 && slot < this.feed.room ? this.feed.knownRow(slot) : null
    return { time: window.instantAt(slot), price, row }
  }
}
