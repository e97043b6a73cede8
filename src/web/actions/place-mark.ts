// Placing a mark: the entry by a click or at the cursor, then the exit, until it is saved or dropped. The machine itself is state/mark.ts.
import type { CandleRow } from '../../contract/shapes.ts'
import { board } from '../charts/board.ts'
import { resolveClick } from '../marking/resolve.ts'
import { attempt, isShown, say, store } from '../state/app-state.ts'
import { momentOf } from '../state/asking.ts'
import { dateTime } from '../state/format.ts'
import { inOrder } from '../state/in-order.ts'
import { beginMark, refusalOf, withLeg, type Leg, type LegName, type MarkMode } from '../state/mark.ts'
import { MINUTE, SECOND, type Timeframe } from '../state/timeframes.ts'
import { knownUntil, moveCursor, standAt } from './cursor.ts'
import { sourceOf } from './markets.ts'
import { isCurrentMiss, NEAR } from './misses.ts'
import { priceSeenAt } from './price-seen.ts'

/** A mark older than this when its entry is chosen is hindsight. */
const LIVE_WITHIN = 5 * SECOND
/** Counts what was dropped: what was being read for a point before that is nobody's. */
let drops = 0

/** A click on a candle of any chart: the entry, then the exit; once more moves the exit. Clicks count in the order they came. */
export function clickCandle(timeframe: Timeframe, row: CandleRow, price: number): void {
  inOrder(async () => {
    const before = drops
    const until = knownUntil() || Infinity
    await attempt(async () => {
      const leg = await resolveClick(store.get().intervals[timeframe], row, price, until, board.read)
      if (before !== drops) return
      if (leg === null) missSeconds(timeframe, row)
      else place(leg, timeframe)
    })
  })
}

/** No second is stored inside the candle. Where it can be fetched, the cursor goes there and the chart offers it. */
function missSeconds(timeframe: Timeframe, row: CandleRow): void {
  const { health, market } = store.get()
  if (sourceOf(health, market)?.kind !== 'exchange') return say(noSeconds(timeframe, row), 'warn')
  const interval = store.get().intervals[timeframe]
  void attempt(() => moveCursor(row[0] + Math.min(interval.step, MINUTE)))
  say(
    `The seconds of this ${interval.name} candle are not stored yet. W fetches what is missing, then click again.`,
    'warn',
  )
}

function noSeconds(timeframe: Timeframe, row: CandleRow): string {
  const at = dateTime(row[0]).slice(0, 16)
  const { name } = store.get().intervals[timeframe]
  return `No 1s candles are stored inside this ${name} candle (${at}). Choose a later one, or import its trades.`
}

/** A: the next point at the as-of cursor; the entry first, then the exit. Resolves when it is placed. */
export async function placeAtCursor(): Promise<void> {
  const { cursor, mark } = store.get()
  const time = cursor.time ?? board.live
  if (time === 0) return
  const before = drops
  const at = mark === null ? time : Math.max(time, mark.entry.time + SECOND)
  await attempt(async () => {
    const price = await priceSeenAt(at)
    if (before !== drops) return
    if (price === null)
      say(`No price is known at the cursor: no 1s candles are stored there.${fetchHint()}`, 'warn')
    else place({ time: at, price })
  })
}

/** What to do about it, where the market's exchange may have them. */
function fetchHint(): string {
  const { health, market } = store.get()
  return sourceOf(health, market)?.kind === 'exchange' ? ' W fetches what is missing in view.' : ''
}

/** `clicked`: the chart it was clicked in, which stays. */
function place(leg: Leg, clicked?: Timeframe): void {
  const { mark } = store.get()
  const name: LegName = mark === null ? 'entry' : 'exit'
  const refusal = refusalOf(mark, name, leg)
  if (refusal !== null) return say(refusal, 'warn')
  if (mark === null) {
    const active: LegName = clicked === undefined ? 'exit' : 'entry'
    store.set({ mark: beginMark(leg, beginning(leg), active), selected: null })
  } else store.set({ mark: withLeg(mark, name, leg) })
  void attempt(async () => {
    await standAt(leg.time, false)
    await board.reveal(leg.time, clicked === undefined ? {} : { except: clicked })
  })
}

/** How a mark begins that is entered at `leg` now. */
export function beginning(leg: Leg): { mode: MarkMode; visibleUntil: number | null; startedAt: number } {
  const { cursor } = store.get()
  const isHidden = cursor.hidesFuture && cursor.time !== null
  const visibleUntil = isHidden ? cursor.time : board.latest || null
  return { mode: modeOf(leg, isHidden), visibleUntil, startedAt: performance.now() }
}

function modeOf(leg: Leg, isHidden: boolean): MarkMode {
  if (isCurrentMiss(leg.time) || isCurrentMoment(leg.time)) return 'proposal'
  if (isHidden) return 'replay'
  return board.live > 0 && board.live - leg.time <= LIVE_WITHIN ? 'live' : 'hindsight'
}

/** Whether `time` lies at the moment like another that is being looked at. */
function isCurrentMoment(time: number): boolean {
  const moment = momentOf(store.get().like)
  return moment !== null && isShown(moment) && Math.abs(Date.parse(moment.timestamp) - time) <= NEAR
}

/** Esc: drops the mark or the started span, and what is being read for one. True if there was one. */
export function cancelMark(): boolean {
  const { mark, spanStart } = store.get()
  drops++
  if (mark === null && spanStart === null) return false
  store.set({ mark: null, spanStart: null })
  return true
}
