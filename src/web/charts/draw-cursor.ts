// The as-of cursor on every chart, the veil over a hidden future, and what the next finer chart shows.
import { hairline, tag, type Frame } from './frame.ts'
import { faded } from './palette.ts'

export function drawCursor(frame: Frame): void {
  const { ctx, colours, scene } = frame
  drawFinerRange(frame)
  if (scene.asOf === null) return
  const x = frame.x(scene.asOf)
  if (scene.hidesFuture) drawVeil(frame, x)
  if (x < -1 || x > frame.width + 1) return
  ctx.strokeStyle = scene.follows ? faded(colours.accent, 0.35) : colours.accent
  hairline(ctx, x, 0, x, frame.height)
}

function drawVeil(frame: Frame, x: number): void {
  const { ctx, colours } = frame
  if (x >= frame.width) return
  const left = Math.max(x, 0)
  ctx.fillStyle = faded(colours.accent, 0.05)
  ctx.fillRect(left, 0, frame.width - left, frame.height)
  if (frame.width - left > 110)
    tag(ctx, 'future hidden · H', left + 8, 36, faded(colours.panel, 0.9), colours.accent)
}

/** A bracket at the bottom: the stretch that the next finer chart shows. */
function drawFinerRange(frame: Frame): void {
  const { ctx, colours, finer } = frame
  if (finer === null) return
  const left = frame.x(finer.from)
  const right = Math.max(frame.x(finer.to), left + 3)
  if (right < 0 || left > frame.width) return
  ctx.fillStyle = faded(colours.accent, 0.75)
  ctx.fillRect(left, frame.height - 2, right - left, 2)
  ctx.fillStyle = faded(colours.accent, 0.05)
  ctx.fillRect(left, 0, right - left, frame.height)
}
