// Where the cursor stands while the future is hidden: kept by the tab, so that a reload shows no more than was shown before.
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import { nameOf } from '../state/api.ts'
import type { AppState } from '../state/app-state.ts'
import { horizonOf, isBlind, type Cursor } from '../state/horizon.ts'

const KEY = 'annotate.hidden-future'

interface Kept {
  readonly market: MarketName
  /** UTC ms. */
  readonly time: number
}

/** Goes along with the newest second. */
const FOLLOWING: Cursor = { time: null, follows: true, hidesFuture: false }

/** Keeps in `storage` how far may be shown, or forgets it where all may be. */
export function keepCursor(
  storage: Pick<Storage, 'setItem' | 'removeItem'>,
  { market, cursor }: Pick<AppState, 'market' | 'cursor'>,
): void {
  if (market === null) return
  if (!isBlind(cursor)) return storage.removeItem(KEY)
  const kept: Kept = { market: nameOf(market), time: horizonOf(cursor) }
  storage.setItem(KEY, JSON.stringify(kept))
}

/** Where the cursor stands at first in `market`. */
export function recallCursor(storage: Pick<Storage, 'getItem'>, market: MarketName): Cursor {
  const kept = read(storage)
  if (kept === null || !sameMarket(kept.market, market)) return FOLLOWING
  return { time: kept.time, follows: false, hidesFuture: true }
}

function read(storage: Pick<Storage, 'getItem'>): Kept | null {
  try {
    const value: unknown = JSON.parse(storage.getItem(KEY) ?? 'null')
    return isKept(value) ? value : null
  } catch {
    return null
  }
}

/** Written by this page alone: an older version of it may have meant something else. */
function isKept(value: unknown): value is Kept {
  return typeof value === 'object' && value !== null && 'market' in value && 'time' in value
}
