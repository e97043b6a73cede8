// One market onto the page: its charts and its lists, in place of those of the market before.
import { refreshPreview } from './preview.ts'
import { refreshSpans } from './spans.ts'
import { readAnnotations } from './read-annotations.ts'
import { refreshSessions } from './live.ts'
import { recallCursor } from './kept-cursor.ts'
import { board } from '../charts/board.ts'
import { api, nameOf } from '../state/api.ts'
import type { MarketOut } from '../../contract/market.ts'
import { decimalsOf } from '../state/format.ts'
import { leaveMarket, whileShown } from '../state/shown-market.ts'
import { isBlind } from '../state/horizon.ts'
import { isShown, store, type AppState } from '../state/app-state.ts'

/** Calls of the shown market, the newest. */
export const CALLS_KEPT = 2000

/** Signals and calls read at the start. */
const SIGNALS = 900
const CALLS = 2000

/** Nothing of the market before stays. */
const BLANK: Partial<AppState> = {
  annotations: [],
  testCases: new Map(),
  isReadingOlder: true,
  reviewed: [],
  signals: [],
  calls: [],
  followed: [],
  call: null,
  mark: null,
  spanStart: null,
  selected: null,
  chosen: [],
  misses: null,
  preview: null,
  suggesting: null,
  secondLook: null,
  priceNow: null,
}

/** Where the future was hidden before a reload it is from the first candle on. */
function blankOf(market: MarketOut): Partial<AppState> {
  return { ...BLANK, cursor: recallCursor(sessionStorage, market) }
}

/** Shows `market`, whose clock stands at `now`, UTC ms. */
export async function showMarket(market: MarketOut, now: number): Promise<void> {
  if (!isShown(market)) leaveMarket()
  const wanted = whileShown()
  const isOther = !isShown(market)
  store.set({ ...(isOther ? blankOf(market) : {}), market, marketReadAt: now })
  try {
    await Promise.all([openCharts(market, now), readLists(market)])
  } catch (error) {
    // What was still being read of a market that has gone was let go.
    if (!wanted.aborted) throw error
  }
}

async function openCharts(market: MarketOut, now: number): Promise<void> {
  await board.open(market, now)
  if (!isShown(market)) return
  const seconds = board.pane('1s')?.window
  const window = seconds !== undefined && seconds.size > 0 ? seconds : board.pane('1m')?.window
  const { cursor } = store.get()
  store.set({
    digits: decimalsOf(board.newestPrices()),
    priceNow: window?.closedBefore(board.live)?.[4] ?? null,
  })
  if (cursor.follows) store.set({ cursor: { ...cursor, time: board.live || null } })
  else if (cursor.time !== null && isBlind(cursor)) await board.reveal(cursor.time)
}

/** Everything that the market's panels list. */
export async function readLists(market: MarketOut): Promise<void> {
  const name = nameOf(market)
  const [signals, calls, followed] = await Promise.all([
    api.signals({ ...name, limit: SIGNALS }),
    api.signals({ ...name, calls: true, limit: CALLS }),
    api.calls({ ...name, limit: CALLS_KEPT }),
    readAnnotations(name),
    refreshSpans(),
  ])
  if (!isShown(market)) return
  refreshPreview()
  store.set({ signals, calls: calls.toReversed(), followed })
  await refreshSessions()
}
