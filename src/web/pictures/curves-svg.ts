// Curves over time as SVG, one under the other, each with its own scale.
import type { Palette } from '../charts/palette.ts'
import { dateTime, signedPct } from '../state/format.ts'
import { onGround, shape } from './svg.ts'

interface Point {
  /** Whole seconds since 1970. */
  readonly time: number
  /** Percent points. */
  readonly value: number
}

export interface Curve {
  readonly name: string
  /** Ascending by time. */
  readonly points: readonly Point[]
  readonly colour: string
}

const WIDE = 1000
const EACH = 220
const LEFT = 12
const RIGHT = 84
const PAD = 26
const FONT = { 'font-family': 'Inter, system-ui, sans-serif', 'font-size': 12 }

/** `mark`: written over all of it, so that it is never read without. */
export function curvesSvg(curves: readonly Curve[], mark: string | null, colours: Palette): SVGElement {
  const tall = curves.length * EACH + PAD
  const over = {
    ...FONT,
    'font-size': 34,
    x: WIDE / 2,
    y: EACH / 2,
    'text-anchor': 'middle',
    fill: colours.warn,
  }
  return onGround(
    WIDE,
    tall,
    colours.ground,
    ...curves.flatMap((curve, i) => one(curve, i * EACH, colours)),
    ...ends(curves, tall, colours),
    ...(mark === null ? [] : [shape('text', over, mark)]),
  )
}

function one({ name, points, colour }: Curve, top: number, { text, dim, line }: Palette): SVGElement[] {
  const values = [0, ...points.map(({ value }) => value)]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const [first, last] = [points[0]?.time ?? 0, points.at(-1)?.time ?? 1]
  const x = (time: number) => LEFT + ((time - first) / Math.max(last - first, 1)) * (WIDE - LEFT - RIGHT)
  const y = (value: number) => top + PAD + ((high - value) / Math.max(high - low, 1e-9)) * (EACH - 2 * PAD)
  const path = points.map(({ time, value }) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  return [
    shape('text', { ...FONT, x: LEFT, y: top + 16, fill: text }, name),
    ...[...new Set([low, 0, high])].flatMap((value) => [
      shape('line', { x1: LEFT, x2: WIDE - RIGHT, y1: y(value), y2: y(value), stroke: line }),
      shape('text', { ...FONT, x: WIDE - RIGHT + 8, y: y(value) + 4, fill: dim }, signedPct(value)),
    ]),
    shape('polyline', { points: path, fill: 'none', stroke: colour, 'stroke-width': 1.5 }),
  ]
}

function ends(curves: readonly Curve[], tall: number, { dim }: Palette): SVGElement[] {
  const points = curves[0]?.points ?? []
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return []
  const at = { ...FONT, y: tall - 8, fill: dim }
  return [
    shape('text', { ...at, x: LEFT }, dateTime(first.time * 1000)),
    shape('text', { ...at, x: WIDE - RIGHT, 'text-anchor': 'end' }, dateTime(last.time * 1000)),
  ]
}
