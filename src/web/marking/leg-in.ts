// Where in a candle a pointer is, as a leg of a mark: at once, of the candle alone. Pure.
import type { CandleRow } from '../../contract/shapes.ts'
import type { Leg } from '../state/mark.ts'
import { SECOND } from '../state/timeframes.ts'

/** A place on the candles of a chart. */
export interface Place {
  /** The instant at that x, UTC ms, between seconds too. */
  readonly instant: number
  readonly price: number
}

/** A click on a 1s candle means its end: it has been seen. */
export function legOfSecond(row: CandleRow): Leg {
  return { time: row[0] + SECOND, price: row[4] }
}

/**
 * In `row`, a candle of `step` ms: a second means its end and its close; in a longer candle it is the nearest second inside it, no later than
 * `until`, UTC ms, at the pointer's price as far as the candle reaches.
 */
export function legIn(row: CandleRow, step: number, { instant, price }: Place, until: number): Leg {
  if (step === SECOND) return legOfSecond(row)
  const nearest = Math.round(instant / SECOND) * SECOND
  const [first, last] = [row[0] + SECOND, Math.min(row[0] + step, until)]
  return {
    time: Math.min(Math.max(nearest, first), last),
    price: Math.min(Math.max(price, row[3]), row[2]),
  }
}
