// The bench's end of a server that is watched: starts it, asks for its figures, ends it.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Figures {
  /** Of all threads since it began. */
  readonly cpuMs: number
  /** How much later than asked the loop came round since the last question, in ms, of samples each millisecond. */
  readonly lag: { readonly p50: number; readonly p99: number; readonly max: number }
}

export interface WatchedServer {
  readonly url: string
  figures(): Promise<Figures>
  stop(): Promise<void>
}

const SERVER = fileURLToPath(new URL('watched-server.ts', import.meta.url))

/** On the demo market, over the workspace in `folder`. */
export async function watchedServer(folder: string): Promise<WatchedServer> {
  const server = fork(SERVER, [folder])
  const answer = async <T>(): Promise<T> => ((await once(server, 'message')) as [T])[0]
  return {
    url: await answer<string>(),
    figures() {
      server.send('figures')
      return answer<Figures>()
    },
    async stop() {
      const ended = once(server, 'exit')
      server.disconnect()
      await ended
    },
  }
}
