// The live seconds of every market that sessions answer: made when the first of them asks, let go with the last.
import { marketKey } from '../contract/market-name.ts'
import type { Market } from '../market/types.ts'
import type { MarketSeconds } from './market-seconds.ts'

export class SecondsOfMarkets {
  readonly #make: (market: Market) => MarketSeconds
  readonly #kept = new Map<string, MarketSeconds>()
  /** Of markets that were let go. */
  #countBefore = 0

  constructor(make: (market: Market) => MarketSeconds) {
    this.#make = make
  }

  /** How many markets are kept. */
  get size(): number {
    return this.#kept.size
  }

  /** States made since the beginning, those of markets that were let go as well. */
  get count(): number {
    return [...this.#kept.values()].reduce((sum, { count }) => sum + count, this.#countBefore)
  }

  of(market: Market): MarketSeconds {
    const key = marketKey(market)
    const seconds = this.#kept.get(key) ?? this.#make(market)
    this.#kept.set(key, seconds)
    return seconds
  }

  /** No session answers this market any more. */
  release(market: Market): void {
    const key = marketKey(market)
    this.#countBefore += this.#kept.get(key)?.count ?? 0
    this.#kept.delete(key)
  }
}
