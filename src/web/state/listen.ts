// Connects this tab to the stream: through the shared worker where there is one, else by a stream of its own.
import { eventsAddress } from './events-address.ts'
import { openStream, type StreamMessage } from './stream.ts'

/** The worker passes health on every two seconds: after so long without a word it is asked, after twice as long given up, ms. */
const SILENCE = 12_000

/** What a tab says to the worker: that it listens, and whether previews are made for it; or that it goes. */
export type TabMessage = { readonly previews: boolean } | 'bye'

/** Lets a tab say whether previews are to be made for it. */
export type AskForPreviews = (previews: boolean) => void

/** Hands every message of the stream to `tell` from now on. */
export function listen(tell: (message: StreamMessage) => void, previews: boolean): AskForPreviews {
  let wanted = previews
  let own: AskForPreviews | null = null
  const giveUp = () => {
    own ??= ownStream(tell, wanted)
  }
  if (typeof SharedWorker === 'undefined') giveUp()
  else {
    const worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), {
      type: 'module',
      name: 'annotate-stream',
    })
    const ask = listenTo(worker.port, tell, giveUp, () => ({ previews: wanted }))
    worker.addEventListener('error', giveUp, { once: true })
    addEventListener('pagehide', () => worker.port.postMessage('bye'))
    return (now) => {
      wanted = now
      if (own === null) ask()
      else own(now)
    }
  }
  return (now) => own?.(now)
}

function ownStream(tell: (message: StreamMessage) => void, previews: boolean): AskForPreviews {
  let close = openStream(eventsAddress(previews), tell)
  return (now) => {
    close = openStream(eventsAddress(now), tell, close())
  }
}

/** What of a worker's port this tab needs. */
export interface Port {
  addEventListener(type: 'message', listener: (event: MessageEvent<StreamMessage>) => void): void
  postMessage(message: TabMessage): void
  start(): void
}

/**
 * Passes the worker's messages on. A tab that the browser had put aside (Back), or that heard nothing for long, asks the worker where it
 * stands and counts as having missed events; where the worker does not answer, `giveUp` is called, once. Returns what says hello again.
 */
export function listenTo(
  port: Port,
  tell: (message: StreamMessage) => void,
  giveUp: () => void,
  hello: () => TabMessage,
): () => void {
  let heard = performance.now()
  let hasMissed = false
  let isGivenUp = false
  const ask = () => {
    hasMissed = true
    port.postMessage(hello())
  }
  port.addEventListener('message', ({ data }) => {
    if (isGivenUp) return
    heard = performance.now()
    tell(data)
    if (!hasMissed || data.kind !== 'state' || data.state !== 'open') return
    hasMissed = false
    tell({ kind: 'lost' })
  })
  port.start()
  port.postMessage(hello())
  addEventListener('pageshow', (event) => {
    if (event.persisted) ask()
  })
  const timer = setInterval(() => {
    const silent = performance.now() - heard
    if (silent > 2 * SILENCE) {
      isGivenUp = true
      clearInterval(timer)
      giveUp()
    } else if (silent > SILENCE) ask()
  }, SILENCE / 4)
  return () => port.postMessage(hello())
}
