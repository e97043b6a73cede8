// /api/suggestions: moments worth an answer.
import type { suggestionRoutes } from '../../contract/routes/suggestions.ts'
import type { App } from '../app.ts'
import { storedMarket } from '../stored-market.ts'
import type { Handlers } from '../typed.ts'

const DEFAULT_LIMIT = 10

export function suggestionHandlers(app: App): Handlers<keyof typeof suggestionRoutes> {
  return {
    async listSuggestions({ query: { symbol, venue: named, limit = DEFAULT_LIMIT } }) {
      const served = app.provider.status().market
      const venue = named ?? (symbol === served.symbol ? served.venue : undefined)
      const market = await storedMarket(app.reader, symbol, venue)
      return app.suggestions.list(market, limit, app.provider.asOf())
    },
    answerSuggestion: ({ params, body }) => app.suggestions.answer(params.id, body),
  }
}
