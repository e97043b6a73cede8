// Where more marks are in view than can be told apart, neighbours share a glyph: the others are not even looked at. Pure.
import { firstAt } from './scene.ts'

/** Marks in view from which on a chart is crowded. */
export const CROWDED = 400
/** Pixels of a crowded chart in which marks of one kind share a glyph. */
const BUCKET = 7

/** Where marks of one kind stand, and on which side of the price. */
export interface Kind<T> {
  /** UTC ms; lists are ascending by it. */
  readonly timeOf: (mark: T) => number
  readonly isUp: (mark: T) => boolean
}

/** Times on a chart: pixels from its left, and back. */
export interface Across {
  x(instant: number): number
  instantOf(x: number): number
  /** The visible times, UTC ms. */
  readonly from: number
  readonly to: number
}

export interface Told<T> {
  readonly isCrowded: boolean
  /** Ascending; of a crowd those of one side after those of the other. */
  readonly marks: readonly T[]
}

/** Of ascending `marks` those that are drawn: all in view, or of a crowd the first of each side in every few pixels. */
export function told<T>(marks: readonly T[], kind: Kind<T>, across: Across): Told<T> {
  const start = firstAt(marks, across.from, kind.timeOf)
  const end = firstAt(marks, across.to + 1, kind.timeOf, start)
  if (end - start <= CROWDED) return { isCrowded: false, marks: marks.slice(start, end) }
  const [up, down] = sidesOf(marks, kind)
  const found: T[] = []
  for (const side of [up, down]) takeFirsts(side, kind, across, found)
  return { isCrowded: true, marks: found }
}

/** From one to the first after its bucket, however many lie between. */
function takeFirsts<T>(side: readonly T[], { timeOf }: Kind<T>, across: Across, found: T[]): void {
  let last = Number.NaN
  let i = firstAt(side, across.from, timeOf)
  for (;;) {
    const mark = side[i]
    if (mark === undefined || timeOf(mark) > across.to) return
    const bucket = Math.round(across.x(timeOf(mark)) / BUCKET)
    if (bucket !== last) found.push(mark)
    last = bucket
    i = Math.max(firstAt(side, across.instantOf((bucket + 0.5) * BUCKET), timeOf, i), i + 1)
  }
}

type Sides<T> = readonly [up: readonly T[], down: readonly T[]]

const known = new WeakMap<readonly unknown[], Sides<unknown>>()

/** Told once of a list, which is made anew where one of its marks changes. */
function sidesOf<T>(marks: readonly T[], { isUp }: Kind<T>): Sides<T> {
  const kept = known.get(marks) as Sides<T> | undefined
  if (kept !== undefined) return kept
  const sides: Sides<T> = [marks.filter((mark) => isUp(mark)), marks.filter((mark) => !isUp(mark))]
  known.set(marks, sides)
  return sides
}
