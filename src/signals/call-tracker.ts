// Turns one score a second into calls: the one implementation for scoring a model and for running it live.
import { SECOND, epochMs, type EpochMs } from '../core/time.ts'
import type { Action, Call, CallRule, Scores } from './signal.ts'

type Side = Call['action']

/** A call lasts at most this long. */
export const LONGEST_CALL_SECONDS = 60
/** A call ends when its score was under `off` for so many seconds in a row. */
const QUIET_SECONDS = 10
/** A call opens when `NEEDED` of the last `WINDOW` seconds were at `on` or above. */
const WINDOW = 3
const NEEDED = 2

export interface TrackedSecond {
  /** The call's action while it lasts, else HOLD. */
  readonly action: Action
  readonly call: Call | null
  /** True on the second that opens `call`. */
  readonly opens: boolean
}

/** All of the past that decides what the next seconds come to; plain values, to be kept as JSON. */
export interface TrackerMemory {
  /** Of the last seconds, whether the side's score was at `on` or above. */
  readonly recent: Readonly<Record<Side, readonly boolean[]>>
  readonly last: EpochMs | null
  readonly call: Call | null
  readonly quiet: number
  /** Null where no call has ended yet. */
  readonly pausedUntil: EpochMs | null
}

/**
 * The decision rule of the design, section 5, one second at a time. A call opens when P(BUY) or P(SELL) ≥ `on` in 2 of the last 3
 * seconds; it ends after 10 seconds in a row under `off`, on the opposite call (which opens at that very second), or after 60 seconds;
 * then nothing opens, and nothing counts towards opening, for `pauseSeconds`. A second without scores, or one that was never fed,
 * counts as under every threshold.
 */
export class CallTracker {
  #rule: CallRule
  readonly #recent: Record<Side, boolean[]> = { BUY: [], SELL: [] }
  #last: EpochMs | null = null
  #call: Call | null = null
  #quiet = 0
  #pausedUntil = -Infinity

  /** @param memory of one whose seconds this one goes on with */
  constructor(rule: CallRule, memory: TrackerMemory | null = null) {
    this.#rule = rule
    if (memory === null) return
    this.#recent = { BUY: [...memory.recent.BUY], SELL: [...memory.recent.SELL] }
    this.#last = memory.last
    this.#call = memory.call
    this.#quiet = memory.quiet
    this.#pausedUntil = memory.pausedUntil ?? -Infinity
  }

  memory(): TrackerMemory {
    return {
      recent: { BUY: [...this.#recent.BUY], SELL: [...this.#recent.SELL] },
      last: this.#last,
      call: this.#call,
      quiet: this.#quiet,
      pausedUntil: this.#pausedUntil === -Infinity ? null : epochMs(this.#pausedUntil),
    }
  }

  /** Goes by another rule from the next second on; a call that is open goes on. */
  follow(rule: CallRule): void {
    this.#rule = rule
  }

  /**
   * @param second the as-of instant, a whole second; strictly later than the one before
   * @param scores null where the model abstains
   */
  feed(second: EpochMs, scores: Scores | null): TrackedSecond {
    this.#passMissing(second)
    this.#last = second
    return this.#pass(second, scores)
  }

  #passMissing(second: EpochMs): void {
    if (this.#last === null) return
    if (second <= this.#last) throw new RangeError(`seconds must ascend: ${second} after ${this.#last}`)
    const memory = (LONGEST_CALL_SECONDS + this.#rule.pauseSeconds + WINDOW) * SECOND
    for (let at = Math.max(this.#last + SECOND, second - memory); at < second; at += SECOND) {
      this.#pass(epochMs(at), null)
    }
  }

  #pass(second: EpochMs, scores: Scores | null): TrackedSecond {
    this.#endWhereDue(second, scores)
    const side = this.#sideThatOpens(second, scores)
    if (side !== null && scores !== null) this.#open(second, side, scores[side])
    return { action: this.#call?.action ?? 'HOLD', call: this.#call, opens: side !== null }
  }

  #endWhereDue(second: EpochMs, scores: Scores | null): void {
    if (this.#call === null) return
    const score = scores?.[this.#call.action] ?? -Infinity
    this.#quiet = score < this.#rule.off ? this.#quiet + 1 : 0
    const over = second >= this.#call.opensAt + LONGEST_CALL_SECONDS * SECOND
    if (!over && this.#quiet < QUIET_SECONDS) return
    this.#call = null
    this.#forget()
    this.#pausedUntil = second + this.#rule.pauseSeconds * SECOND
  }

  #sideThatOpens(second: EpochMs, scores: Scores | null): Side | null {
    if (second < this.#pausedUntil) return null
    const buys = this.#counts('BUY', scores)
    const sells = this.#counts('SELL', scores)
    if (scores === null || !(buys || sells)) return null
    return !buys || (sells && scores.SELL > scores.BUY) ? 'SELL' : 'BUY'
  }

  /** Notes the second, and says whether `side` has enough of the last seconds; the side already called never opens again. */
  #counts(side: Side, scores: Scores | null): boolean {
    const recent = this.#recent[side]
    recent.push(scores !== null && scores[side] >= this.#rule.on)
    if (recent.length > WINDOW) recent.shift()
    let above = 0
    for (const each of recent) if (each) above += 1
    return above >= NEEDED && recent.at(-1) === true && this.#call?.action !== side
  }

  #open(second: EpochMs, action: Side, score: number): void {
    this.#call = { id: `call_${second}`, action, opensAt: second, score }
    this.#quiet = 0
    this.#forget()
  }

  #forget(): void {
    this.#recent.BUY = []
    this.#recent.SELL = []
  }
}
