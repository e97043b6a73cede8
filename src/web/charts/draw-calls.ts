// What the models say: calls as arrows with a stem, each second's signal as a ribbon under the 1s chart, misses to review.
import { told, type Kind } from './crowd.ts'
import { tag, type Frame } from './frame.ts'
import { SECOND } from '../state/timeframes.ts'
import { faded, type Palette } from './palette.ts'
import { between, type CallShape, type MissShape, type Tick } from './scene.ts'
import { widthOf, type Box } from './stamps.ts'

const KIND: Kind<CallShape> = { timeOf: ({ time }) => time, isUp: ({ action }) => action === 'BUY' }

export function drawCalls(frame: Frame): void {
  const { isCrowded, marks: calls } = told(frame.scene.calls, KIND, frame)
  for (const call of calls) drawCall(frame, call, !isCrowded)
  if (isCrowded || frame.spacing < WORDS_FROM || frame.width < NARROW) return
  // From the newest back, on either side as far as those after them leave room.
  const free = { BUY: Number.POSITIVE_INFINITY, SELL: Number.POSITIVE_INFINITY }
  for (let i = calls.length - 1; i >= 0; i--) {
    const call = calls[i]
    if (call !== undefined) free[call.action] = drawWords(frame, call, free[call.action])
  }
}

/** Charts narrower than this show arrows without words. */
const NARROW = 520
/** And those on which candles lie closer. */
const WORDS_FROM = 2.5

/** Room for the arrow below its price, or above it, and for what came of it at its left. */
const BELOW: Box = { left: -18, top: -3, width: 25, height: 22 }
const ABOVE: Box = { ...BELOW, top: -19 }
const OUTCOMES = { right: '✓', wrong: '✗', expired: '–' } as const
/** Pixels from the price to the arrow's tip, and from there to its middle. */
const AWAY = 14
const MIDDLE = 10

function drawCall(frame: Frame, { time, action, price, outcome }: CallShape, isTold: boolean): void {
  const { ctx, colours, stamps } = frame
  const y = frame.y(price)
  if (y === null) return
  const sign = action === 'BUY' ? 1 : -1
  const kind = isTold ? (outcome?.kind ?? 'open') : 'open'
  const box = action === 'BUY' ? BELOW : ABOVE
  stamps.put(ctx, NAMES[action][kind], frame.x(time), y + AWAY * sign, box, (pen) => {
    paintArrow(pen, colours, sign)
    if (kind !== 'open') paintOutcome(pen, colours, kind, sign)
  })
}

const NAMES = {
  BUY: { right: 'BUY, right', wrong: 'BUY, wrong', expired: 'BUY, expired', open: 'BUY' },
  SELL: { right: 'SELL, right', wrong: 'SELL, wrong', expired: 'SELL, expired', open: 'SELL' },
} as const

function paintArrow(pen: OffscreenCanvasRenderingContext2D, { up, down }: Palette, sign: 1 | -1): void {
  pen.strokeStyle = sign === 1 ? up : down
  pen.lineWidth = 2
  pen.beginPath()
  pen.moveTo(0, 16 * sign)
  pen.lineTo(0, 0)
  pen.moveTo(-4, 5 * sign)
  pen.lineTo(0, 0)
  pen.lineTo(4, 5 * sign)
  pen.stroke()
}

/** A tick, a cross or a dash left of the arrow. */
function paintOutcome(
  pen: OffscreenCanvasRenderingContext2D,
  { up, down, dim }: Palette,
  kind: keyof typeof OUTCOMES,
  sign: 1 | -1,
): void {
  pen.fillStyle = kind === 'right' ? up : kind === 'wrong' ? down : dim
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText(OUTCOMES[kind], -10, MIDDLE * sign)
}

