// /api/reviewed-spans: stretches of which the trader says that everything to take is marked.
import { isPage } from '../../annotation/pages.ts'
import type { App } from '../app.ts'
import { marketFilter } from '../market-filter.ts'
import { knownUntil } from '../markets.ts'
import type { Handlers } from '../typed.ts'

export function reviewedSpanHandlers(
  app: App,
): Handlers<'createReviewedSpan' | 'listReviewedSpans' | 'getReviewedSpan' | 'deleteReviewedSpan'> {
  return {
    async createReviewedSpan({ body }) {
      const market = app.provider.resolve(body.symbol, body.venue)
      const span = await app.reviewedSpans.create(body, market, await knownUntil(app.provider, market))
      app.bus.emit('reviewed_spans', market)
      return span
    },
    async listReviewedSpans({ query }) {
      const market = marketFilter(query, app.provider.status().market)
      if (!isPage(query)) return { reviewed_spans: await app.reviewedSpans.list(market) }
      const { rows, next } = await app.reviewedSpans.page(market, query)
      return { reviewed_spans: rows, next }
    },
    getReviewedSpan: ({ params }) => app.reviewedSpans.get(params.id),
    async deleteReviewedSpan({ params }) {
      const span = await app.reviewedSpans.remove(params.id)
      app.bus.emit('reviewed_spans', span)
      return span
    },
  }
}
