// A session shown large: on the charts of its market.
import type { SessionOut } from '../../contract/inference.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { store } from '../state/app-state.ts'
import { switchTo } from './markets.ts'

export async function showSession(session: SessionOut): Promise<void> {
  store.set({ session: session.id })
  const found = store.get().markets.find((one) => sameMarket(one, session))
  if (found !== undefined) await switchTo(found)
}
