// What lies under a finger that holds a part of a mark or draws one: as it would be marked, and in words.
import { legIn, type Place } from '../marking/leg-in.ts'
import { clock } from '../state/format.ts'
import { SECOND } from '../state/timeframes.ts'
import type { Finger } from './draw-finger.ts'
import type { Grip, Point } from './grips.ts'
import type { ChartPane } from './pane.ts'

interface Holding {
  /** Null: it draws. */
  readonly grip: Grip | null
  readonly at: Point
  /** From the finger to the place of what it holds. */
  readonly offset: Point
}

/** Nothing is said where nothing is stored, or may be seen. */
export function fingerUnder(pane: ChartPane, { grip, at, offset }: Holding): Finger {
  const place = placeAt(pane, { x: at.x + offset.x, y: at.y + offset.y })
  const { x, y } = at
  const part = grip?.part ?? 'exit'
  if (place === null || part === 'whole') return { x, y, time: null, price: null, words: '' }
  const words = (price: number) => pane.series.priceFormatter().format(price)
  if (part === 'stop' || part === 'target')
    return { x, y, time: null, price: place.price, words: words(place.price) }
  const leg = legUnder(pane, place, grip === null)
  if (leg === null) return { x, y, time: null, price: null, words: '' }
  return { x, y, ...leg, words: `${clock(leg.time)} · ${words(leg.price)}` }
}

/** The place at a point of the chart, CSS pixels; null while there are no scales. */
export function placeAt({ overlay, series }: ChartPane, { x, y }: Point): Place | null {
  const instant = overlay.instantOf(x)
  const price = series.coordinateToPrice(y)
  return price === null || !Number.isFinite(instant) ? null : { instant, price }
}

/** A leg that is dragged goes to the nearest second; one that is drawn is of the candle under the finger. */
function legUnder(pane: ChartPane, place: Place, isDrawn: boolean) {
  const { window, cutAt } = pane
  const isNearest = window.step === SECOND && !isDrawn
  const row = pane.seenAt(isNearest ? Math.round(place.instant / SECOND) * SECOND - SECOND : place.instant)
  return row === null ? null : legIn(row, window.step, place, cutAt ?? Infinity)
}
