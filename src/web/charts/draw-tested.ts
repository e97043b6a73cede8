// Calls of a backtest: small filled triangles on a ring, so that they are told from calls that were made live and from what instant would call.
import { told, type Kind } from './crowd.ts'
import { triangle, type Frame } from './frame.ts'
import type { Point } from './grips.ts'
import { faded } from './palette.ts'
import type { TestedShape } from './scene.ts'

/** Pixels from the price to the triangle's tip, and its size. */
const AWAY = 8
const SIZE = 7
/** Charts on which candles lie closer show no words. */
const WORDS_FROM = 2.5

const KIND: Kind<TestedShape> = { timeOf: ({ time }) => time, isUp: ({ action }) => action === 'BUY' }

export function drawTested(frame: Frame): void {
  let free = Number.NEGATIVE_INFINITY
  for (const shape of told(frame.scene.tested, KIND, frame).marks) {
    const x = frame.x(shape.time)
    const y = frame.y(shape.price)
    if (y !== null) free = drawShape(frame, shape, { x, y }, free)
  }
}

/** With words where they begin right of `free`; returns where they end. */
function drawShape(frame: Frame, { action, wasTrained }: TestedShape, { x, y }: Point, free: number): number {
  const { ctx, colours } = frame
  const isBuy = action === 'BUY'
  const sign = isBuy ? 1 : -1
  const tip = y + AWAY * sign
  const colour = wasTrained ? colours.warn : isBuy ? colours.up : colours.down
  ctx.fillStyle = colour
  triangle(ctx, x, tip, SIZE, isBuy ? 'up' : 'down')
  ctx.fill()
  ctx.strokeStyle = faded(colour, 0.55)
  ctx.beginPath()
  ctx.arc(x, tip + SIZE * 0.6 * sign, SIZE + 2, 0, Math.PI * 2)
  ctx.stroke()
  const left = x + SIZE + 5
  if (frame.spacing < WORDS_FROM || left < free) return free
  const words = wasTrained ? 'TRAINED ON' : 'tested'
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  ctx.fillText(words, left, tip + SIZE * 0.6 * sign)
  return left + ctx.measureText(words).width + SIZE
}
