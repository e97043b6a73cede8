// Stop and target of the mark that is in hand or selected, as lines with what they risk and gain between them, and where marks are taken hold of.
import { distanceText } from '../state/format.ts'
import type { Direction } from '../../contract/direction.ts'
import { CROWDED } from './crowd.ts'
import { shapesInView } from './draw-annotations.ts'
import { hairline, tagBeside, type Frame } from './frame.ts'
import type { Grip, Point } from './grips.ts'
import { faded } from './palette.ts'
import type { MarkShape, Shape } from './scene.ts'

/** A mark as far as its grips and levels go; times UTC ms. */
interface Planned {
  readonly id: string | null
  readonly direction: Direction | null
  readonly from: number
  readonly to: number | null
  readonly entry: number
  readonly exit: number | null
  readonly stop: number | null
  readonly target: number | null
}

/** Lines of levels are at least so long, pixels: of a mark held for seconds there is something to take hold of on every chart. */
const LEAST = 44
/** Words nearer to the entry's price than this, pixels, would lie over each other. */
const APART = 12
/** Narrower charts have no room for words. */
export const ROOMY = 460

/** Draws levels and returns what of the marks can be taken hold of. */
export function drawPlan(frame: Frame): Grip[] {
  const { mark, selected } = frame.scene
  if (mark !== null) return withLevels(frame, plannedMark(mark))
  const shapes = shapesInView(frame)
  const own = shapes.find(({ id }) => id === selected)
  // Of a crowd only the selected one is taken hold of.
  const others = shapes.length > CROWDED ? [] : shapes.filter(({ id }) => id !== selected)
  return [
    ...others.flatMap((shape) => legGrips(frame, plannedShape(shape))),
    ...(own === undefined ? [] : withLevels(frame, plannedShape(own))),
  ]
}

function plannedShape({ id, direction, from, to, entry, exit, stop, target }: Shape): Planned {
  return { id, direction, from, to, entry, exit, stop, target }
}

function plannedMark({ entry, exit, direction, isPreview, stop, target }: MarkShape): Planned {
  const end = isPreview ? null : exit
  return {
    id: null,
    direction,
    from: entry.time,
    to: end?.time ?? null,
    entry: entry.price,
    exit: end?.price ?? null,
    stop,
    target,
  }
}

function legGrips(frame: Frame, planned: Planned): Grip[] {
  const { id, direction } = planned
  const entry = pointOf(frame, planned.from, planned.entry)
  const exit = pointOf(frame, planned.to, planned.exit)
  // The triangle stands beside its price: it is taken hold of by its middle.
  const glyph = entry === null ? null : { x: entry.x, y: entry.y + (direction === 'SHORT' ? -8 : 8) }
  return [
    ...(glyph === null
      ? []
      : [{ id, part: 'entry' as const, from: glyph, to: glyph, anchor: entry ?? glyph }]),
    ...(exit === null ? [] : [{ id, part: 'exit' as const, from: exit, to: exit, anchor: exit }]),
  ]
}

function withLevels(frame: Frame, planned: Planned): Grip[] {
  const grips = legGrips(frame, planned)
  const entry = pointOf(frame, planned.from, planned.entry)
  if (entry === null) return grips
  const exit = pointOf(frame, planned.to, planned.exit)
  const end = Math.max(exit?.x ?? entry.x, entry.x + LEAST)
  for (const [part, price] of [
    ['stop', planned.stop],
    ['target', planned.target],
  ] as const) {
    const y = price === null ? null : frame.y(price)
    if (price === null || y === null) continue
    drawLevel(frame, part, price, planned.entry, { x: entry.x, y: entry.y }, { x: end, y })
    const from = { x: entry.x, y }
    grips.push({ id: planned.id, part, from, to: { x: end, y }, anchor: from })
  }
  if (exit !== null && Math.hypot(exit.x - entry.x, exit.y - entry.y) > 24) {
    const handle = middle(entry, exit)
    drawHandle(frame, handle)
    grips.push({ id: planned.id, part: 'whole', from: handle, to: handle, anchor: handle })
    grips.push({ id: planned.id, part: 'whole', from: entry, to: exit, anchor: entry })
  }
  return grips
}

function drawLevel(
  frame: Frame,
  part: 'stop' | 'target',
  price: number,
  entryPrice: number,
  entry: Point,
  end: Point,
): void {
  const { ctx, colours } = frame
  const colour = part === 'stop' ? colours.down : colours.up
  ctx.fillStyle = faded(colour, 0.09)
  ctx.fillRect(entry.x, Math.min(entry.y, end.y), end.x - entry.x, Math.abs(end.y - entry.y))
  ctx.strokeStyle = colour
  ctx.setLineDash(part === 'stop' ? [6, 3] : [])
  hairline(ctx, entry.x, end.y, end.x, end.y)
  ctx.setLineDash([])
  if (frame.width < ROOMY || Math.abs(end.y - entry.y) < APART) return
  const words = `${part} ${frame.priceText(price)}  ${distanceText(entryPrice, price)}`
  tagBeside(frame, words, end.x, end.y, faded(colours.panel, 0.92), colour)
}

function drawHandle({ ctx, colours }: Frame, { x, y }: Point): void {
  ctx.beginPath()
  ctx.arc(x, y, 3.5, 0, Math.PI * 2)
  ctx.fillStyle = colours.ground
  ctx.fill()
  ctx.strokeStyle = colours.text
  ctx.stroke()
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
}

function pointOf(frame: Frame, time: number | null, price: number | null): Point | null {
  const y = price === null ? null : frame.y(price)
  return time === null || y === null ? null : { x: frame.x(time), y }
}
