// /api/similar: moments of stored markets that look alike.
import type { momentRoutes } from '../../contract/routes/moments.ts'
import type { App } from '../app.ts'
import { askedMoment, DEFAULT_LIMIT, similarOut } from '../similar.ts'
import type { Handlers } from '../typed.ts'

export function momentHandlers(app: App): Handlers<keyof typeof momentRoutes> {
  return {
    async findSimilar({ query }) {
      const { market: served } = app.provider.status()
      const asked = await askedMoment(app, query, served)
      const until = app.provider.asOf()
      const { market, at } = asked
      const limit = query.limit ?? DEFAULT_LIMIT
      return { similar: similarOut(asked, await app.moments.similar({ market, at, limit, until })) }
    },
  }
}
