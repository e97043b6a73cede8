// The shared worker: one event stream for all tabs of this page.
import { EVENTS_ADDRESS } from './events-address.ts'
import { openStream, type StreamMessage } from './stream.ts'

const ports = new Set<MessagePort>()
let state: StreamMessage = { kind: 'state', state: 'connecting' }
let isOpen = false

function broadcast(message: StreamMessage): void {
  if (message.kind === 'state') state = message
  for (const port of ports) port.postMessage(message)
}

const scope = self as unknown as { onconnect: ((event: MessageEvent) => void) | null; location: Location }

scope.onconnect = (event) => {
  const [port] = event.ports
  if (port === undefined) return
  ports.add(port)
  port.addEventListener('message', (message: MessageEvent<unknown>) => {
    if (message.data === 'bye') ports.delete(port)
    if (message.data !== 'hello') return
    ports.add(port)
    port.postMessage(state)
  })
  port.start()
  port.postMessage(state)
  if (isOpen) return
  isOpen = true
  openStream(EVENTS_ADDRESS, broadcast)
}
