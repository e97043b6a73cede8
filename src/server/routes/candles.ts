// /api/candles and /api/markets: what the charts draw, and which markets move.
import type { CandleEvent, CandlesQuery, CandlesOut, StreamBody } from '../../contract/market.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import { AppError } from '../../core/errors.ts'
import { parseInstant, type EpochMs } from '../../core/time.ts'
import { gapOut } from '../../market/gap.ts'
import type { CandleUpdate, DataProvider } from '../../market/provider.ts'
import { TIMEFRAMES } from '../../market/timeframe.ts'
import type { Candle, Market } from '../../market/types.ts'
import type { App } from '../app.ts'
import { describeMarket, describeMarkets } from '../markets.ts'
import type { Handlers } from '../typed.ts'

const DEFAULT_LIMIT = 500

export function candleHandlers(
  app: App,
): Handlers<'getCandles' | 'listMarkets' | 'followMarket' | 'unfollowMarket'> {
  return {
    getCandles: ({ query }) => candlesOf(app.provider, query),
    listMarkets: async () => ({ markets: await describeMarkets(app.provider) }),
    async followMarket({ body }) {
      const market = namedMarket(body)
      const isNew = await app.followed.follow(market)
      return { status: isNew ? 201 : 200, answer: await describeMarket(app.provider, market) }
    },
    async unfollowMarket({ query }) {
      const market = app.provider.resolve(query.symbol, query.venue)
      await app.followed.unfollow(market)
      return describeMarket(app.provider, market)
    },
  }
}

async function candlesOf(provider: DataProvider, query: CandlesQuery): Promise<CandlesOut> {
  const { symbol, venue, timeframe, limit = DEFAULT_LIMIT, forming = false } = query
  const market = provider.resolve(symbol, venue)
  const from = query.from === undefined ? undefined : parseInstant(query.from, 'from')
  const to = query.to === undefined ? undefined : parseInstant(query.to, 'to')
  const found = await provider.candles({
    market,
    timeframe,
    limit,
    forming,
    asOf: await visibleUntil(provider, market, to),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  })
  return { ...market, timeframe, candles: found.candles.map(rowOf), gaps: found.gaps.map(gapOut) }
}

function namedMarket({ exchange, venue = exchange, symbol }: StreamBody): Market {
  if (venue !== undefined && (exchange === undefined || exchange === venue)) return { venue, symbol }
  const message = 'Give the exchange by its ccxt id, such as binance, once: as exchange or as venue.'
  throw new AppError('invalid_request', message, { field: 'exchange' })
}

export function candleEvent({ market, timeframe, closed, candles }: CandleUpdate): CandleEvent {
  return { ...market, timeframe, closed, candles: candles.map(rowOf) }
}

/**
 * Charts see what is known now. What a replay has not played yet, and markets that do not move here, are seen when asked for by `to`:
 * annotating any stored time stays possible.
 */
async function visibleUntil(
  provider: DataProvider,
  market: Market,
  to: EpochMs | undefined,
): Promise<EpochMs> {
  const status = provider.statusOf(market)
  const now = status === null ? await endOfStored(provider, market) : provider.asOf(market)
  return (status ?? provider.status()).kind === 'replay' && to !== undefined && to > now ? to : now
}

async function endOfStored(provider: DataProvider, market: Market): Promise<EpochMs> {
  const ends = await Promise.all(TIMEFRAMES.map((timeframe) => provider.stored(market, timeframe)))
  return Math.max(0, ...ends.map((range) => range?.to ?? 0)) as EpochMs
}

function rowOf({ openTime, open, high, low, close, volume }: Candle): CandleRow {
  return [openTime, open, high, low, close, volume]
}
