// What is in the trader's hand and not stored yet, a mark or a reviewed span begun: kept by the tab over a reload.
import { UNSAID, type Mark } from '../state/mark.ts'
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import { nameOf } from '../state/api.ts'
import type { AppState } from '../state/app-state.ts'

const KEY = 'annotate.in-hand'

interface InHand {
  readonly market: MarketName
  readonly mark: Mark | null
  readonly spanStart: number | null
  readonly time: number | null
  readonly hidesFuture: boolean
  /** How long the mark had been in hand, ms: the page's clock begins anew. */
  readonly spent: number
}

/** Keeps what is in hand in `storage`, or forgets it; `at` is the page's clock, ms. */
export function keepInHand(storage: Storage, state: AppState, at: number): void {
  const { market, mark, spanStart, cursor, held } = state
  if (held !== null) return
  if (market === null || (mark === null && spanStart === null)) return storage.removeItem(KEY)
  const { time, hidesFuture } = cursor
  const spent = mark === null ? 0 : at - mark.startedAt
  const kept: InHand = { market: nameOf(market), mark, spanStart, time, hidesFuture, spent }
  storage.setItem(KEY, JSON.stringify(kept))
}

/** What was in hand of `market` before the reload, at `at` of the page's clock, ms; the cursor stands where it stood. Null: nothing. */
export function recallInHand(
  storage: Storage,
  market: MarketName,
  at: number,
): Pick<AppState, 'mark' | 'spanStart' | 'cursor'> | null {
  const kept = read(storage)
  if (kept === null || !sameMarket(kept.market, market)) return null
  const { mark, spanStart, time, hidesFuture, spent } = kept
  return {
    mark: mark === null ? null : { ...UNSAID, ...mark, preview: null, startedAt: at - spent },
    spanStart,
    cursor: { time, hidesFuture, follows: false },
  }
}

function read(storage: Storage): InHand | null {
  try {
    const value: unknown = JSON.parse(storage.getItem(KEY) ?? 'null')
    return isInHand(value) ? value : null
  } catch {
    return null
  }
}

/** Written by this page alone: an older version of it may have meant something else. */
function isInHand(value: unknown): value is InHand {
  const names = ['market', 'mark', 'spanStart', 'time', 'hidesFuture', 'spent']
  return typeof value === 'object' && value !== null && names.every((name) => name in value)
}
