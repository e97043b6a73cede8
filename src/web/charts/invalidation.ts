// What has to be drawn again after a change of the scene: layers, not everything everywhere. Pure.
import { SECOND } from '../state/timeframes.ts'
import type { Span } from './candle-window.ts'
import type { Scene } from './scene.ts'

/** From the lowest to the uppermost; `bands` lie under the candles. */
export const LAYERS = [
  'bands',
  'cursor',
  'annotations',
  'preview',
  'tested',
  'calls',
  'misses',
  'mark',
  'ribbon',
] as const
export type Layer = (typeof LAYERS)[number]

/** What each layer draws, in parts of the scene. Volume and everything after the cursor go with a hidden future. */
const PARTS: Readonly<Record<Layer, readonly (keyof Scene)[]>> = {
  bands: ['barred', 'reviewed', 'draft', 'hidesFuture'],
  cursor: ['asOf', 'follows', 'hidesFuture'],
  annotations: ['shapes', 'selected', 'hidesFuture'],
  preview: ['preview', 'hidesFuture'],
  tested: ['tested', 'hidesFuture'],
  calls: ['calls', 'hidesFuture'],
  misses: ['misses'],
  mark: ['mark'],
  ribbon: ['ticks', 'hidesFuture'],
}

/** Layers that end at the cursor while the future is hidden. */
const CUT: ReadonlySet<Layer> = new Set(['bands', 'annotations', 'preview', 'tested', 'calls', 'ribbon'])

/** The layers that `after` draws otherwise than `before`, lowest first. */
export function changedLayers(before: Scene, after: Scene): Layer[] {
  const isCutMoved = after.hidesFuture && before.asOf !== after.asOf
  return LAYERS.filter(
    (layer) =>
      PARTS[layer].some((part) => !isAlike(before[part], after[part])) || (isCutMoved && CUT.has(layer)),
  )
}

/** A chart as far as it decides what it has to draw. */
export interface View {
  /** Length of a candle, ms. */
  readonly step: number
  /** The pixel that an instant falls on, from the chart's left. */
  pixelOf(instant: number): number
  readonly width: number
}

/**
 * Of `layers` those that look otherwise on this chart: the ribbon stands on 1s alone, and a cursor that stays on its pixel, or out of
 * view, is as it was. Most seconds move the cursor of the coarse charts by nothing.
 */
export function layersOn(view: View, layers: readonly Layer[], before: Scene, after: Scene): Layer[] {
  return layers.filter((layer) => {
    if (layer === 'ribbon') return view.step === SECOND
    if (layer !== 'cursor') return true
    const isOther = before.follows !== after.follows || before.hidesFuture !== after.hidesFuture
    return isOther || pixelOf(view, before.asOf) !== pixelOf(view, after.asOf)
  })
}

/** Null out of view: all places there look the same. */
function pixelOf(view: View, instant: number | null): number | null {
  if (instant === null) return null
  const pixel = Math.round(view.pixelOf(instant))
  return pixel >= -1 && pixel <= view.width + 1 ? pixel : null
}

function isAlike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  return isSpan(a) && isSpan(b) && a.from === b.from && a.to === b.to
}

/** The draft is made anew for each scene: it counts by its ends. */
function isSpan(value: unknown): value is Span {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    'from' in value &&
    'to' in value &&
    !('id' in value)
  )
}
