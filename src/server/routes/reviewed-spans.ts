// /api/reviewed-spans: stretches of which the trader says that everything to take is marked.
import { ReviewedSpanBody, ReviewedSpanOut, ReviewedSpansOut } from '../../contract/annotations.ts'
import type { App } from '../app.ts'
import { knownUntil } from '../markets.ts'
import { answers, IdParams, type Server } from '../typed.ts'

export function reviewedSpanRoutes(server: Server, app: App): void {
  const tags = ['reviewed spans']
  const create = {
    summary: 'Say that everything to take in a stretch is marked',
    tags,
    body: ReviewedSpanBody,
    response: answers(201, ReviewedSpanOut),
  }
  server.post('/api/reviewed-spans', { schema: create }, async ({ body }, reply) => {
    const market = app.provider.resolve(body.symbol, body.venue)
    const known = await knownUntil(app.provider, market)
    return reply.code(201).send(await app.reviewedSpans.create(body, market, known))
  })

  const list = { summary: 'Reviewed spans, by time', tags, response: answers(200, ReviewedSpansOut) }
  server.get('/api/reviewed-spans', { schema: list }, async () => ({
    reviewed_spans: await app.reviewedSpans.list(),
  }))

  const read = {
    summary: 'One reviewed span',
    tags,
    params: IdParams,
    response: answers(200, ReviewedSpanOut),
  }
  server.get('/api/reviewed-spans/:id', { schema: read }, ({ params }) => app.reviewedSpans.get(params.id))

  const remove = { ...read, summary: 'Take it back' }
  server.delete('/api/reviewed-spans/:id', { schema: remove }, ({ params }) => {
    return app.reviewedSpans.remove(params.id)
  })
}
