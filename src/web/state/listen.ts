// Connects this tab to the stream: through the shared worker where there is one, else by a stream of its own.
import { EVENTS_ADDRESS } from './events-address.ts'
import { openStream, type StreamMessage } from './stream.ts'

/** The worker passes health on every two seconds: after so long without a word it is asked, after twice as long given up, ms. */
const SILENCE = 12_000

/** Hands every message of the stream to `tell` from now on. */
export function listen(tell: (message: StreamMessage) => void): void {
  if (typeof SharedWorker === 'undefined') return openStream(EVENTS_ADDRESS, tell)
  const worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), {
    type: 'module',
    name: 'annotate-stream',
  })
  const { port } = worker
  listenTo(port, tell, () => openStream(EVENTS_ADDRESS, tell))
  worker.addEventListener('error', () => openStream(EVENTS_ADDRESS, tell), { once: true })
  addEventListener('pagehide', () => port.postMessage('bye'))
}

/** What of a worker's port this tab needs. */
export interface Port {
  addEventListener(type: 'message', listener: (event: MessageEvent<StreamMessage>) => void): void
  postMessage(message: 'hello' | 'bye'): void
  start(): void
}

/**
 * Passes the worker's messages on. A tab that the browser had put aside (Back), or that heard nothing for long, asks the worker where it
 * stands and counts as having missed events; where the worker does not answer, `giveUp` is called, once.
 */
export function listenTo(port: Port, tell: (message: StreamMessage) => void, giveUp: () => void): void {
  let heard = performance.now()
  let hasMissed = false
  let isGivenUp = false
  const ask = () => {
    hasMissed = true
    port.postMessage('hello')
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
}
