// GET /api/candles and /api/markets: what the charts draw.
import {
  CandlesOut,
  CandlesQuery,
  MarketOut,
  MarketsOut,
  StreamBody,
  StreamQuery,
  type CandleEvent,
} from '../../contract/market.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import { AppError } from '../../core/errors.ts'
import { parseInstant, type EpochMs } from '../../core/time.ts'
import { gapOut } from '../../market/gap.ts'
import type { CandleUpdate, DataProvider } from '../../market/provider.ts'
import type { Candle, Market } from '../../market/types.ts'
import type { App } from '../app.ts'
import { describeMarket, describeMarkets } from '../markets.ts'
import { answers, type Server } from '../typed.ts'

const DEFAULT_LIMIT = 500

export function candleRoutes(server: Server, app: App): void {
  const candles = {
    summary: 'Candles of one timeframe, ascending by open time, with the gaps between them',
    tags: ['market'],
    querystring: CandlesQuery,
    response: answers(200, CandlesOut),
  }
  server.get('/api/candles', { schema: candles }, async ({ query }): Promise<CandlesOut> => {
    const { symbol, venue, timeframe, limit = DEFAULT_LIMIT, forming = false } = query
    const market = app.provider.resolve(symbol, venue)
    const from = query.from === undefined ? undefined : parseInstant(query.from, 'from')
    const to = query.to === undefined ? undefined : parseInstant(query.to, 'to')
    const found = await app.provider.candles({
      market,
      timeframe,
      limit,
      forming,
      asOf: await visibleUntil(app.provider, market, to),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    })
    return { ...market, timeframe, candles: found.candles.map(rowOf), gaps: found.gaps.map(gapOut) }
  })
}

/** Which markets move: one more, one less. */
export function marketRoutes(server: Server, app: App): void {
  const tags = ['market']
  const markets = {
    summary: 'Markets that are followed or stored: how far each reaches, and where test cases are possible',
    tags,
    response: answers(200, MarketsOut),
  }
  server.get('/api/markets', { schema: markets }, async (): Promise<MarketsOut> => {
    return { markets: await describeMarkets(app.provider) }
  })

  const follow = {
    summary: 'Follow a market of an exchange, beside those that are followed; 200 where it is one of them',
    description: 'Its past is fetched in the background: the state is `connecting` until its first second.',
    tags,
    body: StreamBody,
    response: { ...answers(200, MarketOut), 201: MarketOut },
  }
  server.post('/api/markets', { schema: follow }, async ({ body }, reply) => {
    const market = namedMarket(body)
    const isNew = await app.followed.follow(market)
    return reply.code(isNew ? 201 : 200).send(await describeMarket(app.provider, market))
  })

  const unfollow = {
    summary: 'Stop following a market; what is stored of it stays. The one that is served can not be stopped',
    tags,
    querystring: StreamQuery,
    response: answers(200, MarketOut),
  }
  server.delete('/api/markets', { schema: unfollow }, async ({ query }): Promise<MarketOut> => {
    const market = app.provider.resolve(query.symbol, query.venue)
    await app.followed.unfollow(market)
    return describeMarket(app.provider, market)
  })
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
  const ends = await Promise.all(
    (['1s', '1m', '1h', '1d'] as const).map((timeframe) => provider.stored(market, timeframe)),
  )
  return Math.max(0, ...ends.map((range) => range?.to ?? 0)) as EpochMs
}

function rowOf({ openTime, open, high, low, close, volume }: Candle): CandleRow {
  return [openTime, open, high, low, close, volume]
}
