// /api/inference-sessions and /api/signals: go live, stop, and what was said.
import { SessionBody, SessionOut, SessionsOut, SignalsOut, SignalsQuery } from '../../contract/inference.ts'
import type { App } from '../app.ts'
import { withAccuracy } from '../session-accuracy.ts'
import { answers, IdParams, type Server } from '../typed.ts'

export function inferenceRoutes(server: Server, app: App): void {
  const tags = ['inference']
  const start = {
    summary: 'Start live inference: one signal a second until stopped',
    tags,
    body: SessionBody,
    response: answers(201, SessionOut),
  }
  server.post('/api/inference-sessions', { schema: start }, async ({ body }, reply) => {
    return reply.code(201).send(await app.inference.start(body))
  })

  const list = { summary: 'All sessions, newest first', tags, response: answers(200, SessionsOut) }
  server.get('/api/inference-sessions', { schema: list }, async () => ({
    inference_sessions: await Promise.all(
      (await app.inference.list()).map((each) => withAccuracy(app, each)),
    ),
  }))

  const read = { summary: 'One session', tags, params: IdParams, response: answers(200, SessionOut) }
  server.get('/api/inference-sessions/:id', { schema: read }, async ({ params }) => {
    return withAccuracy(app, await app.inference.get(params.id))
  })

  const stop = { ...read, summary: 'Stop a session' }
  server.post('/api/inference-sessions/:id/stop', { schema: stop }, async ({ params }) => {
    return withAccuracy(app, await app.inference.stop(params.id))
  })

  const signals = {
    summary: 'Signals, newest first',
    tags,
    querystring: SignalsQuery,
    response: answers(200, SignalsOut),
  }
  server.get('/api/signals', { schema: signals }, async ({ query }) => ({
    signals: await app.inference.signals(query),
  }))
}
