// What a verb does with a workspace: reads it, works in it as the only one, or changes it by the server that runs on it, else by itself.
import { systemClock } from '../core/clock.ts'
import { messageOf } from '../core/errors.ts'
import { openServed } from '../server/open-served.ts'
import { openChosenWorkspace, type OpenWorkspace } from '../server/open-workspace.ts'
import { lockWorkspace } from '../server/workspace-lock.ts'
import { remoteOf, type Remote } from './remote.ts'
import type { Verb } from './verb.ts'

/** Reading needs no lock; a server writes beside it. */
export async function reading<T>(
  { workspace, database }: Pick<Verb, 'workspace' | 'database'>,
  work: (open: OpenWorkspace) => T | Promise<T>,
): Promise<T> {
  const open = await openChosenWorkspace({ workspace, clock: systemClock }, database.postgres)
  try {
    return await work(open)
  } finally {
    await open.close()
  }
}

/** Opens the workspace as the only one that works in it, and on the PostgreSQL that it shares. @throws AppError as `openServed` */
export async function alone<T>(
  { workspace, database }: Verb,
  work: (open: OpenWorkspace) => Promise<T>,
): Promise<T> {
  const lock = lockWorkspace(workspace)
  try {
    // Nothing moves, and no other server is there: every market is its own to write.
    const markets = { follows: [], couldFollow: () => true }
    const told = { mayBeBeside: false, ...markets, onFault: warn, onLost: warn, onSaid: warn }
    const { open, shared, found } = await openServed(
      { workspace, clock: systemClock },
      database.postgres,
      told,
    )
    for (const words of found) process.stderr.write(`annotate: ${words}\n`)
    await shared?.start()
    try {
      return await work(open)
    } finally {
      await Promise.all([open.training.stop(), open.backtests.stop()])
      await shared?.stop()
      await open.close()
    }
  } finally {
    lock.release()
  }
}

function warn(error: unknown): void {
  process.stderr.write(`annotate: ${messageOf(error)}\n`)
}

/** The same work at a running server, or on the workspace itself. */
export interface Ways<T> {
  readonly remote: (server: Remote) => Promise<T>
  readonly local: (open: OpenWorkspace) => Promise<T>
}

export function either<T>(run: Verb, { remote, local }: Ways<T>): Promise<T> {
  const server = remoteOf(run.workspace)
  return server === null ? alone(run, local) : remote(server)
}
