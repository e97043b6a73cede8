// From a call of a backtest to its second: the charts of its market, everything later hidden; and on to the next one.
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import { showAsOf } from '../actions/as-of.ts'
import { keepCursor } from '../actions/kept-cursor.ts'
import { switchTo } from '../actions/markets.ts'
import { keysToCharts } from '../actions/stand.ts'
import { isShown, say, store, type AppState } from '../state/app-state.ts'
import type { Tested, TestedCall } from '../state/tested.ts'

/** @param time the as-of second, UTC ms */
export async function showSecond(market: MarketName, time: number): Promise<void> {
  store.set({ dialog: null })
  if (!isShown(market) && !(await showMarketOf(market, time))) return
  await showAsOf(time)
  keysToCharts()
}

async function showMarketOf(name: MarketName, time: number): Promise<boolean> {
  const market = store.get().markets.find((one) => sameMarket(one, name))
  if (market === undefined) {
    say(`Nothing is stored of ${name.symbol} on ${name.venue} any more.`, 'warn')
    return false
  }
  // Hidden from the first candle of it that is drawn.
  keepCursor(sessionStorage, { market, cursor: { time, follows: false, hidesFuture: true } })
  await switchTo(market)
  return isShown(market)
}

/** The call after the cursor, or before it; undefined beyond the ends. */
export function neighbour({ calls }: Tested, at: number | null, delta: 1 | -1): TestedCall | undefined {
  if (at === null) return calls[0]
  return delta === 1 ? calls.find(({ time }) => time > at) : calls.findLast(({ time }) => time < at)
}

/** To the next call of the backtest, or the one before; also to one that is hidden, whose second then is the newest that is shown. */
export async function stepTested(delta: 1 | -1): Promise<void> {
  const { tested, cursor } = store.get()
  if (tested === null) return
  const next = neighbour(tested, cursor.time, delta)
  if (next === undefined) return say(delta === 1 ? 'That was its last call.' : 'That was its first call.')
  await showSecond(tested, next.time)
}

/** Whether there are calls to step through. */
export function hasTested({ tested }: Pick<AppState, 'tested'>): boolean {
  return tested !== null
}
