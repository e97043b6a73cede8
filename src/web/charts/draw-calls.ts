// What the models say: calls as arrows with a stem, each second's signal as a ribbon under the 1s chart, misses to review.
import { tag, type Frame } from './frame.ts'
import { SECOND } from '../state/timeframes.ts'
import { faded } from './palette.ts'
import { between, type CallShape, type MissShape, type Tick } from './scene.ts'

export function drawCalls(frame: Frame): void {
  for (const call of between(frame.scene.calls, frame.from, frame.to)) drawCall(frame, call)
}

/** Charts narrower than this show arrows without words. */
const NARROW = 520

function drawCall(frame: Frame, call: CallShape): void {
  const { ctx, colours } = frame
  const price = frame.y(call.price)
  if (price === null) return
  const isBuy = call.action === 'BUY'
  const colour = isBuy ? colours.up : colours.down
  const x = frame.x(call.time)
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
  drawOutcome(frame, call, tip + 10 * sign)
  if (frame.spacing < 2.5 || frame.width < NARROW) return
  const sure = call.confidence === null ? '' : ` ${Math.round(call.confidence)} %`
  const text = `${call.action}${sure}`
  const left =
    x + 14 + ctx.measureText(text).width > frame.width ? x - 14 - ctx.measureText(text).width : x + 6
  tag(ctx, text, left, tip + 14 * sign, faded(colours.panel, 0.85), colour)
}

const OUTCOMES = { right: '✓', wrong: '✗', expired: '–' } as const

/** A tick, a cross or a dash left of the arrow. */
function drawOutcome(frame: Frame, { outcome, time }: CallShape, y: number): void {
  const { ctx, colours } = frame
  if (outcome === null) return
  const { kind } = outcome
  ctx.fillStyle = kind === 'right' ? colours.up : kind === 'wrong' ? colours.down : colours.dim
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.fillText(OUTCOMES[kind], frame.x(time) - 10, y)
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
