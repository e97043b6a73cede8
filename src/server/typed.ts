// fastify, with request and answer types taken from the typebox schemas of each route.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyTypeProvider, RawServerDefault } from 'fastify'
import Type, { type Static, type TSchema } from 'typebox'
import { ErrorBody } from '../contract/shapes.ts'

export interface BySchema extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
  serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown
}

export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  BySchema
>

/** `/:id` in a path. */
export const IdParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) })

type Answers<S extends number, T extends TSchema> = Record<S, T> & { '4xx': typeof ErrorBody }

/** The answers of a route: `ok` under `status`, and the error envelope. */
export function answers<S extends number, T extends TSchema>(status: S, ok: T): Answers<S, T> {
  const all: Record<string, TSchema> = { [status]: ok, '4xx': ErrorBody }
  return all as Answers<S, T>
}
