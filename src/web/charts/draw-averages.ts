// EMA and VWAP as lines over the candles, of candles that may be seen alone.
import { DAY, MINUTE, openOf } from '../state/timeframes.ts'
import type { Look } from '../state/look.ts'
import { PAUSE, NOTHING_TRADED, beginsSession, emaOf, vwapOf, withRow, type Traded } from './indicators.ts'
import { palette } from './palette.ts'
import type { SeenCandles, StudyFrame } from './study-frame.ts'

/** An average is begun so many periods before the view: what came before counts for less than a millionth. */
const WARM_UP = 8

/** Of each average in turn, after the VWAP's. */
const COLOURS = ['ema-1', 'ema-2', 'ema-3', 'ema-4'] as const

export function drawAverages(frame: StudyFrame, { emas, vwap }: Look): void {
  emas.forEach((period, i) => drawEma(frame, period, palette()[COLOURS[i] ?? 'ema-1']))
  if (vwap !== 'off' && frame.candles.window.step < DAY) drawVwap(frame, vwap)
}

function drawEma(frame: StudyFrame, period: number, colour: string): void {
  const from = Math.max(frame.first - WARM_UP * period, 0)
  const values = emaOf(rowsOf(frame.candles, from, frame.last), period)
  drawLine(frame, from, values, colour)
}

function drawVwap(frame: StudyFrame, since: 'day' | 'session'): void {
  const { candles, first, last } = frame
  const begun = beginningOf(candles, first, since)
  const { window } = candles
  const rows = rowsOf(candles, begun.from, last)
  const begins = (slot: number) => beginsAt(window, begun.from + slot, since)
  drawLine(frame, begun.from, vwapOf(rows, begins, begun.before), palette().vwap)
}

/** Whether a day, or a session, begins with the candle of `slot`. A market without a pause has no sessions but its days. */
function beginsAt(window: SeenCandles['window'], slot: number, since: 'day' | 'session'): boolean {
  if (slot < 1) return false
  const isDay = openOf(window.openAt(slot), DAY) !== openOf(window.openAt(slot - 1), DAY)
  if (since === 'day') return isDay
  return beginsSession(window.rows, slot, window.step) || (isDay && !isAfterPause(window, slot))
}

/** Whether a pause of the last day goes before `slot`: then the session goes on over midnight. */
function isAfterPause(window: SeenCandles['window'], slot: number): boolean {
  const least = window.slotAt(window.openAt(slot) - DAY)
  let later = Number.POSITIVE_INFINITY
  for (let before = slot; before >= Math.max(least, 0); before--) {
    const row = window.rows[before] ?? null
    if (row === null || row[5] === 0) continue
    if (later - (row[0] + window.step) >= PAUSE && later !== Number.POSITIVE_INFINITY) return true
    later = row[0]
  }
  return false
}

interface Beginning {
  /** The slot that the sum is begun with. */
  readonly from: number
  /** What was traded before it; null where that is not known. */
  readonly before: Traded | null
}

/** Where the sum that reaches into the view is begun: a day's or a session's first candle, or the minute from which on only seconds are added. */
function beginningOf(candles: SeenCandles, first: number, since: 'day' | 'session'): Beginning {
  const { window } = candles
  const minutes = window.step < MINUTE ? candles.minutes() : null
  if (minutes !== null) {
    const minute = openOf(window.openAt(first), MINUTE)
    const before = tradedBefore(minutes, minute, since)
    if (before !== null) return { from: Math.max(window.slotAt(minute - 1) + 1, 0), before }
  }
  const least = Math.max(window.slotAt(window.openAt(first) - DAY), 0)
  for (let slot = first; slot >= least; slot--)
    if (beginsAt(window, slot, since)) return { from: slot, before: null }
  return { from: first, before: null }
}

/** What was traded from the day's, or the session's, beginning up to `instant`; null where the minutes since then are not held. */
function tradedBefore(minutes: SeenCandles, instant: number, since: 'day' | 'session'): Traded | null {
  const { window } = minutes
  if (!window.covers(instant)) return null
  const end = window.slotAt(instant - 1)
  if (end < 0) return null
  const isNewDay = openOf(instant, DAY) === instant
  if (isNewDay && since === 'day') return NOTHING_TRADED
  for (let slot = end; slot > 0; slot--) {
    if (beginsAt(window, slot, since))
      return rowsOf(minutes, slot, end).reduce(
        (sum: Traded, row) => (row === null ? sum : withRow(sum, row)),
        NOTHING_TRADED,
      )
  }
  return null
}

function rowsOf(candles: SeenCandles, from: number, to: number) {
  return Array.from({ length: Math.max(to - from + 1, 0) }, (_, i) => candles.knownRow(from + i))
}

/** One point a pixel at most: a line of thousands takes a software canvas long. */
function drawLine(frame: StudyFrame, from: number, values: readonly (number | null)[], colour: string): void {
  const { ctx } = frame
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.25
  ctx.lineJoin = 'round'
  ctx.beginPath()
  let drawn = Number.NEGATIVE_INFINITY
  let isDown = false
  for (let slot = Math.max(frame.first, from); slot <= frame.last; slot++) {
    const value = values[slot - from] ?? null
    const y = value === null ? null : frame.y(value)
    if (y === null) {
      isDown = false
      continue
    }
    const x = frame.x(slot)
    if (isDown && x - drawn < 1) continue
    if (isDown) ctx.lineTo(x, y)
    else ctx.moveTo(x, y)
    isDown = true
    drawn = x
  }
  ctx.stroke()
  ctx.lineWidth = 1
}
