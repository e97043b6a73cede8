// The state of a market's live second, made once for all sessions that ask for it.
import type { EpochMs } from '../core/time.ts'
import type { ProviderStatus } from '../market/provider.ts'
import { bookWindowIn } from '../market/book/order-book-window.ts'
import type { MarketSlice } from '../market/slice.ts'
import type { Market, TimeRange } from '../market/types.ts'
import { isSecondKnown, shortfallAt } from '../market-state/availability.ts'
import { bookGapSharePct, gapSharePct, MAX_GAP_SHARE_PCT } from '../market-state/gap-share.ts'
import { notPositiveIn } from '../market-state/price-sign.ts'
import { pricesAsOf, type MarketState } from '../market-state/state.ts'
import { allocateInputs, writeState, type StateInputs } from '../market-state/tensors.ts'
import type { SingleRows } from '../moments/single-rows.ts'
import type { BooksAt } from './second-books.ts'

/** Why a second goes without an answer. The words are part of the HTTP interface. */
export const ABSTENTIONS = [
  'clock_went_back',
  'stale_data',
  'not_enough_candles',
  'non_positive_price',
  'no_order_book',
  'gaps',
  'unlike_training',
  'model_failed',
] as const
export type Abstention = (typeof ABSTENTIONS)[number]

/** As of one second; shared, so nobody writes into it. `price` is the last close before it; null where no state exists. */
export type MadeSecond =
  | {
      readonly state: MarketState
      readonly inputs: StateInputs
      readonly price: number
      readonly reason: null
      /** Until when what it holds was known, by the source's clock. */
      readonly knownAt: EpochMs
    }
  | { readonly state: null; readonly price: number | null; readonly reason: Abstention }

type Made = Readonly<{ second: EpochMs; made: Promise<MadeSecond> }>

/** What is asked of a market: the provider's part, or a stored span that is gone through. */
export interface MarketAsOf {
  status(market: Market): Pick<ProviderStatus, 'state' | 'kind' | 'now' | 'clockSetBack'>
  slice(market: Market, asOf: TimeRange): Promise<MarketSlice>
}

/** Of one market. Keeps the newest second, with and without its order book. */
export class MarketSeconds {
  readonly #provider: MarketAsOf
  readonly #market: Market
  readonly #books: BooksAt | null
  readonly #rows: SingleRows
  readonly #newest = new Map<boolean, Made>()
  /** The newest second that was asked for with its order book, and without. */
  readonly #asked = new Map<boolean, EpochMs>()
  #row: Readonly<{ second: EpochMs; row: Promise<Float32Array> }> | null = null
  #count = 0

  /** `books`: where order books are read from, for models that need them. */
  constructor(provider: MarketAsOf, market: Market, rows: SingleRows, books?: BooksAt) {
    this.#provider = provider
    this.#market = market
    this.#rows = rows
    this.#books = books ?? null
  }

  /** Seconds asked for so far, those with an order book apart from those without; each is made once. */
  get count(): number {
    return this.#count
  }

  /** As of `second`: events before it, and nothing else. */
  at(second: EpochMs, withBook: boolean): Promise<MadeSecond> {
    if (this.#asked.get(withBook) !== second) this.#count += 1
    this.#asked.set(withBook, second)
    return this.#kept(second, withBook)
  }

  /** The moment's row of a second's candles, made once for all who ask. @param inputs as `at` has them */
  row(second: EpochMs, inputs: StateInputs): Promise<Float32Array> {
    if (this.#row?.second !== second) this.#row = { second, row: this.#rows.of(inputs) }
    return this.#row.row
  }

  #kept(second: EpochMs, withBook: boolean): Promise<MadeSecond> {
    const newest = this.#newest.get(withBook)
    if (newest?.second === second) return newest.made
    const made = withBook ? this.#makeWithBook(second) : this.#make(second)
    this.#newest.set(withBook, { second, made })
    return made
  }

  /** Its candles are those of the second without a book, in the same memory: made once, and told a process once where both are asked about in one turn. */
  async #makeWithBook(second: EpochMs): Promise<MadeSecond> {
    const plain = await this.#kept(second, false)
    const { price, reason } = plain
    if (reason === 'stale_data' || reason === 'not_enough_candles') return plain
    const books = await this.#books?.at(second)
    if (books === null) return none('stale_data')
    if (reason === 'non_positive_price') return plain
    const orderBook = books === undefined ? null : bookWindowIn(books, second)
    if (orderBook === null) return none('no_order_book', price)
    if (plain.state === null) return plain
    const state = { ...plain.state, orderBook }
    if (hasGaps(state)) return none('gaps', price)
    return { ...plain, state, inputs: { ...plain.inputs, orderBook: orderBook.values } }
  }

  async #make(second: EpochMs): Promise<MadeSecond> {
    if (this.#provider.status(this.#market).state !== 'streaming') return none('stale_data')
    const knownAt = this.#provider.status(this.#market).now
    const slice = await this.#provider.slice(this.#market, { from: second, to: second })
    if (!isSecondKnown(slice, second)) return none('stale_data')
    if (shortfallAt(slice, second) !== null) return none('not_enough_candles')
    const state = pricesAsOf(slice, second)
    const price = state.candles['1s'].close.at(-1) ?? Number.NaN
    if (notPositiveIn(state.candles) !== null) return none('non_positive_price', price)
    if (hasGaps(state)) return none('gaps', price)
    const inputs = allocateInputs(1)
    writeState(state, inputs, 0)
    return { state, inputs, price, reason: null, knownAt }
  }
}

/** Whether too much of what is before the second is missing. */
function hasGaps({ gaps, orderBook }: MarketState): boolean {
  const ofBook = orderBook === null ? 0 : bookGapSharePct(orderBook.gaps)
  return Math.max(gapSharePct(gaps), ofBook) > MAX_GAP_SHARE_PCT
}

function none(reason: Abstention, price: number | null = null): MadeSecond {
  return { state: null, price, reason }
}
