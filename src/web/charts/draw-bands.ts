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
  const count = noteVolumes(frame)
  let most = 0
  for (let i = 0; i < count; i++) most = Math.max(most, volumes[i] ?? 0)
  if (most === 0) return
  const each = Math.min(frame.height * 0.14, 52) / most
  const wide = frame.spacing < 1 ? COLUMN : Math.max(frame.spacing * 0.62, 0.6)
  // Rectangles one by one: a path of thousands of them takes a software canvas a hundred times as long.
  for (const isUp of [1, 0]) {
    ctx.fillStyle = faded(isUp === 1 ? colours.up : colours.down, 0.2)
    for (let i = 0; i < count; i++) {
      if (rises[i] !== isUp) continue
      const tall = (volumes[i] ?? 0) * each
      ctx.fillRect((middles[i] ?? 0) - wide / 2, frame.height - tall, wide, tall)
    }
  }
}

/** Bars of the chart that is being drawn: where they stand, how tall they are, and whether their candle rose. */
let middles = new Float64Array(4096)
let volumes = new Float64Array(4096)
let rises = new Uint8Array(4096)

/** Of candles closer than a pixel those that share so many pixels are one bar. */
const COLUMN = 2

/** One bar for each candle that may be seen; where several share a column, the tallest of them. Returns how many. */
function noteVolumes(frame: Frame): number {
  const { window, scene, spacing } = frame
  const limit = scene.hidesFuture ? (scene.asOf ?? Infinity) : Infinity
  const last = Math.min(frame.last, window.size - 1)
  const start = Math.max(frame.first, 0)
  makeRoom(last - start + 1)
  let count = 0
  for (let slot = start; slot <= last; slot++) {
    const row = window.rows[slot]
    if (!row || row[0] + window.step > limit) continue
    const at = frame.middleOf(slot)
    const middle = spacing < 1 ? (Math.floor(at / COLUMN) + 0.5) * COLUMN : at
    const isNext = count === 0 || spacing >= 1 || middles[count - 1] !== middle
    if (!isNext && (volumes[count - 1] ?? 0) >= row[5]) continue
    if (isNext) count++
    middles[count - 1] = middle
    volumes[count - 1] = row[5]
    rises[count - 1] = row[4] >= row[1] ? 1 : 0
  }
  return count
}

function makeRoom(bars: number): void {
  if (bars <= middles.length) return
  middles = new Float64Array(2 * bars)
  volumes = new Float64Array(2 * bars)
  rises = new Uint8Array(2 * bars)
}

function label(frame: Frame, text: string, x: number, y: number, colour: string): void {
  const { ctx } = frame
  ctx.fillStyle = colour
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.fillText(text, x, y)
}
