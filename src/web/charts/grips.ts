// What of a mark can be taken hold of on a chart: points and lines in pixels, and which of them a pointer means. Pure.
import type { Part } from '../state/mark.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

/** A point where both ends are the same, else a line. CSS pixels from the chart's upper left corner. */
export interface Grip {
  /** Of the annotation; null of the mark in hand. */
  readonly id: string | null
  readonly part: Part
  readonly from: Point
  readonly to: Point
  /** Where its time and price are, wherever it is taken hold of. */
  readonly anchor: Point
}

/** How near a pointer has to be, pixels each way: a finger covers what it points at. */
export const REACH = { mouse: 9, pen: 12, touch: 22 } as const
export type PointerKind = keyof typeof REACH

export function kindOf(type: string): PointerKind {
  return type === 'touch' || type === 'pen' ? type : 'mouse'
}

/** Points before lines, of these levels before the whole. */
function rankOf({ part, from, to }: Grip): number {
  if (from.x === to.x && from.y === to.y) return 0
  return part === 'whole' ? 2 : 1
}

/** Lines lie over candles that are clicked, too: they are meant from a little nearer than points. */
const LINE_SHARE = 0.6

/** The grip that a pointer at `at` means: of those within reach the foremost kind, of these the nearest; null where none is. */
export function gripAt(grips: readonly Grip[], at: Point, kind: PointerKind = 'mouse'): Grip | null {
  let found: { grip: Grip; rank: number; far: number } | null = null
  for (const grip of grips) {
    const rank = rankOf(grip)
    const far = distance(grip, at)
    if (far > REACH[kind] * (rank === 0 ? 1 : LINE_SHARE)) continue
    if (found === null || rank < found.rank || (rank === found.rank && far < found.far))
      found = { grip, rank, far }
  }
  return found?.grip ?? null
}

function distance({ from, to }: Grip, { x, y }: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = dx * dx + dy * dy
  const share = length === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / length
  const along = Math.min(Math.max(share, 0), 1)
  return Math.hypot(from.x + along * dx - x, from.y + along * dy - y)
}

/** The pointer's shape over a grip, and while it is held. */
export function cursorOf(part: Part, isHeld: boolean): string {
  if (part === 'stop' || part === 'target') return 'ns-resize'
  if (part === 'whole') return isHeld ? 'grabbing' : 'grab'
  return 'ew-resize'
}
