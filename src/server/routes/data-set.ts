// /api/data-set: the state of the data set as a whole, and blind second looks at what was labelled.
import type { dataSetRoutes } from '../../contract/routes/data-set.ts'
import type { Market } from '../../market/types.ts'
import type { App } from '../app.ts'
import { answerSecondLook, drawSecondLooks } from '../second-looks.ts'
import { storedMarket } from '../stored-market.ts'
import type { Handlers } from '../typed.ts'

const DEFAULT_LIMIT = 12

export function dataSetHandlers(app: App): Handlers<keyof typeof dataSetRoutes> {
  return {
    getDataSetHealth: ({ query }) => app.dataSetHealth.get(query.timezone),
    async drawSecondLooks({ query: { symbol, venue, limit = DEFAULT_LIMIT, seed } }) {
      const market = await marketOf(app, symbol, venue)
      return drawSecondLooks(app, market, { limit, seed, until: app.provider.asOf() })
    },
    async answerSecondLook({ body }) {
      const answered = await answerSecondLook(app, await marketOf(app, body.symbol, body.venue), body)
      app.dataSetHealth.changed()
      return answered
    },
  }
}

async function marketOf(app: App, symbol: string, named: string | undefined): Promise<Market> {
  const served = app.provider.status().market
  return storedMarket(app.reader, symbol, named ?? (symbol === served.symbol ? served.venue : undefined))
}
