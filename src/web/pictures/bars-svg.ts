// Counts as bars, LONG and SHORT one after the other, as SVG: a name at the left, how many at the right.
import type { Palette } from '../charts/palette.ts'
import { count } from '../state/format.ts'
import { onGround, shape } from './svg.ts'

export interface CountedBar {
  readonly name: string
  readonly long: number
  readonly short: number
}

const WIDE = 640
const ROW = 22
const TOP = 40
const PAD = 12
/** Where bars begin and end: names stand before them, numbers after. */
const LEFT = 200
const RIGHT = WIDE - 70
const BAR = 12
const FONT = { 'font-family': 'Inter, system-ui, sans-serif', 'font-size': 12 }

export function barsSvg(title: string, bars: readonly CountedBar[], colours: Palette): SVGElement {
  const tall = TOP + bars.length * ROW + PAD
  const most = Math.max(1, ...bars.map(({ long, short }) => long + short))
  return onGround(
    WIDE,
    tall,
    colours.ground,
    shape('text', { ...FONT, x: PAD, y: 24, fill: colours.text }, title),
    ...bars.flatMap((bar, i) => row(bar, TOP + i * ROW, (RIGHT - LEFT) / most, colours)),
  )
}

function row({ name, long, short }: CountedBar, top: number, each: number, colours: Palette): SVGElement[] {
  const middle = top + ROW / 2
  const part = (from: number, many: number, fill: string) =>
    shape('rect', { x: LEFT + from * each, y: middle - BAR / 2, width: many * each, height: BAR, fill })
  const label = { ...FONT, y: middle + 4 }
  return [
    shape('text', { ...label, x: LEFT - 10, 'text-anchor': 'end', fill: colours.dim }, name),
    part(0, long, colours.up),
    part(long, short, colours.down),
    shape('text', { ...label, x: RIGHT + 10, fill: colours.text }, count(long + short)),
  ]
}
