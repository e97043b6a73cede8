// The mark being made: its entry, its exit or where the pointer is, and what it would give.
import { diamond, hairline, tag, tagBeside, triangle, type Frame } from './frame.ts'
import { ROOMY } from './draw-plan.ts'
import { faded } from './palette.ts'
import type { MarkShape } from './scene.ts'

export function drawMark(frame: Frame): void {
  const mark = frame.scene.mark
  if (mark === null) return
  const { ctx, colours } = frame
  const x1 = frame.x(mark.entry.time)
  const y1 = frame.y(mark.entry.price)
  if (y1 === null) return
  const colour =
    mark.direction === null ? colours.accent : mark.direction === 'LONG' ? colours.up : colours.down
  ctx.strokeStyle = faded(colour, 0.5)
  ctx.setLineDash([1, 3])
  hairline(ctx, 0, y1, frame.width, y1)
  ctx.setLineDash([])
  if (mark.exit !== null) drawExit(frame, mark, mark.exit, [x1, y1], colour)
  const isShort = mark.direction === 'SHORT'
  triangle(ctx, x1, y1 + (isShort ? -4 : 4), 11, isShort ? 'down' : 'up')
  ctx.fillStyle = colour
  ctx.fill()
  ctx.strokeStyle = mark.active !== 'exit' ? colours.text : colours.ground
  ctx.lineWidth = 1.5
  ctx.stroke()
  ctx.lineWidth = 1
  const end = mark.exit ?? mark.entry
  const below = frame.y(end.price)
  if (frame.hasFinger) return
  if (mark.words !== null && below !== null && frame.width >= ROOMY)
    tagBeside(frame, mark.words, frame.x(end.time) + 6, below - 18, faded(colours.panel, 0.95), colour)
  else if (frame.width > 620)
    tag(ctx, 'entry', x1 + 9, y1 + (isShort ? -12 : 12), faded(colours.panel, 0.9), colour)
}

function drawExit(
  frame: Frame,
  mark: MarkShape,
  exit: MarkShape['entry'],
  [x1, y1]: readonly [number, number],
  colour: string,
): void {
  const { ctx, colours } = frame
  const x2 = frame.x(exit.time)
  const y2 = frame.y(exit.price)
  if (y2 === null) return
  ctx.fillStyle = faded(colour, mark.isPreview ? 0.08 : 0.16)
  ctx.fillRect(x1, Math.min(y1, y2), x2 - x1, Math.abs(y2 - y1))
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.5
  ctx.setLineDash(mark.isPreview ? [4, 4] : [])
  ctx.beginPath()
  ctx.moveTo(x1, y1)
  ctx.lineTo(x2, y2)
  ctx.stroke()
  ctx.setLineDash([])
  diamond(ctx, x2, y2, 5)
  ctx.fillStyle = mark.isPreview ? colours.ground : colour
  ctx.fill()
  ctx.strokeStyle = mark.active !== 'entry' ? colours.text : colour
  ctx.stroke()
  ctx.lineWidth = 1
}
