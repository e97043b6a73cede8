// A measure that was dragged: its box, and what lies between its corners in price, per cent, candles and time.
import { changeText, duration, price } from '../state/format.ts'
import { tag } from './frame.ts'
import { faded, palette } from './palette.ts'
import { slotAt } from './seen-places.ts'
import type { StudyFrame } from './study-frame.ts'

/** One corner: an instant, UTC ms, the open of the candle there, and a price. */
export interface Corner {
  readonly time: number
  readonly price: number
}

export interface Measure {
  readonly from: Corner
  readonly to: Corner
  /** Decimals of the prices. */
  readonly digits: number
}

/** `+12.40 · +0.33 % · 14 bars · 14 min`; a true minus sign; gaps count no bars. */
export function measureText({ from, to, digits }: Measure, bars: number): string {
  const change = to.price - from.price
  const sign = change > 0 ? '+' : ''
  const time = `${to.time < from.time ? '−' : ''}${duration((to.time - from.time) / 1000)}`
  return [
    `${sign}${price(change, digits)}`,
    changeText(from.price, to.price),
    `${bars < 0 ? '−' : ''}${Math.abs(bars)} ${Math.abs(bars) === 1 ? 'bar' : 'bars'}`,
    time,
  ].join(' · ')
}

export function drawMeasure(frame: StudyFrame, measure: Measure): void {
  const { ctx, candles } = frame
  const { from, to } = measure
  const [first, last] = [from, to].map(({ time }) => slotAt(candles.window, candles.room, time))
  if (first === undefined || last === undefined) return
  const [y1, y2] = [frame.y(from.price), frame.y(to.price)]
  if (y1 === null || y2 === null) return
  const [x1, x2] = [frame.x(first), frame.x(last)]
  const colours = palette()
  const colour = to.price >= from.price ? colours.up : colours.down
  ctx.fillStyle = faded(colour, 0.12)
  ctx.fillRect(Math.min(x1, x2), Math.min(y1, y2), Math.abs(x2 - x1), Math.abs(y2 - y1))
  ctx.strokeStyle = faded(colour, 0.8)
  ctx.strokeRect(Math.min(x1, x2), Math.min(y1, y2), Math.abs(x2 - x1), Math.abs(y2 - y1))
  const text = measureText(measure, last - first)
  const wide = ctx.measureText(text).width + 8
  const left = Math.min(Math.max(Math.min(x1, x2), 4), Math.max(frame.width - wide - 4, 4))
  const below = Math.max(y1, y2) + 14
  const y = below + 10 > frame.height ? Math.min(y1, y2) - 14 : below
  tag(ctx, text, left, y, faded(colours.panel, 0.94), colours.text)
}
