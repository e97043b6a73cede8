// From a list to the charts: the market of a test case or a call, and the case or the call in it.
import type { LineageCase } from '../../contract/lineage.ts'
import type { CallOut } from '../../contract/live-calls.ts'
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import { select } from '../actions/annotations.ts'
import { showCall } from '../actions/calls.ts'
import { switchTo } from '../actions/markets.ts'
import { say, store } from '../state/app-state.ts'

export async function showCaseOf({ annotation_id: id, symbol, venue }: LineageCase): Promise<void> {
  if (symbol !== null && venue !== null && (await goTo({ symbol, venue }))) await select(id)
}

export async function showCallOf(call: CallOut): Promise<void> {
  if (await goTo(call)) await showCall(call)
}

/** Whether that market is shown now; closes the dialog. */
async function goTo(market: MarketName): Promise<boolean> {
  const known = store.get().markets.find((one) => sameMarket(one, market))
  if (known === undefined) {
    say(`Nothing is stored of ${market.symbol} on ${market.venue} any more.`, 'warn')
    return false
  }
  await switchTo(known)
  return true
}
