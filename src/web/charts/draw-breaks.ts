// Where days begin in the zone that is shown, and sessions after a pause: a thin line each.
import { wallDay } from '../state/zone.ts'
import { DAY } from '../state/timeframes.ts'
import { hairline } from './frame.ts'
import { beginsSession } from './indicators.ts'
import { faded, palette } from './palette.ts'
import type { StudyFrame } from './study-frame.ts'

/** Lines closer than this say nothing, CSS pixels. */
const LEAST = 28

export function drawBreaks(frame: StudyFrame): void {
  const { ctx, candles, first, last, spacing } = frame
  const { window } = candles
  if (window.step >= DAY || (DAY / window.step) * spacing < LEAST) return
  const colours = palette()
  for (let slot = Math.max(first, 1); slot <= last; slot++) {
    const isDay = wallDay(window.openAt(slot)) !== wallDay(window.openAt(slot - 1))
    const isSession = !isDay && beginsSession(window.rows, slot, window.step)
    if (!isDay && !isSession) continue
    const x = frame.x(slot) - spacing / 2
    ctx.strokeStyle = faded(colours.dim, isDay ? 0.5 : 0.4)
    ctx.setLineDash(isDay ? [4, 4] : [1, 4])
    hairline(ctx, x, 0, x, frame.height)
    ctx.setLineDash([])
  }
}
