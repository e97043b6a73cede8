// /api/calls: what live sessions called, what came of it, what they saw, and what the trader says.
import type { callRoutes } from '../../contract/routes/calls.ts'
import type { App } from '../app.ts'
import { withMatches } from '../call-matches.ts'
import { callState } from '../call-state.ts'
import { CallVerdicts } from '../call-verdicts.ts'
import type { Handlers } from '../typed.ts'

export function callHandlers(app: App): Handlers<keyof typeof callRoutes> {
  const verdicts = new CallVerdicts(app)
  return {
    listCalls: async ({ query }) => ({
      calls: await withMatches(app, await app.inference.record.calls(query)),
    }),
    countCalls: ({ query }) => app.inference.record.callCounts(query),
    getCallState: ({ params }) => callState(app, params.id),
    judgeCall: ({ params, body }) => verdicts.judge(params.id, body.verdict),
  }
}
