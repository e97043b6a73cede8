// Connects this tab to the stream: through the shared worker where there is one, else by a stream of its own.
import { openStream, type StreamMessage } from './stream.ts'

/** Hands every message of the stream to `tell` from now on. */
export function listen(tell: (message: StreamMessage) => void): void {
  if (typeof SharedWorker === 'undefined') return openStream('/api/events', tell)
  const worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), {
    type: 'module',
    name: 'annotate-stream',
  })
  worker.port.addEventListener('message', (event: MessageEvent<StreamMessage>) => tell(event.data))
  worker.addEventListener('error', () => openStream('/api/events', tell), { once: true })
  worker.port.start()
  addEventListener('pagehide', () => worker.port.postMessage('bye'))
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
}
