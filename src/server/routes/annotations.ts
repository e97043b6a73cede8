// /api/annotations: the trader's marks; each writes, rewrites or removes its test case before the answer.
import {
  AnnotationBody,
  AnnotationOut,
  AnnotationsOut,
  AnnotationsQuery,
} from '../../contract/annotations.ts'
import type { AnnotationFilter } from '../../annotation/annotation-store.ts'
import { parseInstant } from '../../core/time.ts'
import type { Market } from '../../market/types.ts'
import type { App } from '../app.ts'
import { withPast } from '../with-past.ts'
import { answers, IdParams, type Server } from '../typed.ts'

export function annotationRoutes(server: Server, app: App): void {
  const tags = ['annotations']
  const marketOf = ({ symbol, venue }: AnnotationBody) => app.provider.resolve(symbol, venue)

  const create = {
    summary: 'Mark a trade; its test case is on disk before the answer',
    tags,
    body: AnnotationBody,
    response: answers(201, AnnotationOut),
  }
  server.post('/api/annotations', { schema: create }, async ({ body }, reply) => {
    const market = marketOf(body)
    const made = await withPast(app, market, body.entry.timestamp, () => app.annotations.create(body, market))
    return reply.code(201).send(made)
  })

  const list = {
    summary: 'Annotations, by entry',
    tags,
    querystring: AnnotationsQuery,
    response: answers(200, AnnotationsOut),
  }
  server.get('/api/annotations', { schema: list }, async ({ query }) => ({
    annotations: await app.annotations.list(filterOf(query, app.provider.status().market)),
  }))

  const read = { summary: 'One annotation', tags, params: IdParams, response: answers(200, AnnotationOut) }
  server.get('/api/annotations/:id', { schema: read }, ({ params }) => app.annotations.get(params.id))

  const replace = { ...read, summary: 'Replace it; its test case is rewritten', body: AnnotationBody }
  server.put('/api/annotations/:id', { schema: replace }, ({ params, body }) => {
    const market = marketOf(body)
    return withPast(app, market, body.entry.timestamp, () => app.annotations.replace(params.id, body, market))
  })

  const remove = {
    summary: 'Delete it and its test case',
    tags,
    params: IdParams,
    response: answers(200, AnnotationOut),
  }
  server.delete('/api/annotations/:id', { schema: remove }, ({ params }) => {
    return app.annotations.remove(params.id)
  })

  const restore = { ...read, summary: 'Undo the delete' }
  server.post('/api/annotations/:id/restore', { schema: restore }, ({ params }) => {
    return app.annotations.restore(params.id)
  })
}

/** A symbol without a venue means the venue that is served. */
function filterOf(query: AnnotationsQuery, served: Market): AnnotationFilter {
  const { symbol, direction, tag, from, to, deleted = false } = query
  const venue = query.venue ?? (symbol === undefined ? undefined : served.venue)
  return {
    market: { ...(symbol === undefined ? {} : { symbol }), ...(venue === undefined ? {} : { venue }) },
    deleted,
    ...(direction === undefined ? {} : { direction }),
    ...(tag === undefined ? {} : { tag }),
    ...(from === undefined ? {} : { from: parseInstant(from, 'from') }),
    ...(to === undefined ? {} : { to: parseInstant(to, 'to') }),
  }
}
