// /api/preview: what the instant model would call, as of the marks now.
import type { previewRoutes } from '../../contract/routes/preview.ts'
import type { App } from '../app.ts'
import { storedMarket } from '../stored-market.ts'
import type { Handlers } from '../typed.ts'

export function previewHandlers(app: App): Handlers<keyof typeof previewRoutes> {
  return {
    async getPreview({ query }) {
      const served = app.provider.status().market
      const venue = query.venue ?? (query.symbol === served.symbol ? served.venue : undefined)
      return app.previews.get(await storedMarket(app.reader, query.symbol, venue), query)
    },
  }
}
