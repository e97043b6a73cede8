// Many states of one slice, one after the other, written straight into model inputs: what training and evaluation run over every second.
import { CASE_TIMEFRAMES, tableOf, tensorOf, type CaseTimeframe } from '../contract/timeframes.ts'
import type { EpochMs } from '../core/time.ts'
import { at } from '../core/at.ts'
import { WINDOW as BOOK_SECONDS, type BookSlice } from '../market/book/book-slice.ts'
import { writeBookWindow } from '../market/book/order-book-window.ts'
import { FormingSweep } from '../market/forming.ts'
import type { Gap } from '../market/gap.ts'
import type { MarketSlice } from '../market/slice.ts'
import { shortfallAt } from './availability.ts'
import { gapSharePct } from './gap-share.ts'
import { requireWithin } from './state.ts'
import { SweptWindow } from './swept-window.ts'
import { BOOK_ROW, CANDLE_ROW, type StateTarget } from './tensors.ts'

/** Goes on from the instant before; the numbers are those of `marketStateAt`, made by the same code. The slice must not change meanwhile. */
export class StateSweep {
  readonly #slice: MarketSlice
  readonly #windows: Readonly<Record<CaseTimeframe, SweptWindow>>
  readonly #books: BookSlice | null
  readonly #book = new Float64Array(BOOK_ROW)
  #gaps: Gap[] = []
  #missingBooks = 0

  /** With `books`, states without an order book do not count. */
  constructor(slice: MarketSlice, books?: BookSlice) {
    this.#slice = slice
    const forming = new FormingSweep(slice)
    this.#windows = tableOf(
      CASE_TIMEFRAMES,
      (timeframe) => new SweptWindow(slice, timeframe, (of, asOf) => forming.trades(of, asOf)),
    )
    this.#books = books ?? null
  }

  /**
   * Writes the state as of `asOf` as row `row`. Returns false, and writes nothing, where no state is possible (`not_enough_candles`,
   * `no_order_book`, `non_positive_price`).
   */
  writeAt(asOf: EpochMs, inputs: StateTarget, row: number): boolean {
    requireWithin(this.#slice, asOf)
    if (shortfallAt(this.#slice, asOf) !== null) return false
    if (this.#books !== null && !this.#writeBook(this.#books, asOf, inputs, row)) return false
    this.#gaps = []
    let isPositive = true
    for (const timeframe of CASE_TIMEFRAMES) {
      if (!this.#windows[timeframe].moveTo(asOf, this.#gaps)) isPositive = false
    }
    if (!isPositive) return false
    for (const timeframe of CASE_TIMEFRAMES) {
      inputs.tensors[tensorOf(timeframe)].set(this.#windows[timeframe].row, row * CANDLE_ROW)
    }
    return true
  }

  /** Share of missing candles or order books, the larger one, in percent, of the state written last. */
  get gapSharePct(): number {
    return Math.max(gapSharePct(this.#gaps), (this.#missingBooks * 100) / BOOK_SECONDS)
  }

  #writeBook(books: BookSlice, asOf: EpochMs, { orderBook }: StateTarget, row: number): boolean {
    const filled = writeBookWindow(books, asOf, this.#book)
    if (filled === null) return false
    this.#missingBooks = filled.length
    orderBook?.set(this.#book, row * BOOK_ROW)
    return true
  }

  /** Close of the last second before the instant written last. */
  get lastClose(): number {
    return at(this.#windows['1s'].columns.close, -1)
  }
}
