// What happens at a server, one by one: its event stream, taken up again where it broke.
import { createEventSource } from 'eventsource-client'
import { pathOf } from '../contract/client.ts'
import type { EventName } from '../contract/event-names.ts'
import type { WireEvent } from '../contract/events.ts'
import { answerOf, tokenHeader, type ServerAddress } from './send.ts'

/** Which events; all where it says nothing. */
export interface EventsFilter {
  readonly types?: readonly EventName[]
  readonly symbol?: string
  readonly venue?: string
}

/** `reset`: the server no longer knows where the stream broke; what hangs on having seen every event is to be read anew. */
export type ServerEvent = WireEvent | { readonly type: 'reset' }

/**
 * Begins to listen with the first `next`, and ends with `within` or when the loop is left. A connection that breaks is opened again after
 * two seconds, from the event that was seen last.
 * @throws AppError what the server refuses, such as `token_needed` or `unknown_symbol`
 */
export async function* eventsOf(
  server: ServerAddress,
  filter: EventsFilter,
  within?: AbortSignal,
): AsyncGenerator<ServerEvent, void> {
  const { types, ...market } = filter
  const query = { ...market, ...(types === undefined ? {} : { types: types.join(',') }) }
  const refused: Error[] = []
  const stream = createEventSource({
    url: new URL(pathOf('streamEvents', { query }), server.url),
    headers: tokenHeader(server),
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      if (response.ok) return response
      refused.push(await refusalOf(response))
      stream.close()
      return response
    },
  })
  const close = () => stream.close()
  within?.addEventListener('abort', close)
  try {
    if (within?.aborted === true) return
    for await (const { event, data } of stream) yield eventOf(event, data)
  } finally {
    within?.removeEventListener('abort', close)
    close()
  }
  const [refusal] = refused
  if (refusal !== undefined) throw refusal
}

async function refusalOf(response: Response): Promise<Error> {
  try {
    await answerOf(response)
  } catch (error) {
    if (error instanceof Error) return error
  }
  return new Error(`The event stream was answered with ${response.status}.`)
}

/** What the server sent under `name`: what the contract says it carries. */
function eventOf(name: string | undefined, data: string): ServerEvent {
  if (name === 'reset') return { type: 'reset' }
  return { type: name, data: JSON.parse(data) } as WireEvent
}
