// The plain rule: a 1s close beyond the last 30 minutes' range by k ATR. A floor for models, and where hard HOLDs come from.
import { numberAt } from '../core/at.ts'
import { MINUTE, SECOND, epochMs, type EpochMs } from '../core/time.ts'
import type { MarketSlice } from '../market/slice.ts'
import type { TimeRange } from '../market/types.ts'
import type { SecondBars } from './bars.ts'
import { slidingExtreme } from './sliding-extreme.ts'

export interface RuleCall {
  readonly action: 'BUY' | 'SELL'
  /** The as-of instant at which the close beyond the range is known. */
  readonly opensAt: EpochMs
}

/** History that the rule looks back on. */
export const RULE_LOOKBACK = 30 * MINUTE
const RANGE_SECONDS = RULE_LOOKBACK / SECOND
const ATR_MINUTES = 14
/** Like a model's call, one of the rule lasts a minute at most. */
const CALL_SECONDS = 60

/**
 * How far each second's close lies beyond the range of the 30 minutes before it, in ATR of 14 minutes: positive above the high, negative
 * below the low, 0 inside or where the half hour is not known. Computed once; each k is then a threshold on it.
 */
export class RuleScores {
  readonly #bars: SecondBars
  readonly #beyond: Float64Array

  constructor(slice: MarketSlice, bars: SecondBars) {
    this.#bars = bars
    this.#beyond = new Float64Array(bars.length)
    const highest = slidingExtreme(bars.high, RANGE_SECONDS, 1)
    const lowest = slidingExtreme(bars.low, RANGE_SECONDS, -1)
    const atr = atrBySecond(slice, bars)
    for (let i = RANGE_SECONDS; i < bars.length; i++) {
      const close = numberAt(bars.close, i)
      const above = Math.max(close - numberAt(highest, i - 1), 0)
      const distance = above - Math.max(numberAt(lowest, i - 1) - close, 0)
      const unit = numberAt(atr, i)
      if (distance !== 0 && unit > 0) this.#beyond[i] = distance / unit
    }
  }

  /** Calls of the rule at `k` whose instant lies in `range`; after one, the next opens `pauseSeconds` after its minute, or on the other side at once. */
  calls(k: number, pauseSeconds: number, range: TimeRange): RuleCall[] {
    const calls: RuleCall[] = []
    const first = Math.max(0, this.#bars.indexOf(range.from) - 1)
    const last = Math.min(this.#bars.length, this.#bars.indexOf(range.to - 1))
    for (let i = first; i < last; i++) {
      const beyond = numberAt(this.#beyond, i)
      if (beyond === 0 || Math.abs(beyond) < k) continue
      const action = beyond > 0 ? 'BUY' : 'SELL'
      const opensAt = this.#bars.endOf(i)
      const before = calls.at(-1)
      const quietUntil =
        before === undefined ? -Infinity : before.opensAt + (CALL_SECONDS + pauseSeconds) * SECOND
      if (opensAt < quietUntil && before?.action === action) continue
      calls.push({ action, opensAt })
    }
    return calls
  }
}

/** Mean true range of the 14 minutes that closed before each second. */
function atrBySecond(slice: MarketSlice, bars: SecondBars): Float64Array {
  const { openTime, open, high, low, close } = slice.series['1m'].candles
  const ranges: number[] = []
  const out = new Float64Array(bars.length)
  let minute = 0
  let atr = 0
  for (let i = 0; i < bars.length; i++) {
    const start = bars.from + i * SECOND
    for (; minute < openTime.length && numberAt(openTime, minute) + MINUTE <= start; minute++) {
      const before = minute === 0 ? numberAt(open, 0) : numberAt(close, minute - 1)
      ranges.push(Math.max(numberAt(high, minute), before) - Math.min(numberAt(low, minute), before))
      if (ranges.length > ATR_MINUTES) ranges.shift()
      atr = ranges.reduce((sum, range) => sum + range, 0) / ranges.length
    }
    out[i] = ranges.length < ATR_MINUTES ? 0 : atr
  }
  return out
}

/** The part of history that `calls` over `range` needs. */
export function withLookback(range: TimeRange): TimeRange {
  return { from: epochMs(range.from - RULE_LOOKBACK - 2 * SECOND), to: range.to }
}
