// /api/annotations: the trader's marks; each writes, rewrites or removes its test case before the answer.
import type { AnnotationBody, AnnotationsQuery } from '../../contract/annotations.ts'
import type { AnnotationFilter } from '../../annotation/annotation-store.ts'
import { isPage } from '../../annotation/pages.ts'
import { parseInstant } from '../../core/time.ts'
import type { Market } from '../../market/types.ts'
import type { App } from '../app.ts'
import { marketFilter } from '../market-filter.ts'
import type { Handlers } from '../typed.ts'
import { withSight } from '../sight.ts'
import { withPast } from '../with-past.ts'

type AnnotationOperation =
  | 'createAnnotation'
  | 'listAnnotations'
  | 'getAnnotation'
  | 'replaceAnnotation'
  | 'deleteAnnotation'
  | 'restoreAnnotation'

export function annotationHandlers(app: App): Handlers<AnnotationOperation> {
  const marketOf = ({ symbol, venue }: AnnotationBody) => app.provider.resolve(symbol, venue)
  return {
    async createAnnotation({ body }) {
      const market = marketOf(body)
      const told = await withSight(app.shown, market, body)
      return withPast(app, market, body.entry.timestamp, () => app.annotations.create(told, market))
    },
    async listAnnotations({ query }) {
      const filter = filterOf(query, app.provider.status().market)
      if (!isPage(query)) return { annotations: await app.annotations.list(filter) }
      const { rows, next } = await app.annotations.page(filter, query)
      return { annotations: rows, next }
    },
    getAnnotation: ({ params }) => app.annotations.get(params.id),
    async replaceAnnotation({ params, body }) {
      const market = marketOf(body)
      const told = await withSight(app.shown, market, body, await app.annotations.get(params.id))
      const replace = () => app.annotations.replace(params.id, told, market)
      return withPast(app, market, body.entry.timestamp, replace)
    },
    deleteAnnotation: ({ params }) => app.annotations.remove(params.id),
    restoreAnnotation: ({ params }) => app.annotations.restore(params.id),
  }
}

function filterOf(query: AnnotationsQuery, served: Market): AnnotationFilter {
  const { direction, tag, from, to, deleted = false } = query
  return {
    market: marketFilter(query, served),
    deleted,
    ...(direction === undefined ? {} : { direction }),
    ...(tag === undefined ? {} : { tag }),
    ...(from === undefined ? {} : { from: parseInstant(from, 'from') }),
    ...(to === undefined ? {} : { to: parseInstant(to, 'to') }),
  }
}
