// What the instant model would call, out of fold: hollow triangles on a dashed stem, so that nobody takes them for calls that were made.
import { MINUTE } from '../state/timeframes.ts'
import { told, type Kind } from './crowd.ts'
import { triangle, type Frame } from './frame.ts'
import { faded, type Palette } from './palette.ts'
import type { PreviewShape } from './scene.ts'

/** Pixels from the price to the triangle's tip, its size, and the stem behind it. */
const AWAY = 22
const SIZE = 8
const STEM = 10
/** Height of the words at a chart's top. */
const LEGEND = 36
/** Charts on which candles lie closer show no words. */
const WORDS_FROM = 2.5

/** On the others many lie on one candle. */
const WITH_WORDS = MINUTE

const WORDS: Readonly<Record<PreviewShape['kind'], string>> = {
  hit: 'found',
  false_call: 'false',
  missed: 'missed',
  asked: 'enter here?',
}

const KIND: Kind<PreviewShape> = { timeOf: ({ time }) => time, isUp: ({ action }) => action === 'BUY' }

export function drawPreview(frame: Frame): void {
  const { preview } = frame.scene
  const { isCrowded, marks: shapes } = told(preview, KIND, frame)
  for (const shape of shapes) drawShape(frame, shape, frame.x(shape.time))
  const asked = isCrowded ? preview.find(({ kind }) => kind === 'asked') : undefined
  if (asked !== undefined && !shapes.includes(asked)) drawShape(frame, asked, frame.x(asked.time))
}

function drawShape(frame: Frame, shape: PreviewShape, x: number): void {
  const { ctx, colours } = frame
  const price = frame.y(shape.price)
  if (price === null) return
  const isBuy = shape.action === 'BUY'
  const sign = isBuy ? 1 : -1
  const tip = tipOf(frame, shape, price + AWAY * sign)
  const colour = colourOf(shape, colours)
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.2
  ctx.setLineDash(shape.kind === 'missed' ? [2, 2] : [])
  triangle(ctx, x, tip, SIZE, isBuy ? 'up' : 'down')
  ctx.stroke()
  ctx.setLineDash([2, 2])
  ctx.beginPath()
  ctx.moveTo(x, tip + SIZE * sign)
  ctx.lineTo(x, tip + (SIZE + STEM) * sign)
  ctx.stroke()
  ctx.setLineDash([])
  ctx.lineWidth = 1
  if (frame.spacing < WORDS_FROM || frame.window.step > WITH_WORDS) return
  ctx.fillStyle = faded(colour, 0.9)
  // What is asked stands at the cursor, whose own words are right of it.
  const isAsked = shape.kind === 'asked'
  ctx.textAlign = isAsked ? 'right' : 'left'
  ctx.textBaseline = 'middle'
  ctx.fillText(WORDS[shape.kind], x + (isAsked ? -5 : 5), tip + (SIZE + STEM) * sign)
}

/** What is asked stays in view where its price lies at the chart's edge. */
function tipOf({ height }: Frame, { kind }: PreviewShape, wanted: number): number {
  if (kind !== 'asked') return wanted
  return Math.min(Math.max(wanted, LEGEND + SIZE + STEM), height - SIZE - STEM)
}

function colourOf({ kind, action }: PreviewShape, { accent, up, down, warn }: Palette): string {
  if (kind === 'asked') return accent
  if (kind !== 'hit') return warn
  return action === 'BUY' ? up : down
}
