// The paper position of a live agent: what its signals order, filled at the next second's open as in the environment it learnt in.
import { otherAction, type EntryAction } from '../contract/direction.ts'
import { SECOND, epochMs, toIso, type EpochMs } from '../core/time.ts'
import type { PaperPosition } from '../contract/inference.ts'
import type { TrackedSecond } from './call-tracker.ts'
import {
  FLAT,
  accountRow,
  filled,
  intentOf,
  logEquity,
  recentVolatility,
  type Costs,
  type Intent,
  type PaperAccount,
} from './paper-account.ts'
import type { Scores } from './signal.ts'

/** How the agent of a checkpoint trades: its own hyperparameters. */
export interface TradingTerms extends Costs {
  readonly decisionSeconds: number
}

/** What a trader sees of a second's market state: of the last 100 seconds and minutes, the forming one last. */
export interface SeenCandles {
  readonly asOf: EpochMs
  readonly candles: {
    readonly '1s': { readonly open: ArrayLike<number>; readonly close: ArrayLike<number> }
    readonly '1m': { readonly close: ArrayLike<number> }
  }
}

/** A second's decision: what is signalled, and what it means to the position. */
export interface Decision extends TrackedSecond {
  readonly intent: Intent
}

interface Order {
  readonly intent: Intent
  readonly at: EpochMs
}

/** The account and what is still to be filled; plain values, to be kept as JSON. */
export interface TraderMemory {
  readonly account: PaperAccount
  readonly order: Order | null
  readonly trades: number
  readonly closed: number
  /** Null where no price was seen yet. */
  readonly mark: number | null
  readonly spent: string | null
}

/** What a checkpoint says of its agent's trading; null where it says nothing: no agent. */
export function tradingTerms(hyperparameters: Readonly<Record<string, unknown>>): TradingTerms | null {
  const { fee, halfSpread, decisionSeconds } = hyperparameters
  if (typeof fee !== 'number' || typeof halfSpread !== 'number' || typeof decisionSeconds !== 'number')
    return null
  return { fee, halfSpread, decisionSeconds }
}

/**
 * Opens a position when a call opens, closes it when the agent in its position would rather do the opposite, or on a call
 * of the other side. Seconds must come in order: `settle`, then `decide`.
 */
export class PaperTrader {
  readonly #terms: TradingTerms
  #account: PaperAccount = FLAT
  #order: Order | null = null
  #trades = 0
  /** Log of the equity when the last position was closed. */
  #closed = 0
  #mark = Number.NaN
  /** The call that closed a position: it opened none, so it is not shown as one. */
  #spent: string | null = null

  /** @param memory of one whose account this one carries on */
  constructor(terms: TradingTerms, memory: TraderMemory | null = null) {
    this.#terms = terms
    if (memory === null) return
    this.#account = memory.account
    this.#order = memory.order
    this.#trades = memory.trades
    this.#closed = memory.closed
    this.#mark = memory.mark ?? Number.NaN
    this.#spent = memory.spent
  }

  memory(): TraderMemory {
    return {
      account: this.#account,
      order: this.#order,
      trades: this.#trades,
      closed: this.#closed,
      mark: Number.isNaN(this.#mark) ? null : this.#mark,
      spent: this.#spent,
    }
  }

  /** Fills what was ordered before, at the open of the second that followed, and takes the last close as the price. */
  settle({ asOf, candles }: SeenCandles): void {
    const seconds = candles['1s']
    this.#mark = seconds.close[seconds.close.length - 1] ?? Number.NaN
    if (this.#order === null) return
    const { intent, at } = this.#order
    this.#order = null
    const slot = seconds.open.length - (asOf - at) / SECOND
    // An order whose second is out of sight is void: what it would have been filled at is not known.
    const open = seconds.open[slot]
    if (open !== undefined) this.#fill(intent, open, at)
  }

  /** The input `account`; null while flat. */
  account({ asOf, candles }: SeenCandles): [number, number, number] | null {
    if (this.#account.position === 0) return null
    return accountRow(this.#account, this.#mark, recentVolatility(candles['1m'].close), asOf)
  }

  /**
   * @param tracked the call rule's word on the scores of a flat agent, as it was chosen and calibrated
   * @param own the scores in the position held; null while flat or abstaining
   */
  decide(second: EpochMs, tracked: TrackedSecond, own: Scores | null): Decision {
    const { position } = this.#account
    if (this.#order !== null) return { ...this.#shown(tracked), intent: 'hold' }
    if (position === 0) {
      const intent = tracked.opens ? this.#place(tracked.action, second) : 'hold'
      return { ...this.#shown(tracked), intent }
    }
    const opposite = position === 1 ? 'SELL' : 'BUY'
    const isCalled = tracked.opens && tracked.action === opposite
    if (!isCalled && !(this.#isDue(second) && prefers(own, opposite))) {
      return { ...this.#shown(tracked), intent: 'hold' }
    }
    if (tracked.action === opposite) this.#spent = tracked.call?.id ?? null
    return { action: opposite, call: null, opens: false, intent: this.#place(opposite, second) }
  }

  /** For the session. */
  position(): PaperPosition {
    const { position, entryPrice, openedAt } = this.#account
    const equity = position === 0 ? this.#account.realised : logEquity(this.#account, this.#mark)
    return {
      side: position === 0 ? 'FLAT' : position === 1 ? 'LONG' : 'SHORT',
      entry_price: entryPrice,
      opened_at: openedAt === null ? null : toIso(epochMs(openedAt)),
      unrealised_pct: position === 0 ? null : 100 * Math.expm1(equity - this.#closed),
      trades: this.#trades,
      realised_pct: 100 * Math.expm1(this.#closed),
    }
  }

  #fill(intent: Intent, price: number, at: EpochMs): void {
    this.#account = filled(this.#account, intent, price, at, this.#terms)
    if (this.#account.position !== 0) return
    this.#closed = this.#account.realised
    this.#trades += 1
  }

  #place(action: TrackedSecond['action'], at: EpochMs): Intent {
    const intent = intentOf(this.#account.position, action)
    if (intent !== 'hold') this.#order = { intent, at }
    return intent
  }

  /** A position is decided on as often as in training. */
  #isDue(second: EpochMs): boolean {
    const { openedAt } = this.#account
    return openedAt !== null && ((second - openedAt) / SECOND) % this.#terms.decisionSeconds === 0
  }

  #shown(tracked: TrackedSecond): TrackedSecond {
    if (tracked.call === null || tracked.call.id !== this.#spent) return tracked
    return { action: 'HOLD', call: null, opens: false }
  }
}

function prefers(scores: Scores | null, action: EntryAction): boolean {
  return scores !== null && scores[action] > Math.max(scores.HOLD, scores[otherAction(action)])
}
