// Where days begin in the zone that is shown, and sessions after a pause: a thin line each.
import type { CandleRow } from '../../contract/shapes.ts'
import { wallDay } from '../state/zone.ts'
import { DAY, MINUTE } from '../state/timeframes.ts'
import { hairline } from './frame.ts'
import { beginsSession } from './indicators.ts'
import { faded, palette } from './palette.ts'
import type { StudyFrame } from './study-frame.ts'

/** Lines closer than this say nothing, CSS pixels. */
const LEAST = 28
const QUARTER = 15 * MINUTE

export function drawBreaks(frame: StudyFrame): void {
  const { candles, first, last, spacing } = frame
  const { window } = candles
  if (window.step >= DAY || (DAY / window.step) * spacing < LEAST) return
  const colours = palette()
  const { opens, rows, step } = window
  let quarter = nextQuarter(opens[Math.max(first, 1) - 1] ?? 0)
  for (let slot = Math.max(first, 1); slot <= last; slot++) {
    const open = opens[slot] ?? 0
    // Days begin at whole quarters of an hour in every zone: within one nothing has to be asked of the zone.
    const isDay = open >= quarter && wallDay(open) !== wallDay(opens[slot - 1] ?? 0)
    if (open >= quarter) quarter = nextQuarter(open)
    // Right after a candle that traded none begins.
    const isSession = !isDay && !hasTraded(rows[slot - 1]) && beginsSession(rows, slot, step)
    if (isDay || isSession) drawBreak(frame, slot, isDay, faded(colours.dim, isDay ? 0.5 : 0.4))
  }
}

function drawBreak(frame: StudyFrame, slot: number, isDay: boolean, ink: string): void {
  const { ctx, height } = frame
  const at = frame.x(slot) - frame.spacing / 2
  ctx.strokeStyle = ink
  ctx.setLineDash(isDay ? [4, 4] : [1, 4])
  hairline(ctx, at, 0, at, height)
  ctx.setLineDash([])
}

function nextQuarter(instant: number): number {
  return (Math.floor(instant / QUARTER) + 1) * QUARTER
}

function hasTraded(row: CandleRow | null | undefined): boolean {
  return row != null && row[5] > 0
}
