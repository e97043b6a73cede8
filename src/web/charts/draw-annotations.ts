// Annotations over the candles: a triangle at the entry, a diamond at the exit, a line and a box between them.
import { Crowd } from './crowd.ts'
import { diamond, triangle, type Frame, type HitBox } from './frame.ts'
import { faded } from './palette.ts'
import { firstAt, type Shape } from './scene.ts'

/** Draws what is in view and returns where the glyphs lie. */
export function drawAnnotations(frame: Frame): HitBox[] {
  const { scene } = frame
  const shapes = shapesInView(frame)
  const crowd = new Crowd(shapes.length)
  if (!crowd.isCrowded) for (const shape of shapes) drawSpan(frame, shape, shape.id === scene.selected)
  const hits: HitBox[] = []
  for (const shape of shapes) {
    const x = frame.x(shape.from)
    const isSelected = shape.id === scene.selected
    if (!crowd.takes(x, shape.direction === 'LONG' ? 'up' : 'down') && !isSelected) continue
    const hit = drawGlyph(frame, shape, x, isSelected)
    if (hit !== null) hits.push(hit)
  }
  return hits
}

/** Ascending by entry. */
export function shapesInView(frame: Frame): Shape[] {
  const { shapes, longestShape } = frame.scene
  const found: Shape[] = []
  const start = firstAt(shapes, frame.from - longestShape, (shape) => shape.from)
  for (let i = start; i < shapes.length; i++) {
    const shape = shapes[i]
    if (shape === undefined || shape.from > frame.to) break
    if (shape.to >= frame.from) found.push(shape)
  }
  return found
}

function drawSpan(frame: Frame, shape: Shape, isSelected: boolean): void {
  const { ctx, colours } = frame
  const [x1, x2] = [frame.x(shape.from), frame.x(shape.to)]
  const [y1, y2] = [frame.y(shape.entry), frame.y(shape.exit)]
  if (y1 === null || y2 === null) return
  const colour = shape.direction === 'LONG' ? colours.up : colours.down
  if (x2 - x1 > 2) {
    ctx.fillStyle = faded(colour, isSelected ? 0.12 : 0.07)
    ctx.fillRect(x1, Math.min(y1, y2), x2 - x1, Math.abs(y2 - y1))
    ctx.strokeStyle = faded(colour, isSelected ? 1 : 0.65)
    ctx.lineWidth = isSelected ? 1.75 : 1.25
    ctx.setLineDash(shape.direction === 'LONG' ? [] : [5, 3])
    ctx.beginPath()
    ctx.moveTo(x1, y1)
    ctx.lineTo(x2, y2)
    ctx.stroke()
    ctx.setLineDash([])
    ctx.lineWidth = 1
  }
  diamond(ctx, x2, y2, 4)
  ctx.fillStyle = colours.ground
  ctx.fill()
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.5
  ctx.stroke()
  ctx.lineWidth = 1
}

function drawGlyph(frame: Frame, shape: Shape, x: number, isSelected: boolean): HitBox | null {
  const { ctx, colours } = frame
  const price = frame.y(shape.entry)
  if (price === null) return null
  const isLong = shape.direction === 'LONG'
  const y = price + (isLong ? 5 : -5)
  if (y < -12 || y > frame.height + 12) return null
  triangle(ctx, x, y, 9, isLong ? 'up' : 'down')
  ctx.fillStyle = isLong ? colours.up : colours.down
  ctx.fill()
  ctx.strokeStyle = isSelected ? colours.text : colours.ground
  ctx.lineWidth = isSelected ? 2 : 1
  ctx.stroke()
  ctx.lineWidth = 1
  return { id: shape.id, x, y: y + (isLong ? 5 : -5), radius: 9 }
}
