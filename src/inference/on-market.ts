// Which of those that run are on a market.
import { sameMarket } from '../contract/market-name.ts'
import type { Market } from '../market/types.ts'

/** Those of one market, or of all where none is named; `running` by their ids. */
export function onMarket(
  running: ReadonlyMap<string, { readonly market: Market }>,
  market?: Market,
): { id: string; market: Market }[] {
  const all = [...running].map(([id, one]) => ({ id, market: one.market }))
  return market === undefined ? all : all.filter((one) => sameMarket(one.market, market))
}
