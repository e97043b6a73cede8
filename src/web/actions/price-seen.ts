// The price that was seen last before an instant: what a mark's leg there costs.
import { board } from '../charts/board.ts'
import { priceAt } from '../charts/fetch-candles.ts'
import { store } from '../state/app-state.ts'
import { SECOND } from '../state/timeframes.ts'

/** The last close before `instant`, UTC ms, from the 1s chart, else from the server; null where none is stored there. */
export async function priceSeenAt(instant: number): Promise<number | null> {
  const window = board.pane('1s')?.window
  if (window !== undefined && window.size > 0 && instant > window.from && instant <= window.to) {
    const row = window.closedBefore(instant)
    if (row !== null && instant - row[0] <= 60 * SECOND) return row[4]
  }
  const { market } = store.get()
  return market === null ? null : priceAt(market, instant)
}
