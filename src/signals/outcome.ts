// How a call ended: followed second by second until the price meets a barrier or the time is over. Live and over stored spans alike.
import { float64At } from '../core/number-at.ts'
import { SECOND, epochMs, type EpochMs } from '../core/time.ts'
import type { Barriers } from './barriers.ts'
import type { Call } from './signal.ts'

export type OutcomeName = 'open' | 'right' | 'wrong' | 'expired'

export interface Outcome {
  readonly outcome: OutcomeName
  /** Net of fees, percent of the call's price; null while open. */
  readonly pct: number | null
  /** End of the second that decided it; null while open. */
  readonly at: EpochMs | null
}

/** A call and the price that it was made at: the last close before its second. */
export interface PricedCall extends Pick<Call, 'action' | 'opensAt'> {
  readonly price: number
}

/** 1s candles that exist, ascending by open time; quiet seconds are absent, or repeat the last close. */
export interface SecondCandles {
  readonly length: number
  readonly openTime: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
}

export const OPEN: Outcome = { outcome: 'open', pct: null, at: null }

/**
 * Follows one call. Fed what is known up to an instant, in pieces of any size, it says the same as fed at once, and looks at nothing at or
 * later than that instant (the triple-barrier rule, López de Prado 2018, section 3.4).
 *
 * In a second that meets both barriers the stop counts, as nothing says which came first. A stop that the price jumped over is left at
 * the price it jumped to; the target is never left better than asked. A target that does not pay its fees makes no call right.
 */
export class OutcomeFollower {
  readonly #call: PricedCall
  readonly #barriers: Barriers
  readonly #until: EpochMs
  #last: number
  #through: EpochMs
  #outcome = OPEN

  constructor(call: PricedCall, barriers: Barriers) {
    this.#call = call
    this.#barriers = barriers
    this.#until = epochMs(call.opensAt + barriers.seconds * SECOND)
    this.#last = call.price
    this.#through = call.opensAt
  }

  /** Everything before this instant has been looked at: what comes next begins here. */
  get through(): EpochMs {
    return this.#through
  }

  /** The call's time is over at this instant. */
  get until(): EpochMs {
    return this.#until
  }

  get outcome(): Outcome {
    return this.#outcome
  }

  /** @param through every event before this instant is known */
  feed(candles: SecondCandles, through: EpochMs): Outcome {
    const end = Math.min(through, this.#until)
    for (let i = firstFrom(candles, this.#through); i < candles.length; i++) {
      const opens = float64At(candles.openTime, i)
      if (opens + SECOND > end || this.#outcome !== OPEN) break
      this.#look(candles, i, epochMs(opens + SECOND))
    }
    if (end > this.#through) this.#through = epochMs(end)
    if (this.#outcome === OPEN && end >= this.#until)
      this.#end('expired', this.#moveTo(this.#last), this.#until)
    return this.#outcome
  }

  #look(candles: SecondCandles, i: number, at: EpochMs): void {
    const { target_pct: target, stop_pct: stop } = this.#barriers
    const [best, worst] =
      this.#call.action === 'BUY' ? [candles.high, candles.low] : [candles.low, candles.high]
    this.#last = float64At(candles.close, i)
    if (this.#moveTo(float64At(worst, i)) <= -stop) {
      this.#end('wrong', Math.min(-stop, this.#moveTo(float64At(candles.open, i))), at)
    } else if (this.#moveTo(float64At(best, i)) >= target) this.#end('right', target, at)
  }

  /** Percent, in the call's direction. */
  #moveTo(price: number): number {
    const move = 100 * (price / this.#call.price - 1)
    return this.#call.action === 'BUY' ? move : -move
  }

  #end(outcome: 'right' | 'wrong' | 'expired', gross: number, at: EpochMs): void {
    const pct = gross - 2 * this.#barriers.fee_pct_per_side
    this.#outcome = { outcome: outcome === 'right' && pct <= 0 ? 'wrong' : outcome, pct, at }
  }
}

/** The outcome of a call as far as `candles` before `through` say. */
export function outcomeOf(
  call: PricedCall,
  barriers: Barriers,
  candles: SecondCandles,
  through: EpochMs,
): Outcome {
  return new OutcomeFollower(call, barriers).feed(candles, through)
}

/** Index of the first candle that opens at or after `instant`. */
function firstFrom({ openTime, length }: SecondCandles, instant: EpochMs): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (float64At(openTime, middle) < instant) low = middle + 1
    else high = middle
  }
  return low
}
