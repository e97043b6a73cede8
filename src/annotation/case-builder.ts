// Makes a test case of a mark and what the market's store holds: the state at the entry, and the entry check.
import { marketOf } from '../contract/market-name.ts'
import { AppError } from '../core/errors.ts'
import { epochMs, type EpochMs } from '../core/time.ts'
import { loadSymbolBookSlice, type BookSlice } from '../market/book/book-slice.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { MarketReader } from '../market/provider.ts'
import type { Market } from '../market/types.ts'
import { notEnoughCandles, shortfallAt, testCaseSpans } from '../market-state/availability.ts'
import { gapSharePct } from '../market-state/gap-share.ts'
import { notPositiveIn } from '../market-state/price-sign.ts'
import { marketStateAt, pricesAsOf, type MarketState } from '../market-state/state.ts'
import { caseText, testCaseOf } from './case-content.ts'
import { checkEntry, entryCheckRange } from './entry-check.ts'
import type { AnnotationRow } from './schema.ts'

/** What is known before the market was looked at. */
export type Draft = Omit<
  AnnotationRow,
  'entry_check' | 'gap_share_pct' | 'deleted_at' | 'file_pending' | 'removed_case'
>

export class CaseBuilder {
  readonly #reader: MarketReader
  readonly #books: BookStore | undefined

  /** Without `books` cases get no order book. */
  constructor(reader: MarketReader, books?: BookStore) {
    this.#reader = reader
    this.#books = books
  }

  get readsBooks(): boolean {
    return this.#books !== undefined
  }

  /**
   * @throws AppError 422 `not_enough_candles`, where `available` are all spans of the market where a case is possible; `non_positive_price`;
   * `invalid_price` where the exit is at 0 or below, in a market that has no such prices
   */
  async build(draft: Draft): Promise<{ row: AnnotationRow; text: string }> {
    const market = marketOf(draft)
    if (draft.exit_price <= 0 && !(await this.#reader.takesNegativePrices(market))) throw noSuchExit(draft)
    const entry = epochMs(draft.entry_time)
    const slice = await this.#reader.slice(market, entryCheckRange(entry))
    const found = shortfallAt(slice, entry)
    if (found !== null) throw notEnoughCandles(found, entry, await testCaseSpans(this.#reader, market))
    const state = marketStateAt(slice, entry, this.#bookSlice(market, entry))
    const row: AnnotationRow = {
      ...draft,
      entry_check: JSON.stringify(checkEntry(slice, entry, draft.entry_price)),
      gap_share_pct: gapSharePct(state.gaps),
      deleted_at: null,
      file_pending: 0,
      removed_case: null,
    }
    return { row, text: caseText(testCaseOf(row, state)) }
  }

  /** The state at the mark's entry with what is stored now; null where it can no longer be made. */
  async state(row: Pick<AnnotationRow, 'venue' | 'symbol' | 'entry_time'>): Promise<MarketState | null> {
    const entry = epochMs(row.entry_time)
    const market = marketOf(row)
    const slice = await this.#reader.slice(market, { from: entry, to: entry })
    if (shortfallAt(slice, entry) !== null) return null
    const state = pricesAsOf(slice, entry, this.#bookSlice(market, entry))
    return notPositiveIn(state.candles) === null ? state : null
  }

  #bookSlice(market: Market, entry: EpochMs): BookSlice | undefined {
    return this.#books === undefined
      ? undefined
      : loadSymbolBookSlice(this.#books, market, { from: entry, to: entry })
  }
}

function noSuchExit({ symbol, venue, exit_price: price }: Draft): AppError {
  return new AppError(
    'invalid_price',
    `exit.price is ${price}, and ${symbol} on ${venue} is not a market with prices of 0 and below: correct it, or say so when its data are imported, by --negative-prices.`,
    { field: 'exit.price' },
  )
}
