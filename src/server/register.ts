// Registers every operation of the table with its handler: path, schemas and statuses are taken from there.
import type { FastifySchema } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { addressOf, paramNames, type Operation } from '../contract/addresses.ts'
import type { Route } from '../contract/route.ts'
import { routes } from '../contract/routes.ts'
import type { Answered, Asked, Handlers, Server } from './typed.ts'

/** An id in a path. */
const Id = Type.String({ minLength: 1, maxLength: 128 })

/** A handler of any operation; which one is known to the table. */
type AnyHandler = (asked: Asked<never>) => unknown

/** Adds a route for each handler. @throws where two operations have the same address */
export function registerOperations(server: Server, handlers: Handlers<Answered>): void {
  for (const [id, handler] of Object.entries(handlers)) {
    registerOperation(server, id as Answered, handler)
  }
}

function registerOperation(server: Server, id: Answered, handler: AnyHandler): void {
  const { method, path } = addressOf(id)
  const route: Route = routes[id]
  const statuses = Object.keys(route.answers).map(Number)
  if (route.upload !== undefined) acceptBytes(server, route.upload)
  server.route({
    method,
    url: path,
    schema: schemasOf(id),
    ...(route.upload === undefined ? {} : { bodyLimit: route.upload.largest }),
    async handler(request, reply) {
      const { params, query, raw } = request
      const body = route.upload === undefined ? request.body : bytesOf(request.body)
      const given = await handler({ params, query, body, raw } as Asked<never>)
      const { status, answer } =
        statuses.length > 1 ? (given as Chosen) : { status: statuses[0], answer: given }
      return reply.code(status ?? 200).send(answer)
    },
  })
}

interface Chosen {
  readonly status: number
  readonly answer: unknown
}

/** What fastify checks of a request before its handler is asked. */
export function schemasOf(id: Operation): FastifySchema {
  const { query, body }: Route = routes[id]
  const params = paramsSchema(id)
  return {
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
  }
}

export function paramsSchema(id: Operation): TSchema | undefined {
  const names = paramNames(addressOf(id).path)
  return names.length === 0 ? undefined : Type.Object(Object.fromEntries(names.map((name) => [name, Id])))
}

function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array()
}

/** Bodies of bytes reach the handler as they are. */
function acceptBytes(server: Server, { mediaType, largest }: NonNullable<Route['upload']>): void {
  server.addContentTypeParser(mediaType, { parseAs: 'buffer', bodyLimit: largest }, (_request, body, done) =>
    done(null, body),
  )
}
