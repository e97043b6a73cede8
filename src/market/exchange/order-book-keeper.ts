// What keeps one market's live book in step with an exchange, and what it is told and tells.
import type { EpochMs } from '../../core/time.ts'
import type { LiveBook } from '../book/live-book.ts'
import type { FlatLevels } from '../book/message.ts'
import type { Resync } from '../book/synchronizer.ts'
import type { TopSnapshot } from '../book/top-snapshot.ts'
import type { Market } from '../types.ts'
import type { CcxtExchange, CcxtMarket } from './ccxt.ts'
import { inBase } from './prints.ts'
import type { Rest } from './rest.ts'

export interface KeeperParts {
  /** For questions: the exchange's rate limit is shared with trades and candles. */
  readonly rest: Rest
  /** An instance of its own, whose only connection is the book's. */
  readonly streaming: CcxtExchange
  readonly facts: CcxtMarket
  readonly market: Market
  /** The exchange's time now: arrivals are stamped with it. */
  readonly now: () => EpochMs
  /** Whole seconds, in order. */
  readonly onSecond: (snapshot: TopSnapshot) => void
  /** The book was in step and is so no more. */
  readonly onResync: (resync: Resync) => void
  /** What went wrong and is tried again. */
  readonly onTrouble: (words: string) => void
  /** The connection has to be opened anew. */
  readonly onUseless: (words: string) => void
}

export interface KeeperCounts {
  snapshots: number
  duplicates: number
  malformed: number
}

export interface BookKeeper {
  readonly book: LiveBook
  readonly counts: KeeperCounts
  /** The connection broke, or a failure that it survived (`lost` false). */
  broke(words: string, lost: boolean): void
  /** Until aborted. */
  run(signal: AbortSignal): Promise<void>
  /** Asks the exchange whether the book is behind, where nothing has come for long; null where that cannot be asked. */
  isBehind(signal: AbortSignal): Promise<boolean | null>
}

/** ccxt's levels, or Binance's, flat and in base units. */
export function flatOf(
  levels: readonly (readonly number[])[],
  { contract, contractSize = 1 }: Pick<CcxtMarket, 'contract' | 'contractSize'>,
  count = levels.length,
): FlatLevels {
  const flat: number[] = []
  for (const [price = Number.NaN, amount = Number.NaN] of levels) {
    if (flat.length >= 2 * count) break
    flat.push(price, contract ? inBase(amount, contractSize) : amount)
  }
  return flat
}
