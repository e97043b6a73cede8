// /api/alerts: where calls are sent, and what became of each.
import type { alertRoutes } from '../../contract/routes/alerts.ts'
import { requireMeetable } from '../alert-filters.ts'
import type { App } from '../app.ts'
import { marketsOf } from '../markets.ts'
import type { Handlers } from '../typed.ts'

export function alertHandlers(app: App): Handlers<keyof typeof alertRoutes> {
  const { alerts, inference } = app
  return {
    async createAlert({ body }) {
      if (body.session !== undefined) await inference.get(body.session)
      await requireMeetable(app, body, await marketsOf(app.provider))
      return alerts.create(body)
    },
    listAlerts: async () => ({ alerts: await alerts.list() }),
    deleteAlert: ({ params }) => alerts.remove(params.id),
    testAlert: ({ params }) => alerts.test(params.id),
    listDeliveries: async ({ params, query }) => ({ deliveries: await alerts.deliveries(params.id, query) }),
    retryDelivery: ({ params }) => alerts.retry(params.id, params.delivery),
  }
}
