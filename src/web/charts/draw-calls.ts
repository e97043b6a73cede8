// What the models say: calls as arrows with a stem, each second's signal as a ribbon under the 1s chart, misses to review.
import { Crowd } from './crowd.ts'
import { tag, type Frame } from './frame.ts'
import type { Point } from './grips.ts'
import { SECOND } from '../state/timeframes.ts'
import { faded } from './palette.ts'
import { between, type CallShape, type MissShape, type Tick } from './scene.ts'

export function drawCalls(frame: Frame): void {
  const calls = between(frame.scene.calls, frame.from, frame.to)
  const crowd = new Crowd(calls.length)
  const drawn: [CallShape, Point][] = []
  for (const call of calls) {
    const x = frame.x(call.time)
    if (!crowd.takes(x, call.action === 'BUY' ? 'up' : 'down')) continue
    const y = drawCall(frame, call, x)
    if (y === null || crowd.isCrowded) continue
    drawOutcome(frame, call, x - 10, y)
    drawn.push([call, { x, y }])
  }
  if (frame.spacing < WORDS_FROM || frame.width < NARROW) return
  // From the newest back, on either side as far as those after them leave room.
  const free = { BUY: Number.POSITIVE_INFINITY, SELL: Number.POSITIVE_INFINITY }
  for (const [call, at] of drawn.toReversed())
    free[call.action] = drawWords(frame, call, at, free[call.action])
}

/** Charts narrower than this show arrows without words. */
const NARROW = 520
/** And those on which candles lie closer. */
const WORDS_FROM = 2.5

/** Returns the middle of the arrow, pixels from the top; null where the chart has no scale. */
function drawCall(frame: Frame, call: CallShape, x: number): number | null {
  const { ctx, colours } = frame
  const price = frame.y(call.price)
  if (price === null) return null
  const isBuy = call.action === 'BUY'
  const colour = isBuy ? colours.up : colours.down
  const sign = isBuy ? 1 : -1
  const tip = price + 14 * sign
  ctx.strokeStyle = colour
  ctx.lineWidth = 2
  ctx.beginPath()
  ctx.moveTo(x, tip + 16 * sign)
  ctx.lineTo(x, tip)
  ctx.moveTo(x - 4, tip + 5 * sign)
  ctx.lineTo(x, tip)
  ctx.lineTo(x + 4, tip + 5 * sign)
  ctx.stroke()
  ctx.lineWidth = 1
  return tip + 10 * sign
}

/** Where they end before `free`. Returns where the words before them have to end. */
function drawWords(frame: Frame, call: CallShape, { x, y }: Point, free: number): number {
  const { ctx, colours } = frame
  if (x + 6 >= free) return free
  const isBuy = call.action === 'BUY'
  const sure = call.confidence === null ? '' : ` ${Math.round(call.confidence)} %`
  const text = `${call.action}${sure}`
  const { width } = ctx.measureText(text)
  const left = x + 14 + width > frame.width ? x - 14 - width : x + 6
  if (left + width + 8 > free) return free
  const ink = isBuy ? colours.up : colours.down
  tag(ctx, text, left, y + (isBuy ? 4 : -4), faded(colours.panel, 0.85), ink)
  return left
}

const OUTCOMES = { right: '✓', wrong: '✗', expired: '–' } as const

/** A tick, a cross or a dash left of the arrow. */
function drawOutcome(frame: Frame, { outcome }: CallShape, x: number, y: number): void {
  const { ctx, colours } = frame
  if (outcome === null) return
  const { kind } = outcome
  ctx.fillStyle = kind === 'right' ? colours.up : kind === 'wrong' ? colours.down : colours.dim
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.fillText(OUTCOMES[kind], x, y)
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
