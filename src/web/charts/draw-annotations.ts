// Annotations over the candles: a triangle at the entry, a diamond at the exit, a line and a box between them.
import type { Direction } from '../../contract/direction.ts'
import { told, type Kind } from './crowd.ts'
import { diamond, triangle, type Frame, type HitBox } from './frame.ts'
import { faded } from './palette.ts'
import { firstAt, type Shape } from './scene.ts'
import type { Box } from './stamps.ts'

/** What of the annotations is drawn on a chart. */
export interface ShownShapes {
  /** There are too many to be told apart: entries alone are drawn, and not of all. */
  readonly isCrowded: boolean
  readonly shapes: readonly Shape[]
  /** The selected one, where it is in view; always among them. */
  readonly selected: Shape | null
}

const KIND: Kind<Shape> = { timeOf: ({ from }) => from, isUp: ({ direction }) => direction === 'LONG' }

export function shapesOn(frame: Frame): ShownShapes {
  const { shapes: all, selected: id } = frame.scene
  const chosen = id === null ? undefined : all.find((shape) => shape.id === id)
  const selected = chosen !== undefined && isInView(chosen, frame) ? chosen : null
  const { isCrowded, marks } = told(all, KIND, frame)
  if (!isCrowded) return { isCrowded, shapes: shapesInView(frame), selected }
  const isThere = selected === null || marks.includes(selected)
  return { isCrowded, shapes: isThere ? marks : [...marks, selected], selected }
}

function isInView({ from, to }: Shape, frame: Frame): boolean {
  return from <= frame.to && to >= frame.from
}

/** Ascending by entry: those that entered before what is in view, too. */
function shapesInView(frame: Frame): Shape[] {
  const { shapes, longestShape } = frame.scene
  const found: Shape[] = []
  const start = firstAt(shapes, frame.from - longestShape, KIND.timeOf)
  for (let i = start; i < shapes.length; i++) {
    const shape = shapes[i]
    if (shape === undefined || shape.from > frame.to) break
    if (shape.to >= frame.from) found.push(shape)
  }
  return found
}

export function drawAnnotations(frame: Frame, { isCrowded, shapes, selected }: ShownShapes): void {
  for (const direction of ['LONG', 'SHORT'] as const) {
    const own = shapes.filter((shape) => shape.direction === direction && shape !== selected)
    if (!isCrowded) drawSpans(frame, own, direction)
    for (const { from, entry } of own) stampEntry(frame, direction, frame.x(from), entry)
  }
  if (selected !== null) drawSelected(frame, selected)
}

/** Where the glyphs lie. */
export function hitsOf(frame: Frame, { shapes }: ShownShapes): HitBox[] {
  return shapes.flatMap(({ id, direction, from, entry }) => {
    const y = glyphOf(frame, direction, entry)
    return y === null ? [] : [{ id, x: frame.x(from), y: y + (direction === 'LONG' ? 5 : -5), radius: 9 }]
  })
}

/** Where the triangle's tip is; null where it is not in view. */
function glyphOf(frame: Frame, direction: Direction, entry: number): number | null {
  const price = frame.y(entry)
  if (price === null) return null
  const y = price + (direction === 'LONG' ? 5 : -5)
  return y < -12 || y > frame.height + 12 ? null : y
}

/** All of one side, so that colours and dashes are set once. */
function drawSpans(frame: Frame, shapes: readonly Shape[], direction: Direction): void {
  const { ctx, colours } = frame
  const colour = direction === 'LONG' ? colours.up : colours.down
  ctx.fillStyle = faded(colour, 0.07)
  ctx.strokeStyle = faded(colour, 0.65)
  ctx.lineWidth = 1.25
  if (direction === 'SHORT') ctx.setLineDash(DASHES)
  for (const shape of shapes) drawSpan(frame, shape)
  if (direction === 'SHORT') ctx.setLineDash(NO_DASHES)
  ctx.lineWidth = 1
  for (const { to, exit } of shapes) stampExit(frame, direction, frame.x(to), frame.y(exit))
}

const DASHES = [5, 3]
const NO_DASHES: number[] = []

function drawSpan(frame: Frame, { from, to, entry, exit }: Shape): void {
  const { ctx } = frame
  const [x1, x2] = [frame.x(from), frame.x(to)]
  const [y1, y2] = [frame.y(entry), frame.y(exit)]
  if (y1 === null || y2 === null || x2 - x1 <= 2) return
  ctx.fillRect(x1, Math.min(y1, y2), x2 - x1, Math.abs(y2 - y1))
  ctx.beginPath()
  ctx.moveTo(x1, y1)
  ctx.lineTo(x2, y2)
  ctx.stroke()
}

const DIAMOND: Box = { left: -7, top: -7, width: 14, height: 14 }

function stampExit({ ctx, colours, stamps }: Frame, direction: Direction, x: number, y: number | null): void {
  if (y === null) return
  const isLong = direction === 'LONG'
  stamps.put(ctx, isLong ? 'exit of a long' : 'exit of a short', x, y, DIAMOND, (pen) => {
    diamond(pen, 0, 0, 4)
    pen.fillStyle = colours.ground
    pen.fill()
    pen.strokeStyle = isLong ? colours.up : colours.down
    pen.lineWidth = 1.5
    pen.stroke()
  })
}

const UP: Box = { left: -8, top: -3, width: 16, height: 14 }
const DOWN: Box = { ...UP, top: -11 }

function stampEntry(frame: Frame, direction: Direction, x: number, entry: number): void {
  const { ctx, colours, stamps } = frame
  const y = glyphOf(frame, direction, entry)
  if (y === null) return
  const isLong = direction === 'LONG'
  const name = isLong ? 'entry of a long' : 'entry of a short'
  stamps.put(ctx, name, x, y, isLong ? UP : DOWN, (pen) => {
    triangle(pen, 0, 0, 9, isLong ? 'up' : 'down')
    pen.fillStyle = isLong ? colours.up : colours.down
    pen.fill()
    pen.strokeStyle = colours.ground
    pen.stroke()
  })
}

/** Over the others, with more weight. */
function drawSelected(frame: Frame, shape: Shape): void {
  const { ctx, colours } = frame
  const { direction } = shape
  const isLong = direction === 'LONG'
  const colour = isLong ? colours.up : colours.down
  ctx.fillStyle = faded(colour, 0.12)
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.75
  ctx.setLineDash(isLong ? NO_DASHES : DASHES)
  drawSpan(frame, shape)
  ctx.setLineDash(NO_DASHES)
  stampExit(frame, direction, frame.x(shape.to), frame.y(shape.exit))
  const y = glyphOf(frame, direction, shape.entry)
  if (y !== null) {
    triangle(ctx, frame.x(shape.from), y, 9, isLong ? 'up' : 'down')
    ctx.fillStyle = colour
    ctx.fill()
    ctx.strokeStyle = colours.text
    ctx.lineWidth = 2
    ctx.stroke()
  }
  ctx.lineWidth = 1
}
