// fastify as this server has it, and what handlers of operations look like: typed by the table of routes.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { Operation, ParamsOf } from '../contract/addresses.ts'
import type { BodyOf, QueryOf, ReplyOf } from '../contract/calls.ts'

export type Server = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger>

/** A request that has passed its schemas. */
export interface Asked<Id extends Operation> {
  readonly params: ParamsOf<Id>
  readonly query: QueryOf<Id>
  readonly body: BodyOf<Id>
  /** Tells that whoever asked has gone. */
  readonly raw: { once(event: 'aborted', listener: () => void): unknown }
}

/** Does an operation and gives what the table says it answers. */
export type Handler<Id extends Operation> = (asked: Asked<Id>) => ReplyOf<Id> | Promise<ReplyOf<Id>>

export type Handlers<Id extends Operation> = { readonly [Each in Id]: Handler<Each> }

/** Operations that answer JSON once: all but the event stream. */
export type Answered = Exclude<Operation, 'streamEvents'>
