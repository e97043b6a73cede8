// The market state of a second, made of the store alone, as it was known at some time.
import type { EpochMs } from '../core/time.ts'
import { loadSymbolBookSlice } from '../market/book/book-slice.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { MarketReader } from '../market/provider.ts'
import type { Market } from '../market/types.ts'
import { shortfallAt, type Shortfall } from './availability.ts'
import { marketStateAt, type MarketState } from './state.ts'

export interface StoredMarkets {
  readonly reader: Pick<MarketReader, 'slice'>
  readonly books: BookStore
}

/**
 * As of `second`. `knownAt`: what came later is not seen; null: all that is stored by now is. The shortfall where less than a state is
 * stored.
 */
export async function storedState(
  { reader, books }: StoredMarkets,
  market: Market,
  second: EpochMs,
  knownAt: EpochMs | null,
): Promise<MarketState | Shortfall> {
  const asOf = { from: second, to: second }
  const slice = await reader.slice(market, asOf, knownAt === null ? {} : { knownAt })
  return shortfallAt(slice, second) ?? marketStateAt(slice, second, loadSymbolBookSlice(books, market, asOf))
}

export function isShortfall(found: MarketState | Shortfall): found is Shortfall {
  return 'have' in found
}