/** Where they end before `free`. Returns where the words before them have to end. */
function drawWords(frame: Frame, call: CallShape, free: number): number {
  const { ctx, colours, stamps } = frame
  const x = frame.x(call.time)
  const price = frame.y(call.price)
  if (price === null || x + 6 >= free) return free
  const isBuy = call.action === 'BUY'
  const sign = isBuy ? 1 : -1
  const text = wordsOf(call)
  const width = widthOf(ctx, text)
  const left = x + 14 + width > frame.width ? x - 14 - width : x + 6
  if (left + width + 8 > free) return free
  const box = { left: 0, top: -8, width: width + 8, height: 16 }
  stamps.put(ctx, text, left, price + (AWAY + MIDDLE + 4) * sign, box, (pen) => {
    tag(pen, text, 0, 0, faded(colours.panel, 0.85), isBuy ? colours.up : colours.down)
  })
  return left
}

function wordsOf({ action, confidence }: CallShape): string {
  return confidence === null ? action : `${action} ${Math.round(confidence)} %`
}

/** Height of the ribbon, CSS pixels. */
const RIBBON = 13

export function drawRibbon(frame: Frame): void {
  const { ctx, colours, scene } = frame
  const { ticks } = scene
  if (frame.window.step !== SECOND || ticks.length === 0) return
  const shown = between(ticks, frame.from, frame.to)
  const [first] = shown
  if (first === undefined) return
  const base = frame.height - RIBBON / 2
  const left = Math.max(frame.x(first.time) - frame.spacing, 0)
  ctx.fillStyle = faded(colours.panel, 0.82)
  ctx.fillRect(left, frame.height - RIBBON, frame.width - left, RIBBON)
  for (const tick of shown) drawTick(frame, tick, base)
}

/** BUY stands on the line, SELL hangs from it, HOLD is a dot on it, an abstention a hollow dot. */
function drawTick(frame: Frame, tick: Tick, base: number): void {
  const { ctx, colours } = frame
  const wide = Math.max(Math.min(frame.spacing * 0.7, 6), 1)
  const x = frame.x(tick.time) - frame.spacing / 2
  if (tick.score === null) {
    ctx.strokeStyle = colours.faint
    ctx.strokeRect(x - 1, base - 1, 2, 2)
    return
  }
  if (tick.action === 'HOLD') {
    ctx.fillStyle = faded(colours.hold, 0.75)
    ctx.fillRect(x - wide / 2, base - 0.75, wide, 1.5)
    return
  }
  const tall = 2 + tick.score * 4
  ctx.fillStyle = tick.action === 'BUY' ? colours.up : colours.down
  ctx.fillRect(x - wide / 2, tick.action === 'BUY' ? base - tall : base, wide, tall)
}

export function drawMisses(frame: Frame): void {
  for (const miss of frame.scene.misses)
    if (miss.time >= frame.from && miss.time <= frame.to) drawMiss(frame, miss)
}

/** Under the legend. */
const MISS_Y = 34

/** A question mark for a missed annotation, an exclamation mark for a false call; a tick once it is dealt with. */
function drawMiss(frame: Frame, miss: MissShape): void {
  const { ctx, colours } = frame
  const x = frame.x(miss.time)
  if (miss.isCurrent) {
    ctx.strokeStyle = faded(colours.warn, 0.7)
    ctx.setLineDash([3, 3])
    ctx.beginPath()
    ctx.moveTo(x, MISS_Y + 8)
    ctx.lineTo(x, frame.height)
    ctx.stroke()
    ctx.setLineDash([])
  }
  ctx.beginPath()
  ctx.arc(x, MISS_Y, miss.isCurrent ? 7 : 5, 0, Math.PI * 2)
  ctx.fillStyle = miss.isDone ? colours.panel : miss.isCurrent ? colours.warn : faded(colours.warn, 0.45)
  ctx.fill()
  ctx.fillStyle = miss.isDone ? colours.dim : colours.ground
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.fillText(miss.isDone ? '✓' : miss.kind === 'false_call' ? '!' : '?', x, MISS_Y + 0.5)
}
