// What one second of live inference comes to: the model's scores as of that second, or the reason to abstain.
import type { EpochMs } from '../core/time.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { DataProvider } from '../market/provider.ts'
import type { Market } from '../market/types.ts'
import { isSecondKnown, shortfallAt } from '../market-state/availability.ts'
import { bookGapSharePct, gapSharePct, MAX_GAP_SHARE_PCT } from '../market-state/gap-share.ts'
import { notPositiveIn } from '../market-state/price-sign.ts'
import { pricesAsOf, type MarketState } from '../market-state/state.ts'
import { allocateInputs, writeState, type StateInputs } from '../market-state/tensors.ts'
import type { ModelInputs } from '../models/model.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import { scoresAt, type Scores } from '../signals/signal.ts'
import type { PaperTrader } from '../signals/paper-trader.ts'
import { SecondBooks } from './second-books.ts'

/** Why a second goes without an answer. The words are part of the HTTP interface. */
export type Abstention =
  | 'clock_went_back'
  | 'stale_data'
  | 'not_enough_candles'
  | 'non_positive_price'
  | 'no_order_book'
  | 'gaps'
  | 'model_failed'

/** `price` is the last close before the second; null where no state exists. */
export type SecondResult =
  | {
      /** Of an agent: as if it were flat. */
      readonly scores: Scores
      /** Of an agent in a position; null for all others. */
      readonly own: Scores | null
      readonly reason: null
      readonly price: number
    }
  | {
      readonly scores: null
      readonly own: null
      readonly reason: Abstention
      readonly price: number | null
    }

/** Answers seconds of one market with one checkpoint; keeps its buffers between seconds. */
export class SecondReader {
  readonly #provider: DataProvider
  readonly #market: Market
  readonly #predictor: Predictor
  readonly #inputs: StateInputs
  readonly #books: SecondBooks | null
  readonly #trader: PaperTrader | null
  #account: Float32Array | null = null

  /** `books`: where order books are read from, for models that need them. `trader`: who keeps an agent's position. */
  constructor(
    provider: DataProvider,
    market: Market,
    predictor: Predictor,
    { books, trader }: { readonly books?: BookStore; readonly trader?: PaperTrader } = {},
  ) {
    this.#trader = trader ?? null
    this.#provider = provider
    this.#market = market
    this.#predictor = predictor
    this.#inputs = allocateInputs(1, predictor.readsOrderBook)
    this.#books = books === undefined ? null : new SecondBooks(books, provider, market)
  }

  /** As of `second`: events before it, and nothing else. One second at a time. */
  async read(second: EpochMs): Promise<SecondResult> {
    if (this.#provider.status(this.#market).state !== 'streaming') return abstain('stale_data')
    const slice = await this.#provider.slice(this.#market, { from: second, to: second })
    if (!isSecondKnown(slice, second)) return abstain('stale_data')
    if (shortfallAt(slice, second) !== null) return abstain('not_enough_candles')
    const { readsOrderBook } = this.#predictor
    const books = readsOrderBook ? await this.#books?.at(second) : undefined
    if (books === null) return abstain('stale_data')
    const state = pricesAsOf(slice, second, books)
    const price = state.candles['1s'].close.at(-1) ?? Number.NaN
    if (notPositiveIn(state.candles) !== null) return abstain('non_positive_price', price)
    if (readsOrderBook && state.orderBook === null) return abstain('no_order_book', price)
    if (hasGaps(state)) return abstain('gaps', price)
    this.#trader?.settle(state)
    const figures = this.#trader?.account(state) ?? null
    this.#account = figures === null ? null : Float32Array.from(figures)
    writeState(state, this.#inputs, 0)
    const scores = await this.#scores(this.#inputs)
    if (scores === null) return abstain('model_failed', price)
    const account = this.#account
    if (account === null) return { scores, own: null, reason: null, price }
    const own = await this.#scores({ ...this.#inputs, account })
    return own === null ? abstain('model_failed', price) : { scores, own, reason: null, price }
  }

  /** A copy of what the model was last shown: the buffers are written anew each second. */
  shown(): { readonly inputs: StateInputs; readonly account: Float32Array | null } {
    return { inputs: structuredClone(this.#inputs), account: this.#account }
  }

  /** Null where the network's numbers are no probabilities. */
  async #scores(inputs: ModelInputs): Promise<Scores | null> {
    return scoresAt(await this.#predictor.predict(inputs), 0)
  }
}

/** Whether too much of what is before the second is missing. */
function hasGaps({ gaps, orderBook }: MarketState): boolean {
  const ofBook = orderBook === null ? 0 : bookGapSharePct(orderBook.gaps)
  return Math.max(gapSharePct(gaps), ofBook) > MAX_GAP_SHARE_PCT
}

export function abstain(reason: Abstention, price: number | null = null): SecondResult {
  return { scores: null, own: null, reason, price }
}
