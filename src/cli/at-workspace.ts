// What a verb does with a workspace: reads it, or changes it by the server that runs on it, else by itself.
import { systemClock } from '../core/clock.ts'
import { openWorkspace, type OpenWorkspace } from '../server/open-workspace.ts'
import { remoteOf, type Remote } from './remote.ts'
import type { Verb } from './verb.ts'
import { alone } from './watch-run.ts'

/** Reading needs no lock; a server writes beside it. */
export async function reading<T>(
  { workspace }: Verb,
  work: (open: OpenWorkspace) => T | Promise<T>,
): Promise<T> {
  const open = openWorkspace({ workspace, clock: systemClock })
  try {
    return await work(open)
  } finally {
    open.close()
  }
}

/** The same work at a running server, or on the workspace itself. */
interface Ways<T> {
  readonly remote: (server: Remote) => Promise<T>
  readonly local: (open: OpenWorkspace) => Promise<T>
}

export function either<T>(run: Verb, { remote, local }: Ways<T>): Promise<T> {
  const server = remoteOf(run.workspace)
  return server === null ? alone(run, local) : remote(server)
}
