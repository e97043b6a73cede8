// The market state of a stored second, or the refusal that says what is missing of it.
import type { EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import { notEnoughCandles, testCaseSpans } from '../market-state/availability.ts'
import type { MarketState } from '../market-state/state.ts'
import { isShortfall, storedState } from '../market-state/stored-state.ts'
import type { OpenWorkspace } from './open-workspace.ts'

/**
 * As of `second`. `knownAt`: what came later is not seen; null: all that is stored by now is.
 * @throws AppError 422 `not_enough_candles`
 */
export async function stateAt(
  { reader, books }: Pick<OpenWorkspace, 'reader' | 'books'>,
  market: Market,
  second: EpochMs,
  knownAt: EpochMs | null,
): Promise<MarketState> {
  const found = await storedState({ reader, books }, market, second, knownAt)
  if (!isShortfall(found)) return found
  throw notEnoughCandles(found, second, await testCaseSpans(reader, market))
}
