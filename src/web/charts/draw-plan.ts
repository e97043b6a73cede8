// Stop and target of the mark that is in hand or selected, as lines with what they risk and gain between them, and where marks are taken hold of.
import { distanceText } from '../state/format.ts'
import type { Direction } from '../../contract/direction.ts'
import type { ShownShapes } from './draw-annotations.ts'
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

/** Draws what is planned of the mark in hand, or of the selected one. */
export function drawPlan(frame: Frame, { selected }: ShownShapes): void {
  const own = ownOf(frame, selected)
  const lines = own === null ? null : linesOf(frame, own)
  if (own === null || lines === null) return
  const { entry, levels, handle } = lines
  for (const { part, price, end } of levels) drawLevel(frame, part, price, own.entry, entry, end)
  if (handle !== null) drawHandle(frame, handle)
}

/** What of the marks can be taken hold of. */
export function gripsOf(frame: Frame, { isCrowded, shapes, selected }: ShownShapes): Grip[] {
  const own = ownOf(frame, selected)
  // Beside a mark in hand nothing is taken hold of, of a crowd only the selected one.
  const others = isCrowded || frame.scene.mark !== null ? [] : shapes.filter((shape) => shape !== selected)
  return [
    ...others.flatMap((shape) => legGrips(frame, plannedShape(shape))),
    ...(own === null ? [] : [...legGrips(frame, own), ...lineGrips(frame, own)]),
  ]
}

function ownOf({ scene }: Frame, selected: Shape | null): Planned | null {
  if (scene.mark !== null) return plannedMark(scene.mark)
  return selected === null ? null : plannedShape(selected)
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

interface Lines {
  readonly entry: Point
  readonly exit: Point | null
  readonly levels: readonly {
    readonly part: 'stop' | 'target'
    readonly price: number
    readonly end: Point
  }[]
  /** Between entry and exit, where they are far enough apart. */
  readonly handle: Point | null
}

/** Null where the chart has no scale. */
function linesOf(frame: Frame, planned: Planned): Lines | null {
  const entry = pointOf(frame, planned.from, planned.entry)
  if (entry === null) return null
  const exit = pointOf(frame, planned.to, planned.exit)
  const end = Math.max(exit?.x ?? entry.x, entry.x + LEAST)
  const levels = (['stop', 'target'] as const).flatMap((part) => {
    const price = planned[part]
    const y = price === null ? null : frame.y(price)
    return price === null || y === null ? [] : [{ part, price, end: { x: end, y } }]
  })
  const isApart = exit !== null && Math.hypot(exit.x - entry.x, exit.y - entry.y) > 24
  return { entry, exit, levels, handle: isApart ? middle(entry, exit) : null }
}

function lineGrips(frame: Frame, planned: Planned): Grip[] {
  const lines = linesOf(frame, planned)
  if (lines === null) return []
  const { entry, exit, levels, handle } = lines
  const { id } = planned
  const grips = levels.map(({ part, end }): Grip => {
    const from = { x: entry.x, y: end.y }
    return { id, part, from, to: end, anchor: from }
  })
  if (handle === null || exit === null) return grips
  return [
    ...grips,
    { id, part: 'whole', from: handle, to: handle, anchor: handle },
    { id, part: 'whole', from: entry, to: exit, anchor: entry },
  ]
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
