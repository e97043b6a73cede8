// A chart's candles as SVG: bodies and wicks, volume, price and time axes, and the annotations that enter in view.
import type { AnnotationOut } from '../../contract/annotations.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import type { Palette } from '../charts/palette.ts'
import { dateTime, price } from '../state/format.ts'
import { onGround, shape } from './svg.ts'

/** As much of an annotation as is drawn of it. */
export type Entered = Pick<AnnotationOut, 'direction' | 'entry'>

export interface CandlePicture {
  /** Ascending, at least one. */
  readonly rows: readonly CandleRow[]
  /** From candle to candle, ms. */
  readonly step: number
  readonly annotations: readonly Entered[]
  readonly title: string
  readonly digits: number
  readonly colours: Palette
}

const WIDE = 1200
const TALL = 600
const TOP = 34
const RIGHT = 76
const BELOW = 28
/** Share of the height that volume takes. */
const VOLUME = 0.14
const PRICES = 6
const TIMES = 6
const FONT = 'Inter, system-ui, sans-serif'

export function candlesSvg(picture: CandlePicture): SVGElement {
  const { colours, title } = picture
  const place = placesOf(picture)
  const text = { 'font-family': FONT, 'font-size': 12 }
  return onGround(
    WIDE,
    TALL,
    colours.ground,
    shape('text', { ...text, x: 12, y: 22, fill: colours.text }, title),
    ...priceLines(picture, place, text),
    ...timeLines(picture, place, text),
    ...picture.rows.flatMap((row) => candle(row, picture, place)),
    ...picture.annotations.flatMap((annotation) => entryMark(annotation, picture, place)),
  )
}

interface Places {
  readonly low: number
  readonly high: number
  readonly width: number
  readonly x: (instant: number) => number
  readonly y: (price: number) => number
  readonly volume: (amount: number) => number
}

function placesOf({ rows, step }: CandlePicture): Places {
  const first = rows[0]?.[0] ?? 0
  const last = rows.at(-1)?.[0] ?? first
  const low = Math.min(...rows.map((row) => row[3]))
  const high = Math.max(...rows.map((row) => row[2]))
  const most = Math.max(...rows.map((row) => row[5]), Number.MIN_VALUE)
  const across = (WIDE - RIGHT) / (last - first + step)
  const bottom = TALL - BELOW
  const tall = (bottom - TOP) * (1 - VOLUME)
  return {
    low,
    high,
    width: step * across,
    x: (instant) => (instant - first) * across,
    y: (value) => TOP + (high === low ? tall / 2 : ((high - value) / (high - low)) * tall),
    volume: (amount) => (amount / most) * (bottom - TOP) * VOLUME,
  }
}

type TextLook = Readonly<Record<string, string | number>>

function priceLines(
  { digits, colours }: CandlePicture,
  { low, high, y }: Places,
  text: TextLook,
): SVGElement[] {
  return Array.from({ length: PRICES }, (_, i) => low + ((high - low) * i) / (PRICES - 1)).flatMap(
    (value) => [
      shape('line', { x1: 0, x2: WIDE - RIGHT, y1: y(value), y2: y(value), stroke: colours['line-soft'] }),
      shape(
        'text',
        { ...text, x: WIDE - RIGHT + 8, y: y(value) + 4, fill: colours.dim },
        price(value, digits),
      ),
    ],
  )
}

function timeLines({ rows, colours }: CandlePicture, { x }: Places, text: TextLook): SVGElement[] {
  const every = Math.max(1, Math.ceil(rows.length / TIMES))
  return rows
    .filter((_, i) => i % every === 0)
    .map(([open]) => shape('text', { ...text, x: x(open), y: TALL - 9, fill: colours.dim }, dateTime(open)))
}

function candle(row: CandleRow, { step, colours }: CandlePicture, place: Places): SVGElement[] {
  const [time, open, high, low, close, volume] = row
  const colour = close >= open ? colours['candle-up'] : colours['candle-down']
  const middle = place.x(time + step / 2)
  const width = Math.max(place.width * 0.7, 0.5)
  const [top, bottom] = [place.y(Math.max(open, close)), place.y(Math.min(open, close))]
  const bar = { x: middle - width / 2, width, fill: colour }
  const tall = place.volume(volume)
  return [
    shape('rect', { ...bar, y: TALL - BELOW - tall, height: tall, 'fill-opacity': 0.3 }),
    shape('line', { x1: middle, x2: middle, y1: place.y(high), y2: place.y(low), stroke: colour }),
    shape('rect', { ...bar, y: top, height: Math.max(bottom - top, 1) }),
  ]
}

/** A triangle that points to the entry, up for a long. */
function entryMark({ direction, entry }: Entered, { rows, step, colours }: CandlePicture, place: Places) {
  const at = Date.parse(entry.timestamp)
  const [first, last] = [rows[0]?.[0] ?? 0, (rows.at(-1)?.[0] ?? 0) + step]
  if (at < first || at > last) return []
  const isLong = direction === 'LONG'
  const [x, y] = [place.x(at), place.y(entry.price)]
  const way = isLong ? 1 : -1
  const points = `${x},${y + 4 * way} ${x - 6},${y + 14 * way} ${x + 6},${y + 14 * way}`
  return [shape('polygon', { points, fill: isLong ? colours.up : colours.down, stroke: colours.ground })]
}
