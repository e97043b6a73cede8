// What a finger covers, said beside it: the second and the price under it, and what the mark it holds would give.
import { hairline, type Frame } from './frame.ts'
import type { Point } from './grips.ts'
import { faded } from './palette.ts'
import type { Scene } from './scene.ts'

/** A finger on a chart that holds a part of a mark, or draws one. */
export interface Finger extends Point {
  /** UTC ms; null where it moves no second, as a stop, or there is no candle under it. */
  readonly time: number | null
  readonly price: number | null
  /** The second and the price, in words. */
  readonly words: string
}

/** From the finger's middle to what is said of it, pixels. */
const CLEAR = 46
const LINE = 18
const PAD = 8
const EDGE = 4

export function drawFinger(frame: Frame, finger: Finger): void {
  drawCross(frame, finger)
  const lines = linesOf(frame.scene, finger)
  if (lines.length > 0) drawWords(frame, finger, lines)
}

/** The second and the price, then what the mark would give. */
export function linesOf({ mark }: Scene, { words }: Finger): string[] {
  return [words, mark?.words ?? ''].filter((line) => line !== '')
}

function drawCross(frame: Frame, { time, price }: Finger): void {
  const { ctx, colours, width, height } = frame
  ctx.strokeStyle = faded(colours.accent, 0.8)
  if (time !== null) hairline(ctx, frame.x(time), 0, frame.x(time), height)
  const level = price === null ? null : frame.y(price)
  if (level !== null) hairline(ctx, 0, level, width, level)
}

function drawWords({ ctx, colours, width }: Frame, finger: Finger, lines: readonly string[]): void {
  ctx.font = '600 13px "Inter Variable", Inter, system-ui, sans-serif'
  const wide = Math.max(...lines.map((line) => ctx.measureText(line).width)) + 2 * PAD
  const tall = lines.length * LINE + PAD
  const { left, top } = boxBeside(finger, wide, tall, width)
  ctx.fillStyle = faded(colours.panel, 0.96)
  ctx.strokeStyle = colours.accent
  ctx.beginPath()
  ctx.roundRect(left, top, wide, tall, 5)
  ctx.fill()
  ctx.stroke()
  ctx.fillStyle = colours.text
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  for (const [i, line] of lines.entries()) ctx.fillText(line, left + PAD, top + PAD / 2 + LINE * (i + 0.5))
}

/** Above the finger; at its side, the one with room, where the chart ends above it. Pure. */
export function boxBeside(
  finger: Point,
  wide: number,
  tall: number,
  width: number,
): { left: number; top: number } {
  const top = finger.y - CLEAR - tall
  if (top >= EDGE) return { left: clamped(finger.x - wide / 2, width - wide), top }
  const isRight = finger.x + CLEAR + wide + EDGE <= width
  return { left: clamped(isRight ? finger.x + CLEAR : finger.x - CLEAR - wide, width - wide), top: EDGE }
}

function clamped(left: number, most: number): number {
  return Math.max(EDGE, Math.min(left, most - EDGE))
}
