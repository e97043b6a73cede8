// Seconds that are made again of the store, each once for all sessions that compare what they saw with it.
import { marketKey } from '../contract/market-name.ts'
import type { EpochMs } from '../core/time.ts'
import type { MarketState } from '../market-state/state.ts'
import { isShortfall, storedState, type StoredMarkets } from '../market-state/stored-state.ts'
import type { Market } from '../market/types.ts'

export class RebuiltSeconds {
  readonly #stored: StoredMarkets
  /** Of one second: by market, and until when its state was known. */
  readonly #made = new Map<string, Promise<MarketState | null>>()
  #second: EpochMs | null = null

  constructor(stored: StoredMarkets) {
    this.#stored = stored
  }

  /** As `storedState` makes it, shared, so nobody writes into it; null where less than a state is stored. */
  at(market: Market, second: EpochMs, knownAt: EpochMs | null): Promise<MarketState | null> {
    if (second !== this.#second) this.#made.clear()
    this.#second = second
    const key = `${knownAt} ${marketKey(market)}`
    const made = this.#made.get(key) ?? this.#make(market, second, knownAt)
    this.#made.set(key, made)
    return made
  }

  async #make(market: Market, second: EpochMs, knownAt: EpochMs | null): Promise<MarketState | null> {
    const found = await storedState(this.#stored, market, second, knownAt)
    return isShortfall(found) ? null : found
  }
}
