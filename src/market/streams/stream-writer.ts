// A stream into the store: trades wait for the confirmation of their second; those that come after it correct what was decided.
import { floorTo, SECOND, shift, type EpochMs } from '../../core/time.ts'
import { rangeOf } from '../ranges.ts'
import { StreamLedger } from './stream-ledger.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Staged } from './group-commit.ts'
import type { Market, Trade } from '../types.ts'

export class StreamWriter {
  readonly #store: MarketStore
  readonly #market: Market
  readonly #grace: number
  readonly #ledger: StreamLedger
  #confirmed: EpochMs | null
  #waiting: Trade[] = []
  /** Trades that were new. */
  stored = 0

  /** What comes before `confirmed` is stored already; null: the stream covers nothing before its first confirmation. */
  constructor(store: MarketStore, market: Market, confirmed: EpochMs | null, grace: number) {
    this.#store = store
    this.#market = market
    this.#confirmed = confirmed
    this.#grace = grace
    this.#ledger = new StreamLedger(store, market)
  }

  /** After the last confirmation: a part of a larger transaction, as `stage`. */
  stageEnd(now: EpochMs): Staged<null> {
    return { result: null, settle: this.#ledger.stage(0, now, true) }
  }

  add(trade: Trade): void {
    this.#waiting.push(trade)
  }

  /**
   * Stores everything with event time < `through`, in one transaction. `decided` is the last second that was decided; what changes seconds up to
   * it becomes known with the next one. Returns the decided seconds that late trades changed. Where it throws nothing was stored, and the next
   * call takes all of it. What is known begins anew at `anew`.
   */
  confirm(through: EpochMs, decided: EpochMs, now: EpochMs, anew?: EpochMs): EpochMs[] {
    const staged = this.stage(through, decided, now, anew)
    staged.settle()
    return staged.result
  }

  /** The same as a part of a larger transaction: `settle` has to be called once that is durable, and not where it failed. */
  stage(through: EpochMs, decided: EpochMs, now: EpochMs, anew?: EpochMs): Staged<EpochMs[]> {
    if (anew !== undefined) this.#confirmed = anew
    const due = this.#waiting.filter(({ time }) => time < through)
    const from = this.#confirmed ?? through
    const known = knownFrom(decided, this.#grace, now)
    const when = { first: from < decided ? known : null, corrected: known }
    const late = new Set<EpochMs>()
    let added = 0
    const noted = this.#store.transaction(() => {
      const { changed, added: fresh } = this.#store.addTrades(this.#market, due)
      added = fresh
      if (from < through) {
        const range = rangeOf(from, through)
        this.#store.cover(this.#market, '1s', 'trades', [range], when.first)
        this.#store.recompose(this.#market, '1s', range, when)
      }
      for (const { time } of changed) if (time < from) late.add(floorTo(time, SECOND))
      const correction = { first: known, corrected: known }
      for (const second of late) {
        this.#store.recompose(this.#market, '1s', rangeOf(second, second + SECOND), correction)
      }
      return this.#ledger.stage(added, now)
    })
    const settle = (): void => {
      this.#waiting = this.#waiting.filter(({ time }) => time >= through)
      this.stored += added
      noted()
      this.#confirmed = Math.max(from, through) as EpochMs
    }
    return { result: this.#confirmed === null ? [] : [...late], settle }
  }
}

/** When what is stored now becomes known: later than the last decision knew, and no later than the next decision will. */
export function knownFrom(decided: EpochMs, grace: number, now: EpochMs): EpochMs {
  const next = shift(decided, SECOND + grace)
  const earliest = shift(decided, grace + 1)
  return Math.max(earliest, Math.min(now, next)) as EpochMs
}
