// Where the trader stood before the page asked something, and coming back there.
import { board } from '../charts/board.ts'
import { attempt, store } from '../state/app-state.ts'
import type { Stand } from '../state/asking.ts'
import { focusOn } from '../state/focus.ts'
import { goLive } from './cursor.ts'
import { switchTo } from './markets.ts'

export function standNow(): Stand {
  const { market, cursor, maximised } = store.get()
  return { market, cursor, maximised, views: board.views() }
}

/** Back to where the trader stood; along with the newest second where the charts went along with it. */
export async function returnTo({ market, cursor, maximised, views }: Stand): Promise<void> {
  if (market !== null) await switchTo(market)
  if (cursor.follows) {
    store.set({ maximised })
    return goLive()
  }
  store.set({ cursor, maximised, call: null })
  await attempt(() => board.restore(views))
}

/** Keys are the charts' from here on: Space plays, where a button that was clicked would be pressed again. */
export function keysToCharts(): void {
  focusOn(`chart-${store.get().focused}`)
}
