// A few plain numbers of a market state: how lively the half hour before it was, live and at training by the same lines.
import { FIELDS, WINDOW } from '../contract/timeframes.ts'
import { float64At } from '../core/number-at.ts'
import { CANDLE_ROW } from './tensors.ts'

export interface PlainInputs {
  /** Root mean square of the log returns of the last thirty minutes that closed, percent. */
  readonly volatility: number
  /** Mean volume of them. */
  readonly volume: number
  /** (highest − lowest) / last close, percent. */
  readonly range: number
}

const MINUTES = 30
const [HIGH, LOW, CLOSE, VOLUME] = [1, 2, 3, 4]

/** @param minutes rows of `ohlcv_1m`; the last candle of a row may be forming and is passed over. Prices are above 0. */
export function plainInputs(minutes: Float64Array, row = 0): PlainInputs {
  const value = (slot: number, field: number) => float64At(minutes, row * CANDLE_ROW + slot * FIELDS + field)
  let [squares, volume, high, low] = [0, 0, -Infinity, Infinity]
  const end = WINDOW - 1
  for (let slot = end - MINUTES; slot < end; slot++) {
    squares += Math.log(value(slot, CLOSE) / value(slot - 1, CLOSE)) ** 2
    volume += value(slot, VOLUME)
    high = Math.max(high, value(slot, HIGH))
    low = Math.min(low, value(slot, LOW))
  }
  return {
    volatility: 100 * Math.sqrt(squares / MINUTES),
    volume: volume / MINUTES,
    range: (100 * (high - low)) / value(end - 1, CLOSE),
  }
}
