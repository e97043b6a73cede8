// /api/reviewed-spans: stretches of which the trader says that everything to take is marked.
import type { App } from '../app.ts'
import { knownUntil } from '../markets.ts'
import type { Handlers } from '../typed.ts'

export function reviewedSpanHandlers(
  app: App,
): Handlers<'createReviewedSpan' | 'listReviewedSpans' | 'getReviewedSpan' | 'deleteReviewedSpan'> {
  return {
    async createReviewedSpan({ body }) {
      const market = app.provider.resolve(body.symbol, body.venue)
      return app.reviewedSpans.create(body, market, await knownUntil(app.provider, market))
    },
    listReviewedSpans: async () => ({ reviewed_spans: await app.reviewedSpans.list() }),
    getReviewedSpan: ({ params }) => app.reviewedSpans.get(params.id),
    deleteReviewedSpan: ({ params }) => app.reviewedSpans.remove(params.id),
  }
}
