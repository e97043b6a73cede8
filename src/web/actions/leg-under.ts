// The second that a place on a chart means: at once of what the charts hold, or read where they do not hold it.
import { board } from '../charts/board.ts'
import { legIn, type Place } from '../marking/leg-in.ts'
import { resolveClick } from '../marking/resolve.ts'
import { store } from '../state/app-state.ts'
import type { Leg } from '../state/mark.ts'
import { SECOND, type Timeframe } from '../state/timeframes.ts'
import { knownUntil } from './cursor.ts'

/**
 * At once: on 1s the nearest second, which is seen at its end; on longer candles where the pointer is in the candle under it. After all that may
 * be seen it is told by its place alone, for whoever asks to refuse it. Null where no 1s candle is held.
 */
export function legNear(timeframe: Timeframe, place: Place): Leg | null {
  const known = knownUntil() || Infinity
  const { instant, price } = place
  const nearest = Math.round(instant / SECOND) * SECOND
  const row = isSeconds(timeframe) ? secondBefore(nearest) : (board.pane(timeframe)?.seenAt(instant) ?? null)
  if (row === null) return nearest > known ? { time: nearest, price } : null
  return legIn(row, stepOf(timeframe), place, known)
}

/** Exact: on longer candles the first second inside the candle under the pointer that trades at its price, as for a click there. */
export async function legAt(timeframe: Timeframe, at: Place): Promise<Leg | null> {
  const row = isSeconds(timeframe) ? null : (board.pane(timeframe)?.seenAt(at.instant) ?? null)
  if (row === null) return legNear(timeframe, at)
  return resolveClick(store.get().intervals[timeframe], row, at.price, knownUntil() || Infinity, board.read)
}

/** The 1s candle that ends at `time`, as far as it is held and may be seen. */
export function secondBefore(time: number) {
  return board.pane('1s')?.seenAt(time - SECOND) ?? null
}

/** Whether a chart shows seconds. */
export function isSeconds(timeframe: Timeframe): boolean {
  return stepOf(timeframe) === SECOND
}

/** How long the candles of a chart are, ms: the third and the fourth may show others than their own. */
function stepOf(timeframe: Timeframe): number {
  return store.get().intervals[timeframe].step
}
