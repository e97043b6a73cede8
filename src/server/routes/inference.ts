// /api/inference-sessions and /api/signals: go live, stop, and what was said.
import type { inferenceRoutes } from '../../contract/routes/inference.ts'
import type { App } from '../app.ts'
import { marketFilter } from '../market-filter.ts'
import { withAccuracy } from '../session-accuracy.ts'
import type { Handlers } from '../typed.ts'

export function inferenceHandlers(app: App): Handlers<keyof typeof inferenceRoutes> {
  return {
    startInferenceSession: ({ body }) => app.inference.start(body),
    async listInferenceSessions({ query }) {
      const market = marketFilter(query, app.provider.status().market)
      const sessions = await app.inference.record.sessions({ ...query, ...market })
      return { inference_sessions: await Promise.all(sessions.map((each) => withAccuracy(app, each))) }
    },
    getInferenceSession: async ({ params }) => withAccuracy(app, await app.inference.get(params.id)),
    stopInferenceSession: async ({ params }) => withAccuracy(app, await app.inference.stop(params.id)),
    getDrift: ({ params }) => app.inference.drift(params.id),
    listMismatches: async ({ params }) => ({ mismatches: await app.inference.record.mismatches(params.id) }),
    listSignals: async ({ query }) => ({ signals: await app.inference.record.signals(query) }),
  }
}
