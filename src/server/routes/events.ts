// GET /api/events: attaches a client to the event stream.
import Type from 'typebox'
import { ErrorBody, SymbolName, VenueName } from '../../contract/shapes.ts'
import { AppError } from '../../core/errors.ts'
import { TOPICS, type EventStream, type Topic } from '../event-stream.ts'
import type { Server } from '../typed.ts'

const EventsQuery = Type.Object(
  {
    symbol: Type.Optional(SymbolName),
    venue: Type.Optional(VenueName),
    types: Type.Optional(
      Type.String({
        description: `Comma-separated, of: ${TOPICS.join(', ')}. Default: all.`,
        examples: ['candle,signal'],
      }),
    ),
    token: Type.Optional(
      Type.String({ description: 'where the server asks for one and no header can be sent' }),
    ),
  },
  { additionalProperties: false },
)

export function eventRoutes(server: Server, events: EventStream): void {
  const schema = {
    summary: 'Server-sent events; the payload of each is what its GET call answers',
    description:
      'Resumes after Last-Event-ID. An id that is not known any more gets one event `reset`: read everything anew.',
    tags: ['events'],
    querystring: EventsQuery,
    response: {
      200: { description: 'events', content: { 'text/event-stream': { schema: Type.String() } } },
      '4xx': ErrorBody,
    },
  }
  server.get('/api/events', { schema }, (request, reply) => {
    const { symbol, venue, types } = request.query
    const topics = topicsOf(types)
    reply.hijack()
    const response = reply.raw
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    events.attach(response, { topics, symbol, venue }, request.headers['last-event-id']?.toString())
  })
}

/** @throws AppError `invalid_request` naming the types there are. */
function topicsOf(types: string | undefined): ReadonlySet<Topic> {
  if (types === undefined) return new Set(TOPICS)
  const wanted = types.split(',').map((type) => type.trim())
  const unknown = wanted.find((type) => !TOPICS.some((topic) => topic === type))
  if (unknown === undefined) return new Set(wanted as Topic[])
  const message = `types has "${unknown}": expected a comma-separated list of ${TOPICS.join(', ')}.`
  throw new AppError('invalid_request', message, { field: 'types' })
}
