// Every market there is data of: what is stored of each timeframe, and where test cases are possible.
import { isSimulated, sameMarket } from '../contract/market-name.ts'
import type { MarketOut } from '../contract/market.ts'
import { epochMs, type EpochMs } from '../core/time.ts'
import type { DataProvider } from '../market/provider.ts'
import { rangeOut } from '../market/ranges.ts'
import { TIMEFRAMES } from '../market/timeframe.ts'
import type { Market } from '../market/types.ts'
import { testCaseSpans } from '../market-state/availability.ts'

export async function describeMarkets(provider: DataProvider): Promise<MarketOut[]> {
  return Promise.all((await marketsOf(provider)).map((market) => describeMarket(provider, market)))
}

/** The primary market first, then the others that are followed, then those that are stored alone. */
export async function marketsOf(provider: DataProvider): Promise<Market[]> {
  const streamed = provider.statuses().map(({ market }) => market)
  const others = (await provider.markets()).filter((market) => provider.statusOf(market) === null)
  return [...streamed, ...others]
}

/** The newest instant of `market` that there is anything to see of: its clock, or the end of what is stored beyond it in a replay. */
export async function knownUntil(provider: DataProvider, market: Market): Promise<EpochMs> {
  const stored = await Promise.all(TIMEFRAMES.map((timeframe) => provider.stored(market, timeframe)))
  return epochMs(Math.max(provider.clock.now(), ...stored.map((range) => range?.to ?? 0)))
}

export async function describeMarket(provider: DataProvider, market: Market): Promise<MarketOut> {
  const status = provider.statusOf(market)
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
    streaming: status !== null,
    primary: sameMarket(market, provider.status().market),
    state: status?.state ?? null,
    lag_ms: status?.lagMs ?? null,
    stored: Object.fromEntries(stored) as MarketOut['stored'],
    test_case_spans: (await testCaseSpans(provider, market)).map(rangeOut),
  }
}
