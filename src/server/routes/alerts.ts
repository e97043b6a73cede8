// /api/alerts: where calls are sent, and what became of each.
import type { alertRoutes } from '../../contract/routes/alerts.ts'
import type { App } from '../app.ts'
import type { Handlers } from '../typed.ts'

export function alertHandlers({ alerts, inference, orchestrator }: App): Handlers<keyof typeof alertRoutes> {
  return {
    async createAlert({ body }) {
      // A filter that nothing can ever meet is a slip.
      if (body.session !== undefined) await inference.get(body.session)
      if (body.model !== undefined) await orchestrator.model(body.model)
      return alerts.create(body)
    },
    listAlerts: async () => ({ alerts: await alerts.list() }),
    deleteAlert: ({ params }) => alerts.remove(params.id),
    testAlert: ({ params }) => alerts.test(params.id),
    listDeliveries: async ({ params, query }) => ({ deliveries: await alerts.deliveries(params.id, query) }),
    retryDelivery: ({ params }) => alerts.retry(params.id, params.delivery),
  }
}
