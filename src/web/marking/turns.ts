// Where the price turns: seconds whose close is the highest or the lowest of those around it. Pure.
import type { CandleRow } from '../../contract/shapes.ts'
import { SECOND } from '../state/timeframes.ts'

/** Seconds on either side that a turn is the highest or the lowest of. */
export const AROUND = 10

/**
 * The as-of second of the next turn after `from`, or with −1 of the last one before it, UTC ms: of `rows`, ascending candles of one second. Of
 * several seconds in a row that close alike it is the first. A turn is known once the seconds after it are. Null where there is none.
 */
export function turnBeside(rows: readonly CandleRow[], from: number, direction: 1 | -1): number | null {
  let found: number | null = null
  for (let i = AROUND; i + AROUND < rows.length; i++) {
    const time = (rows[i]?.[0] ?? Number.NaN) + SECOND
    if (direction === 1 ? time <= from : time >= from) continue
    if (turnAt(rows, i, AROUND) === null) continue
    if (direction === 1) return time
    found = time
  }
  return found
}

/** Whether the close of row `at` is the highest or the lowest of `around` rows on either side; null where it is neither, or closes as the one before. */
export function turnAt(rows: readonly CandleRow[], at: number, around: number): 'high' | 'low' | null {
  const close = closeOf(rows, at)
  if (close === closeOf(rows, at - 1)) return null
  let [isHighest, isLowest] = [true, true]
  for (let i = at - around; i <= at + around && (isHighest || isLowest); i++) {
    const other = closeOf(rows, i)
    if (other > close) isHighest = false
    if (other < close) isLowest = false
  }
  return isHighest ? 'high' : isLowest ? 'low' : null
}

function closeOf(rows: readonly CandleRow[], at: number): number {
  return rows[at]?.[4] ?? Number.NaN
}
