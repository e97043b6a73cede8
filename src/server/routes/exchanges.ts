// /api/exchanges: which there are and what they trade. /api/history: the past that the served exchange still has.
import {
  ExchangesOut,
  HistoryCostOut,
  HistoryOut,
  HistoryStretch,
  SymbolsOut,
  SymbolsQuery,
} from '../../contract/exchanges.ts'
import { AppError } from '../../core/errors.ts'
import { parseInstant } from '../../core/time.ts'
import { rangeOf, rangeOut } from '../../market/ranges.ts'
import type { PastOnDemand } from '../../market/sources/source.ts'
import type { TimeRange } from '../../market/types.ts'
import type { App } from '../app.ts'
import { answers, IdParams, type Server } from '../typed.ts'

const tags = ['market']
const SYMBOLS = 50

export function exchangeRoutes(server: Server, app: App): void {
  const exchanges = { summary: 'Exchanges that can be streamed', tags, response: answers(200, ExchangesOut) }
  server.get('/api/exchanges', { schema: exchanges }, async (): Promise<ExchangesOut> => {
    const { exchangeIds } = await import('../../market/exchange/ccxt.ts')
    return { exchanges: exchangeIds().map((id) => ({ id })) }
  })

  const symbols = {
    summary: 'Symbols of an exchange that contain a text; asks the exchange',
    tags,
    params: IdParams,
    querystring: SymbolsQuery,
    response: answers(200, SymbolsOut),
  }
  server.get(
    '/api/exchanges/:id/symbols',
    { schema: symbols },
    async ({ params, query }): Promise<SymbolsOut> => {
      const { symbolsOf } = await import('../../market/exchange/connect.ts')
      const found = await symbolsOf(params.id, app.exchangeSettings, query.q ?? '', query.limit ?? SYMBOLS)
      return {
        exchange: params.id,
        symbols: found.map(({ symbol, base, quote, type }) => ({ symbol, base, quote, type })),
      }
    },
  )

  const cost = {
    summary: 'What of a stretch is missing, and what fetching it would take',
    tags,
    querystring: HistoryStretch,
    response: answers(200, HistoryCostOut),
  }
  server.get('/api/history', { schema: cost }, ({ query }): HistoryCostOut => {
    const { missing, way, requests, seconds } = pastOf(app, query).cost(query.timeframe, spanOf(query))
    return { missing: missing.map(rangeOut), way, requests, seconds }
  })

  const fetching = {
    summary: 'Fetch and store what of a stretch is missing',
    tags,
    body: HistoryStretch,
    response: answers(200, HistoryOut),
  }
  server.post('/api/history', { schema: fetching }, async ({ body, raw }): Promise<HistoryOut> => {
    const gone = new AbortController()
    raw.once('aborted', () => gone.abort())
    const began = performance.now()
    const past = pastOf(app, body)
    const { added, missing } = await past.fetch(body.timeframe, spanOf(body), gone.signal)
    return { added, missing: missing.map(rangeOut), duration_ms: performance.now() - began }
  })
}

function pastOf(app: App, { symbol, venue }: HistoryStretch): PastOnDemand {
  const asked = app.provider.resolve(symbol, venue)
  const past = app.provider.past(asked)
  if (past !== undefined) return past
  const message = `The past of ${asked.symbol} on ${asked.venue} cannot be fetched here: follow it with POST /api/markets, or fetch it with annotate download-data.`
  throw new AppError('no_history', message, { status: 422, field: 'symbol' })
}

function spanOf({ from, to }: HistoryStretch): TimeRange {
  const range = rangeOf(parseInstant(from, 'from'), parseInstant(to, 'to'))
  if (range.from < range.to) return range
  throw new AppError('invalid_request', 'from is not before to: nothing lies between.', { field: 'to' })
}
