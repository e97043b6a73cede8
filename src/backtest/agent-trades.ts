// An agent's trades, read from the paper positions that its signals tell.
import type { BacktestTrade } from '../contract/backtests.ts'
import type { PaperPosition } from '../contract/inference.ts'
import { toIso, type EpochMs } from '../core/time.ts'
import type { LiveSignal } from '../inference/session.ts'

/** Of one stretch, from flat. */
export class AgentTrades {
  readonly #closed: BacktestTrade[] = []
  #held: PaperPosition | null = null
  /** When it last gave an order: it is filled at the open of that second. */
  #ordered: EpochMs | null = null

  take({ timestamp, position, intent }: LiveSignal): void {
    if (position === null) return
    const held = this.#held
    if (held !== null && position.trades > held.trades)
      this.#closed.push(closed(held, position, this.#ordered))
    this.#held = position
    if (intent !== null && intent !== 'hold') this.#ordered = timestamp
  }

  /** In order; the last one may be open. */
  all(): BacktestTrade[] {
    const held = this.#held
    if (held === null || held.side === 'FLAT') return this.#closed
    return [...this.#closed, { ...entered(held), exited_at: null, outcome: 'open', net_pct: null }]
  }
}

/** What it realised is compounded: the trade's own part is what came on top. */
function closed(held: PaperPosition, after: PaperPosition, at: EpochMs | null): BacktestTrade {
  return {
    ...entered(held),
    exited_at: at === null ? null : toIso(at),
    outcome: 'closed',
    net_pct: 100 * ((1 + after.realised_pct / 100) / (1 + held.realised_pct / 100) - 1),
  }
}

function entered({ side, entry_price: price, opened_at: at }: PaperPosition) {
  return {
    call_id: null,
    action: side === 'SHORT' ? ('SELL' as const) : ('BUY' as const),
    entered_at: at ?? '',
    entry_price: price ?? Number.NaN,
  }
}
