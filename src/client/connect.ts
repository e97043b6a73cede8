// `annotate/client`: a running server, for other programs: each operation of its interface a function, and its events.
import { createClient, type Client } from '../contract/client.ts'
import { eventsOf, type EventsFilter, type ServerEvent } from './events.ts'
import { sendTo, type ServerAddress } from './send.ts'

export { AppError } from '../core/errors.ts'
export type { EventsFilter, ServerEvent } from './events.ts'
export type { ServerAddress } from './send.ts'

/** Every operation of `/api/openapi.json` by its operation id, and `events` in place of the stream. */
export type Server = Omit<Client, 'streamEvents'> & {
  /** @see eventsOf */
  events(filter?: EventsFilter, within?: AbortSignal): AsyncGenerator<ServerEvent, void>
}

/**
 * Nothing is sent before the first call. Times in answers are ISO 8601 UTC.
 * @example const { calls } = await connect({ url: 'http://127.0.0.1:8050' }).listCalls({ query: { model: 'cnn' } })
 */
export function connect(address: ServerAddress): Server {
  const { streamEvents: _, ...calls } = createClient(sendTo(address))
  return { ...calls, events: (filter = {}, within) => eventsOf(address, filter, within) }
}
