// Every market there is data of: what is stored of each timeframe, and where test cases are possible.
import type { MarketOut } from '../contract/market.ts'
import type { DataProvider } from '../market/provider.ts'
import { TIMEFRAMES } from '../market/timeframe.ts'
import type { Market } from '../market/types.ts'
import { testCaseSpans } from '../market-state/availability.ts'
import { rangeOut } from './translate.ts'

/** The served market first. */
export async function describeMarkets(provider: DataProvider): Promise<MarketOut[]> {
  const { market: served } = provider.status()
  const isServed = (market: Market): boolean =>
    market.venue === served.venue && market.symbol === served.symbol
  const others = (await provider.markets()).filter((market) => !isServed(market))
  return Promise.all([served, ...others].map((market) => describe(provider, market)))
}

async function describe(provider: DataProvider, market: Market): Promise<MarketOut> {
  const stored = await Promise.all(
    TIMEFRAMES.map(async (timeframe) => {
      const range = await provider.stored(market, timeframe)
      return [timeframe, range === null ? null : rangeOut(range)] as const
    }),
  )
  return {
    symbol: market.symbol,
    venue: market.venue,
    simulated: isSimulated(market),
    stored: Object.fromEntries(stored) as MarketOut['stored'],
    test_case_spans: (await testCaseSpans(provider, market)).map(rangeOut),
  }
}

function isSimulated({ venue }: Market): boolean {
  return venue.startsWith('demo-')
}
