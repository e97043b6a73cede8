// What is kept of the signals of a backtest: scores and prices of every second, calls, why it abstained.
import { SECOND, epochMs, type EpochMs } from '../core/time.ts'
import type { LiveSignal } from '../inference/session.ts'
import type { TimeRange } from '../market/types.ts'
import type { Call } from '../signals/signal.ts'
import type { OrderPart } from './order.ts'

/** One stretch; row i is the second `from` + i·1000. */
export interface HeardStretch {
  readonly from: EpochMs
  /** [seconds, 3]; NaN where it abstained, and of all patterns where none called. */
  readonly scores: Float32Array
  /** 1 where it did not abstain. */
  readonly answered: Uint8Array
}

/** As it was told. */
export interface HeardCall extends Call {
  readonly price: number
  /** Whose it is. */
  readonly by: OrderPart
}

export class Heard {
  readonly calls: HeardCall[] = []
  readonly abstained: Record<string, number> = {}
  readonly stretches: HeardStretch[] = []
  #last: HeardStretch | null = null

  begin({ from, to }: TimeRange): void {
    const seconds = (to - from) / SECOND
    const scores = new Float32Array(3 * seconds).fill(Number.NaN)
    this.#last = { from, scores, answered: new Uint8Array(seconds) }
    this.stretches.push(this.#last)
  }

  /** @param by whose call it tells; null where it tells none */
  take({ timestamp, scores, reason, call, opens, price }: LiveSignal, by: OrderPart | null): void {
    if (reason !== null) this.abstained[reason] = (this.abstained[reason] ?? 0) + 1
    if (this.#last !== null) {
      const row = (timestamp - this.#last.from) / SECOND
      if (reason === null) this.#last.answered[row] = 1
      if (scores !== null) this.#last.scores.set([scores.BUY, scores.SELL, scores.HOLD], 3 * row)
    }
    if (opens && call !== null && by !== null && price !== null) this.calls.push({ ...call, price, by })
  }

  /** Seconds with an answer, ascending. */
  spoken(): EpochMs[] {
    return this.stretches.flatMap(({ from, answered }) => {
      const seconds: EpochMs[] = []
      for (const [row, is] of answered.entries()) if (is === 1) seconds.push(epochMs(from + row * SECOND))
      return seconds
    })
  }
}
