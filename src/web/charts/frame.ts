// One drawing of one chart: the canvas, its size, and where times and prices lie on it.
import type { CandleWindow } from './candle-window.ts'
import type { Palette } from './palette.ts'
import type { Scene } from './scene.ts'
import type { Stamps } from './stamps.ts'

export interface Frame {
  readonly ctx: CanvasRenderingContext2D
  /** CSS pixels. */
  readonly width: number
  readonly height: number
  /** CSS pixels between two candles. */
  readonly spacing: number
  /** The slots in view, inclusive. */
  readonly first: number
  readonly last: number
  /** The visible times, UTC ms. */
  readonly from: number
  readonly to: number
  readonly window: CandleWindow
  readonly scene: Scene
  /** A finger holds or draws on this chart: what it covers is said beside it. */
  readonly hasFinger: boolean
  readonly colours: Palette
  readonly stamps: Stamps
  /** What is visible of the next finer chart; null on 1s. */
  readonly finer: { readonly from: number; readonly to: number } | null
  x(instant: number): number
  /** The inverse of `x`. */
  instantOf(x: number): number
  /** The middle of a slot. */
  middleOf(slot: number): number
  /** Null while the chart has no scale. */
  y(price: number): number | null
  /** A price as the chart's scale writes it. */
  priceText(price: number): string
}

/** Where something was drawn that can be pointed at. */
export interface HitBox {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly radius: number
}

/** A line at half pixels, so that it is sharp. */
export function hairline(
  ctx: CanvasRenderingContext2D,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): void {
  ctx.beginPath()
  ctx.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5)
  ctx.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5)
  ctx.stroke()
}

/** Fills [x1, x2] over the full height, clipped to the view; at least `least` pixels wide. */
export function fillBand(frame: Frame, x1: number, x2: number, least = 0): void {
  const left = Math.max(x1, -2)
  const right = Math.min(Math.max(x2, x1 + least), frame.width + 2)
  if (right > left) frame.ctx.fillRect(left, 0, right - left, frame.height)
}

/** Where the outline of a shape is drawn. */
type Outline = Pick<CanvasRenderingContext2D, 'beginPath' | 'moveTo' | 'lineTo' | 'closePath'>

/** A triangle pointing up or down whose tip is at (x, y). */
export function triangle(ctx: Outline, x: number, y: number, size: number, points: 'up' | 'down'): void {
  const depth = points === 'up' ? size : -size
  ctx.beginPath()
  ctx.moveTo(x, y)
  ctx.lineTo(x + size * 0.62, y + depth)
  ctx.lineTo(x - size * 0.62, y + depth)
  ctx.closePath()
}

/** A diamond centred on (x, y). */
export function diamond(ctx: Outline, x: number, y: number, size: number): void {
  ctx.beginPath()
  ctx.moveTo(x, y - size)
  ctx.lineTo(x + size, y)
  ctx.lineTo(x, y + size)
  ctx.lineTo(x - size, y)
  ctx.closePath()
}

/** `tag` at the right of x, or at its left where the chart ends before it would. */
export function tagBeside(
  { ctx, width }: Frame,
  text: string,
  x: number,
  y: number,
  fill: string,
  ink: string,
): void {
  const room = ctx.measureText(text).width + 8
  tag(ctx, text, x + 6 + room > width ? Math.max(x - 6 - room, 2) : x + 6, y, fill, ink)
}

/** Text on a filled tag whose left edge is at x, centred on y; returns its width. */
export function tag(
  ctx: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  fill: string,
  ink: string,
): number {
  const width = ctx.measureText(text).width + 8
  ctx.fillStyle = fill
  ctx.beginPath()
  ctx.roundRect(x, y - 8, width, 16, 3)
  ctx.fill()
  ctx.fillStyle = ink
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  ctx.fillText(text, x + 4, y + 0.5)
  return width
}
