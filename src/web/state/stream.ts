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

/**
 * Opens `url` and hands everything to `tell` for as long as the page or worker lives. The browser reconnects by itself with
 * Last-Event-ID; where it gives up, or notices nothing (the machine slept, the network went), the stream is opened anew and counts as
 * having lost its place. Returns what closes it.
 * @param hasLostPlace whether events may have been missed before
 */
export function openStream(
  url: string,
  tell: (message: StreamMessage) => void,
  hasLostPlace = false,
): () => void {
  let heard = performance.now()
  let source: EventSource | null = null
  const again = () => {
    source?.close()
    hasLostPlace = true
    connect()
  }
  const connect = () => {
    heard = performance.now()
    source = connected(new EventSource(url))
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
  }
}
