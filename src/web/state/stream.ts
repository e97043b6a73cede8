// The server's event stream, kept open: reconnects, says when its place was lost. Runs in a shared worker or in the page.

/** What a page is told. `lost`: events may have been missed, so everything has to be read again. */
export type StreamMessage =
  | { readonly kind: 'state'; readonly state: 'connecting' | 'open' | 'reconnecting' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'event'; readonly type: string; readonly data: unknown }

export const EVENT_TYPES = [
  'candle',
  'annotation',
  'training',
  'signal',
  'health',
  'session',
  'model',
  'order_book',
] as const
const RETRY = 1500

/**
 * Opens `url` and hands everything to `tell` for as long as the page or worker lives. The browser reconnects by itself with
 * Last-Event-ID; where it gives up, the stream is opened anew and counts as having lost its place.
 */
export function openStream(url: string, tell: (message: StreamMessage) => void): void {
  let hasLostPlace = false
  const connect = () => {
    const source = new EventSource(url)
    source.addEventListener('open', () => {
      tell({ kind: 'state', state: 'open' })
      if (hasLostPlace) tell({ kind: 'lost' })
      hasLostPlace = false
    })
    source.addEventListener('error', () => {
      tell({ kind: 'state', state: 'reconnecting' })
      if (source.readyState !== EventSource.CLOSED) return
      hasLostPlace = true
      setTimeout(connect, RETRY)
    })
    source.addEventListener('reset', () => tell({ kind: 'lost' }))
    for (const type of EVENT_TYPES)
      source.addEventListener(type, (event) => tell({ kind: 'event', type, data: JSON.parse(event.data) }))
  }
  tell({ kind: 'state', state: 'connecting' })
  connect()
}
