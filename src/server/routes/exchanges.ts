// /api/exchanges: which there are and what they trade. /api/history: the past that the served exchange still has.
import type { HistoryStretch } from '../../contract/exchanges.ts'
import { AppError } from '../../core/errors.ts'
import { parseInstant } from '../../core/time.ts'
import { rangeOf, rangeOut } from '../../market/ranges.ts'
import type { PastOnDemand } from '../../market/sources/source.ts'
import type { TimeRange } from '../../market/types.ts'
import type { App } from '../app.ts'
import type { Handlers } from '../typed.ts'

const SYMBOLS = 50

export function exchangeHandlers(
  app: App,
): Handlers<'listExchanges' | 'listSymbols' | 'getHistoryCost' | 'fetchHistory'> {
  return {
    async listExchanges() {
      const { exchangeIds } = await import('../../market/exchange/ccxt.ts')
      return { exchanges: exchangeIds().map((id) => ({ id })) }
    },
    async listSymbols({ params, query }) {
      const { symbolsOf } = await import('../../market/exchange/connect.ts')
      const found = await symbolsOf(params.id, app.exchangeSettings, query.q ?? '', query.limit ?? SYMBOLS)
      return {
        exchange: params.id,
        symbols: found.map(({ symbol, base, quote, type }) => ({ symbol, base, quote, type })),
      }
    },
    getHistoryCost({ query }) {
      const { missing, way, requests, seconds } = pastOf(app, query).cost(query.timeframe, spanOf(query))
      return { missing: missing.map(rangeOut), way, requests, seconds }
    },
    async fetchHistory({ body, raw }) {
      const gone = new AbortController()
      raw.once('aborted', () => gone.abort())
      const began = performance.now()
      const past = pastOf(app, body)
      const { added, missing } = await past.fetch(body.timeframe, spanOf(body), gone.signal)
      return { added, missing: missing.map(rangeOut), duration_ms: performance.now() - began }
    },
  }
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
