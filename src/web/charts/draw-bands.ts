// Under the candles: where no test case can stand, gaps, reviewed spans, volume.
import { fillBand, hairline, type Frame } from './frame.ts'
import { faded } from './palette.ts'
import type { Span } from './candle-window.ts'

export function drawBands(frame: Frame): void {
  frame.ctx.save()
  clip(frame)
  drawBarred(frame)
  drawGaps(frame)
  drawReviewed(frame)
  drawVolume(frame)
  frame.ctx.restore()
}

/** With the future hidden they end at the cursor: where data end, or a gap begins, is not told. */
function clip(frame: Frame): void {
  const { ctx, scene, height, width } = frame
  if (!scene.hidesFuture || scene.asOf === null) return
  ctx.beginPath()
  ctx.rect(0, 0, Math.min(Math.max(frame.x(scene.asOf), 0), width), height)
  ctx.clip()
}

function visible(frame: Frame, spans: readonly Span[]): Span[] {
  return spans.filter((span) => span.to > frame.from && span.from < frame.to)
}

function drawBarred(frame: Frame): void {
  const { ctx } = frame
  for (const span of visible(frame, frame.scene.barred)) {
    const left = Math.max(Number.isFinite(span.from) ? frame.x(span.from) : 0, 0)
    const right = Math.min(Number.isFinite(span.to) ? frame.x(span.to) : frame.width, frame.width)
    hatch(ctx, left, right, frame.height, faded(frame.colours.dim, 0.1))
  }
}

/** Slanted lines: reads as "not here", and not by colour alone. */
function hatch(ctx: CanvasRenderingContext2D, left: number, right: number, height: number, colour: string) {
  if (right - left < 1) return
  ctx.fillStyle = patternOf(ctx, colour) ?? colour
  ctx.fillRect(left, 0, right - left, height)
}

let pattern: CanvasPattern | null = null

/** One tile, drawn once: hundreds of strokes a frame would cost more than all candles. */
function patternOf(ctx: CanvasRenderingContext2D, colour: string): CanvasPattern | null {
  if (pattern !== null) return pattern
  const tile = document.createElement('canvas')
  const size = 9
  tile.width = size
  tile.height = size
  const pen = tile.getContext('2d')
  if (pen === null) return null
  pen.strokeStyle = colour
  pen.beginPath()
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift - 1, size + 1)
    pen.lineTo(shift + size + 1, -1)
  }
  pen.stroke()
  pattern = ctx.createPattern(tile, 'repeat')
  return pattern
}

function drawGaps(frame: Frame): void {
  const { ctx, colours } = frame
  for (const gap of frame.window.gapsBetween(frame.first, frame.last)) {
    const left = frame.x(gap.from)
    const right = frame.x(gap.to)
    ctx.fillStyle = faded(colours.warn, 0.07)
    fillBand(frame, left, right, 1)
    ctx.strokeStyle = faded(colours.warn, 0.35)
    ctx.setLineDash([2, 3])
    hairline(ctx, left, 0, left, frame.height)
    hairline(ctx, right, 0, right, frame.height)
    ctx.setLineDash([])
    if (right - left > 44) label(frame, 'no data', (left + right) / 2, 12, faded(colours.warn, 0.8))
  }
}

function drawReviewed(frame: Frame): void {
  const { ctx, colours, scene } = frame
  const spans = scene.draft === null ? scene.reviewed : [...scene.reviewed, scene.draft]
  for (const span of visible(frame, spans)) {
    const left = frame.x(span.from)
    const right = Math.max(frame.x(span.to), left + 2)
    ctx.fillStyle = faded(colours.review, span === scene.draft ? 0.14 : 0.06)
    fillBand(frame, left, right)
    ctx.fillStyle = faded(colours.review, span === scene.draft ? 0.95 : 0.6)
    ctx.fillRect(left, 0, right - left, 2)
    ctx.strokeStyle = faded(colours.review, 0.4)
    hairline(ctx, left, 0, left, frame.height)
    hairline(ctx, right, 0, right, frame.height)
  }
}

function drawVolume(frame: Frame): void {
  const { ctx, colours } = frame
  const bars = volumesOf(frame)
  const most = bars.reduce((tallest, { volume }) => Math.max(tallest, volume), 0)
  if (most === 0) return
  const room = Math.min(frame.height * 0.14, 52)
  const wide = frame.spacing < 1 ? 1 : Math.max(frame.spacing * 0.62, 0.6)
  // Rectangles one by one: a path of thousands of them takes a software canvas a hundred times as long.
  for (const isUp of [true, false]) {
    ctx.fillStyle = faded(isUp ? colours.up : colours.down, 0.2)
    for (const bar of bars) {
      if (bar.isUp !== isUp) continue
      const tall = (bar.volume / most) * room
      ctx.fillRect(bar.x - wide / 2, frame.height - tall, wide, tall)
    }
  }
}

interface Bar {
  readonly x: number
  readonly volume: number
  readonly isUp: boolean
}

/** One for each candle that may be seen; where several share a column of pixels, the tallest of them. */
function volumesOf(frame: Frame): Bar[] {
  const { window, scene, spacing } = frame
  const limit = scene.hidesFuture ? (scene.asOf ?? Infinity) : Infinity
  const last = Math.min(frame.last, window.size - 1)
  const bars: Bar[] = []
  for (let slot = Math.max(frame.first, 0); slot <= last; slot++) {
    const row = window.rows[slot]
    if (!row || row[0] + window.step > limit) continue
    const middle = frame.middleOf(slot)
    const bar = {
      x: spacing < 1 ? Math.floor(middle) + 0.5 : middle,
      volume: row[5],
      isUp: row[4] >= row[1],
    }
    const before = bars.at(-1)
    if (before === undefined || spacing >= 1 || before.x !== bar.x) bars.push(bar)
    else if (before.volume < bar.volume) bars[bars.length - 1] = bar
  }
  return bars
}

function label(frame: Frame, text: string, x: number, y: number, colour: string): void {
  const { ctx } = frame
  ctx.fillStyle = colour
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.fillText(text, x, y)
}
