// GET /api/candles and /api/markets: what the charts draw.
import { CandlesOut, CandlesQuery, MarketsOut, type CandleEvent } from '../../contract/market.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import { parseInstant, type EpochMs } from '../../core/time.ts'
import type { CandleUpdate, DataProvider } from '../../market/provider.ts'
import type { Candle, Market } from '../../market/types.ts'
import type { App } from '../app.ts'
import { describeMarkets } from '../markets.ts'
import { gapOut } from '../translate.ts'
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

  const markets = {
    summary: 'Markets there is data of, how far it reaches, and where test cases are possible',
    tags: ['market'],
    response: answers(200, MarketsOut),
  }
  server.get('/api/markets', { schema: markets }, async (): Promise<MarketsOut> => {
    return { markets: await describeMarkets(app.provider) }
  })
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
  const { market: served, kind } = provider.status()
  const moves = market.venue === served.venue && market.symbol === served.symbol
  const now = moves ? provider.asOf() : await endOfStored(provider, market)
  return kind === 'replay' && to !== undefined && to > now ? to : now
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
