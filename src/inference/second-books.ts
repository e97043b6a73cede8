// The order book as of a live second: read when every venue that takes part in it has decided that second.
import { setTimeout as delay } from 'node:timers/promises'
import { sameMarket } from '../contract/market-name.ts'
import type { EpochMs } from '../core/time.ts'
import { bookMarkets, loadSymbolBookSlice, type BookSlice } from '../market/book/book-slice.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { DataProvider } from '../market/provider.ts'
import type { Market } from '../market/types.ts'

/** Venues have clocks of their own: a second of another one is waited for so long, in ms, and how often is looked. */
const PATIENCE = 800
const STEP = 5

/** Where a session reads order books from. */
export interface BooksAt {
  /** Null where the book of the second is not decided. */
  at(second: EpochMs): Promise<BookSlice | null>
}

export class SecondBooks implements BooksAt {
  readonly #store: BookStore
  readonly #provider: DataProvider
  readonly #market: Market

  constructor(store: BookStore, provider: DataProvider, market: Market) {
    this.#store = store
    this.#provider = provider
    this.#market = market
  }

  /**
   * Null where another venue that streams has not decided the second in time: what is recorded of it later would not be what the model saw.
   */
  async at(second: EpochMs): Promise<BookSlice | null> {
    for (let waited = 0; !this.#isDecided(second); waited += STEP) {
      if (waited >= PATIENCE) return null
      await delay(STEP)
    }
    return loadSymbolBookSlice(this.#store, this.#market, { from: second, to: second })
  }

  #isDecided(second: EpochMs): boolean {
    return bookMarkets(this.#store, this.#market).every((market) => {
      if (sameMarket(market, this.#market)) return true
      const streams = this.#provider.statusOf(market)?.state === 'streaming'
      return !streams || this.#provider.asOf(market) >= second
    })
  }
}
