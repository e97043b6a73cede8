// The past of a market that another server follows: fetched and stored there, and here once its log has come.
import type { App } from '../app.ts'
import { epochMs, toIso, type EpochMs } from '../../core/time.ts'
import { rangeOf } from '../../market/ranges.ts'
import type { PastOnDemand } from '../../market/sources/source.ts'
import type { Market, TimeRange } from '../../market/types.ts'
import type { Order } from './orders.ts'

/** What servers ask each other for beside the operations of the interface: order books of a short stretch of the past. */
export const RECALL = 'recallBooks'

interface Recalled extends Market {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** As `DataProvider.recallBooks`, wherever the market is followed. */
export async function recallBooks(
  { provider, talk, caughtUp }: App,
  market: Market,
  range: TimeRange,
): Promise<void> {
  if (talk === null || talk.answers(market)) return provider.recallBooks(market, range)
  // Where nobody follows it now the books are not had, as where its source has none.
  const asked = talk.ask(market, RECALL, { params: {}, query: {}, body: { ...market, ...range } })
  await asked.then(caughtUp, () => undefined)
}

export async function recallHere({ provider, logged }: App, { body }: Order): Promise<null> {
  const { symbol, venue, from, to } = body as Recalled
  const market = { symbol, venue }
  await provider.recallBooks(market, rangeOf(from, to))
  await logged(market)
  return null
}

/** As `DataProvider.past`, wherever the market is followed; what is fetched is here when it resolves. */
export function pastOf(
  { provider, talk, caughtUp }: App,
  market: Market,
): Pick<PastOnDemand, 'fetch'> | undefined {
  if (talk === null || talk.answers(market)) return provider.past(market)
  return {
    async fetch(timeframe, { from, to }) {
      const body = { ...market, timeframe, from: toIso(epochMs(from)), to: toIso(epochMs(to)) }
      const { added } = (await talk.ask(market, 'fetchHistory', { params: {}, query: {}, body })) as {
        added: number
      }
      await caughtUp()
      return { added, missing: [] }
    },
  }
}
