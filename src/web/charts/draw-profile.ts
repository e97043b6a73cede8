// The volume of the candles in view, by price, at the chart's left; the value area stronger, its fullest price as a line.
import { hairline } from './frame.ts'
import { profileOf } from './indicators.ts'
import { faded, palette } from './palette.ts'
import type { StudyFrame } from './study-frame.ts'

const LEVELS = 40
/** Of the chart's width. */
const WIDEST = 0.22

export function drawProfile(frame: StudyFrame): void {
  const { ctx, candles, first, last, width } = frame
  const rows = Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => candles.knownRow(first + i))
  const profile = profileOf(rows, LEVELS)
  if (profile === null) return
  const { accent } = palette()
  const { low, height, volumes, control } = profile
  const most = volumes[control] ?? 1
  volumes.forEach((volume, level) => {
    const [bottom, top] = [frame.y(low + level * height), frame.y(low + (level + 1) * height)]
    if (bottom === null || top === null || volume === 0) return
    const isValue = level >= profile.from && level <= profile.to
    ctx.fillStyle = faded(accent, isValue ? 0.22 : 0.1)
    ctx.fillRect(0, top, (volume / most) * width * WIDEST, Math.max(bottom - top - 0.5, 0.5))
  })
  const y = frame.y(low + (control + 0.5) * height)
  if (y === null) return
  ctx.strokeStyle = faded(accent, 0.6)
  ctx.setLineDash([2, 3])
  hairline(ctx, 0, y, width, y)
  ctx.setLineDash([])
}
