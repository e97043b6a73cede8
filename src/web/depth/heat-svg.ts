// The order book's heat strip as SVG: seconds from left to right, price upwards, stronger where more is on offer, the middle as a line.
import type { Palette } from '../charts/palette.ts'
import { STRIP_SECONDS, type Heat } from './books.ts'
import { price } from '../state/format.ts'
import { onGround, shape } from '../pictures/svg.ts'

export interface HeatPicture {
  readonly heat: Heat
  readonly title: string
  /** UTC or local, of the newest second. */
  readonly end: string
  readonly digits: number
  readonly colours: Palette
}

const WIDE = 800
const TALL = 420
const TOP = 34
const RIGHT = 76
const BELOW = 28
const COLUMN = (WIDE - RIGHT) / STRIP_SECONDS
const FONT = { 'font-family': 'Inter, system-ui, sans-serif', 'font-size': 12 }

export function heatSvg(picture: HeatPicture): SVGElement {
  const { heat, title, end, digits, colours } = picture
  const text = { ...FONT, fill: colours.dim }
  const words = (x: number, y: number, said: string) => shape('text', { ...text, x, y }, said)
  return onGround(
    WIDE,
    TALL,
    colours.ground,
    shape('text', { ...FONT, x: 12, y: 22, fill: colours.text }, title),
    ...heat.cells.map((cell) => cellOf(cell, picture)),
    ...midLines(picture),
    words(WIDE - RIGHT + 8, yOf(heat, heat.high) + 4, price(heat.high, digits)),
    words(WIDE - RIGHT + 8, yOf(heat, heat.low) + 4, price(heat.low, digits)),
    words(12, TALL - 9, `−${STRIP_SECONDS} s`),
    shape('text', { ...text, x: WIDE - RIGHT, y: TALL - 9, 'text-anchor': 'end' }, end),
  )
}

/** Levels reach half a step beyond their own price. */
function yOf({ high, low, step }: Heat, level: number): number {
  return TOP + ((high + step / 2 - level) / (high - low + step)) * (TALL - TOP - BELOW)
}

function xOf(age: number): number {
  return WIDE - RIGHT - (age + 1) * COLUMN
}

function cellOf(cell: Heat['cells'][number], { heat, colours }: HeatPicture): SVGElement {
  const [top, bottom] = [yOf(heat, cell.high), yOf(heat, cell.low)]
  return shape('rect', {
    x: xOf(cell.age),
    y: top,
    width: COLUMN,
    height: Math.max(1, bottom - top),
    fill: cell.side === 'bid' ? colours.up : colours.down,
    'fill-opacity': (0.1 + 0.85 * cell.heat).toFixed(3),
  })
}

/** From second to second; broken where a second has no middle. */
function midLines({ heat, colours }: HeatPicture): SVGElement[] {
  return heat.mids.flatMap((mid, i) => {
    const before = heat.mids[i - 1]
    if (before === undefined || before.age - mid.age !== 1) return []
    const [from, to] = [before, mid].map(({ age, price: level }) => ({
      x: xOf(age) + COLUMN / 2,
      y: yOf(heat, level),
    }))
    if (from === undefined || to === undefined) return []
    return [shape('line', { x1: from.x, y1: from.y, x2: to.x, y2: to.y, stroke: colours.text })]
  })
}
