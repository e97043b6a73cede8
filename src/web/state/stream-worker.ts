// The shared worker: one event stream for all tabs of this page.
import { eventsAddress } from './events-address.ts'
import type { TabMessage } from './listen.ts'
import { openStream, type LastHeard, type StreamMessage } from './stream.ts'

/** Tabs that listen, and whether previews are made for them. */
const tabs = new Map<MessagePort, boolean>()
let state: StreamMessage = { kind: 'state', state: 'connecting' }
let stream: { readonly previews: boolean; readonly close: () => LastHeard } | null = null

function broadcast(message: StreamMessage): void {
  if (message.kind === 'state') state = message
  for (const port of tabs.keys()) port.postMessage(message)
}

function hear(port: MessagePort, message: TabMessage): void {
  if (message === 'bye') return void tabs.delete(port)
  tabs.set(port, message.previews)
  port.postMessage(state)
  follow()
}

/** One stream, with previews as long as any tab shows them. */
function follow(): void {
  const previews = [...tabs.values()].includes(true)
  if (stream?.previews === previews) return
  const after = stream?.close()
  stream = { previews, close: openStream(eventsAddress(previews), broadcast, after) }
}

const scope = self as unknown as { onconnect: ((event: MessageEvent) => void) | null; location: Location }

scope.onconnect = (event) => {
  const [port] = event.ports
  if (port === undefined) return
  port.addEventListener('message', (message: MessageEvent<TabMessage>) => hear(port, message.data))
  port.start()
}
