// What is kept of the signals of a backtest: scores and prices of every second, calls, why it abstained.
import { SECOND, epochMs, type EpochMs } from '../core/time.ts'
import type { LiveSignal } from '../inference/session.ts'
import type { TimeRange } from '../market/types.ts'
import type { Call } from '../signals/signal.ts'

/** One stretch; row i is the second `from` + i·1000. */
export interface HeardStretch {
  readonly from: EpochMs
  /** [seconds, 3]; NaN where it abstained. */
  readonly scores: Float32Array
}

export interface HeardCall extends Call {
  readonly price: number
}

export class Heard {
  readonly calls: HeardCall[] = []
  readonly abstained: Record<string, number> = {}
  readonly stretches: HeardStretch[] = []
  #last: HeardStretch | null = null

  begin({ from, to }: TimeRange): void {
    this.#last = { from, scores: new Float32Array((3 * (to - from)) / SECOND).fill(Number.NaN) }
    this.stretches.push(this.#last)
  }

  take({ timestamp, scores, reason, call, opens, price }: LiveSignal): void {
    if (reason !== null) this.abstained[reason] = (this.abstained[reason] ?? 0) + 1
    if (scores !== null && this.#last !== null) {
      const row = (timestamp - this.#last.from) / SECOND
      this.#last.scores.set([scores.BUY, scores.SELL, scores.HOLD], 3 * row)
    }
    if (opens && call !== null && price !== null) this.calls.push({ ...call, price })
  }

  /** Seconds with an answer, ascending. */
  spoken(): EpochMs[] {
    return this.stretches.flatMap(({ from, scores }) => {
      const seconds: EpochMs[] = []
      for (let row = 0; 3 * row < scores.length; row++)
        if (!Number.isNaN(scores[3 * row])) seconds.push(epochMs(from + row * SECOND))
      return seconds
    })
  }
}
