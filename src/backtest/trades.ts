// Entries followed to their exits, whoever made them: by the outcomes of live calls, after fees and slippage.
import type { BacktestTrade } from '../contract/backtests.ts'
import { epochMs, toIso, type EpochMs } from '../core/time.ts'
import type { MarketSlice } from '../market/slice.ts'
import type { Barriers } from '../signals/barriers.ts'
import { outcomeOf, type PricedCall } from '../signals/outcome.ts'

export interface Entry extends PricedCall {
  /** Of the call; null where there is none. */
  readonly id: string | null
  /** Of its pattern; absent where it ends by those of all. */
  readonly barriers?: Barriers | null
}

/** The 1s candles that exits are looked for in, and how far they are known. */
export type Seconds = Pick<MarketSlice['series']['1s'], 'candles' | 'covered'>

/** How trades end, and what one pays at each side, slippage included. */
export interface Terms {
  /** Null where nothing says what a trade is: there are none then. */
  readonly barriers: Barriers | null
  readonly feePct: number
  readonly slippagePct: number
}

/** A hole of the market is passed over, as a live call passes over one that is never filled. */
export function tradesOf(entries: readonly Entry[], seconds: Seconds, terms: Terms): BacktestTrade[] {
  const { barriers } = terms
  if (barriers === null) return []
  const cost = terms.feePct + terms.slippagePct
  const through = knownThrough(seconds)
  return entries.map((entry) => {
    const paying = { ...(entry.barriers ?? barriers), fee_pct_per_side: cost }
    const { outcome, pct, at } = outcomeOf(entry, paying, seconds.candles, through)
    return {
      call_id: entry.id,
      action: entry.action,
      entered_at: toIso(entry.opensAt),
      entry_price: entry.price,
      exited_at: at === null ? null : toIso(at),
      outcome,
      net_pct: pct,
    }
  })
}

function knownThrough({ covered }: Seconds): EpochMs {
  return covered.at(-1)?.to ?? epochMs(0)
}
