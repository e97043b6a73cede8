// /api/backtests: start one, watch it, set it aside, read what came of it.
import type { backtestRoutes } from '../../contract/routes/backtests.ts'
import type { App } from '../app.ts'
import type { Handlers } from '../typed.ts'

export function backtestHandlers({ backtests, provider }: App): Handlers<keyof typeof backtestRoutes> {
  return {
    startBacktest: ({ body }) => backtests.start(body, provider.resolve(body.symbol, body.venue)),
    listBacktests: async ({ query }) => ({ backtests: await backtests.list(query) }),
    getBacktest: ({ params, query }) => backtests.detail(params.id, query.timezone),
    pauseBacktest: ({ params }) => backtests.pause(params.id),
    resumeBacktest: ({ params }) => backtests.resume(params.id),
    cancelBacktest: ({ params }) => backtests.cancel(params.id),
  }
}
