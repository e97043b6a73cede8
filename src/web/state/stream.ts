// The server's event stream, kept open: reconnects, says when its place was lost. Runs in a shared worker or in the page.
import { EVENT_NAMES, type EventName } from '../../contract/event-names.ts'
import type { WireEvent } from '../../contract/events.ts'

/** What a page is told. `lost`: events may have been missed, so everything has to be read again. */
export type StreamMessage =
  | { readonly kind: 'state'; readonly state: 'connecting' | 'open' | 'reconnecting' }
  | { readonly kind: 'lost' }
  | ({ readonly kind: 'event' } & WireEvent)

const RETRY = 1500
/** Health comes every two seconds: a stream that says nothing for so long is dead, whatever the browser holds of it, ms. */
const SILENCE = 10_000

/** What the server sent under `name`: what the contract says it carries. */
function messageOf(name: EventName, text: string): StreamMessage {
  return { kind: 'event', type: name, data: JSON.parse(text) }
}

/** The id of the last event that was heard; null: none was, so that some may have been missed. */
export type LastHeard = string | null

/**
 * Opens `url` and hands everything to `tell` for as long as the page or worker lives. The browser reconnects by itself with
 * Last-Event-ID; where it gives up, or notices nothing (the machine slept, the network went), the stream is opened anew and goes on after the
 * event that was heard last. Where none was, or the server knows it no more, its place is lost. Returns what closes it and says what it heard last.
 * @param after where another stream had come to, to go on from there; undefined for the first one
 */
export function openStream(
  url: string,
  tell: (message: StreamMessage) => void,
  after?: LastHeard,
): () => LastHeard {
  let heard = performance.now()
  let last: LastHeard = after ?? null
  let hasLostPlace = after === null
  let source: EventSource | null = null
  const again = () => {
    source?.close()
    hasLostPlace ||= last === null
    connect()
  }
  const connect = () => {
    heard = performance.now()
    source = connected(new EventSource(last === null ? url : `${url}&last_event_id=${last}`))
  }
  const connected = (opened: EventSource) => {
    opened.addEventListener('open', () => {
      heard = performance.now()
      tell({ kind: 'state', state: 'open' })
      if (hasLostPlace) tell({ kind: 'lost' })
      hasLostPlace = false
    })
    opened.addEventListener('error', () => {
      tell({ kind: 'state', state: 'reconnecting' })
      heard = performance.now()
      if (opened.readyState === EventSource.CLOSED) setTimeout(again, RETRY)
    })
    opened.addEventListener('reset', () => tell({ kind: 'lost' }))
    for (const name of EVENT_NAMES)
      opened.addEventListener(name, (event) => {
        heard = performance.now()
        if (event.lastEventId !== '') last = event.lastEventId
        tell(messageOf(name, event.data))
      })
    return opened
  }
  tell({ kind: 'state', state: 'connecting' })
  connect()
  const timer = setInterval(() => {
    if (performance.now() - heard <= SILENCE) return
    tell({ kind: 'state', state: 'reconnecting' })
    again()
  }, SILENCE / 5)
  return () => {
    clearInterval(timer)
    source?.close()
    return last
  }
}
