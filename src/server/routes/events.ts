// GET /api/events: attaches a client to the event stream.
import type { IncomingHttpHeaders } from 'node:http'
import type { Static } from 'typebox'
import { addressOf } from '../../contract/addresses.ts'
import { EVENT_NAMES, type EventName } from '../../contract/event-names.ts'
import type { EventsQuery } from '../../contract/events.ts'
import { AppError } from '../../core/errors.ts'
import type { EventStream } from '../event-stream.ts'
import { schemasOf } from '../register.ts'
import type { Server } from '../typed.ts'

export function eventRoutes(server: Server, events: EventStream): void {
  const { path } = addressOf('streamEvents')
  server.get(path, { schema: schemasOf('streamEvents') }, (request, reply) => {
    const query = request.query as Static<typeof EventsQuery>
    const { symbol, venue, types } = query
    const topics = topicsOf(types)
    reply.hijack()
    const response = reply.raw
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    // HEAD asks what the stream is, and not for what it brings.
    if (request.method === 'HEAD') response.end()
    else events.attach(response, { topics, symbol, venue }, lastOf(request.headers, query))
  })
}

/** A stream that the browser takes up again says it newer in the header than in the address that it was opened with. */
function lastOf(
  headers: IncomingHttpHeaders,
  { last_event_id: asked }: Static<typeof EventsQuery>,
): string | undefined {
  return headers['last-event-id']?.toString() ?? asked
}

/** @throws AppError `invalid_request` naming the types there are. */
function topicsOf(types: string | undefined): ReadonlySet<EventName> {
  if (types === undefined) return new Set(EVENT_NAMES)
  const wanted = types.split(',').map((type) => type.trim())
  const unknown = wanted.find((type) => !EVENT_NAMES.some((topic) => topic === type))
  if (unknown === undefined) return new Set(wanted as EventName[])
  const message = `types has "${unknown}": expected a comma-separated list of ${EVENT_NAMES.join(', ')}.`
  throw new AppError('invalid_request', message, { field: 'types' })
}
