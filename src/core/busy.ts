// Waiting for the database's one writer without holding up the thread: tries again between other work, and says so when it gives up.
import { setImmediate, setTimeout } from 'node:timers/promises'
import { AppError } from './errors.ts'
import { codeOf } from './sqlite-code.ts'

/** Each wait is longer than the one before, up to the last; all of them together are the patience of `patiently`. */
const FIRST_MS = 2
/** Shorter than the room that long writes leave between their transactions (`leaveRoom`). */
const LONGEST_MS = 10
const PATIENCE_MS = 10_000

/** Whether another connection was writing at that moment. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && codeOf(error).startsWith('SQLITE_BUSY')
}

/**
 * Does `work`, which writes all or nothing, again and again until no other writer is in its way; others run meanwhile.
 * @throws AppError `database_busy` (503) when another has been writing for ten seconds; whatever else `work` throws, at once.
 */
export async function patiently<T>(work: () => T | Promise<T>): Promise<T> {
  let waited = 0
  for (let wait = FIRST_MS; ; wait = Math.min(wait * 2, LONGEST_MS)) {
    try {
      return await work()
    } catch (error) {
      if (!isBusy(error)) throw error
      if (waited >= PATIENCE_MS) throw busyFor(waited, error)
    }
    await setTimeout(wait)
    waited += wait
  }
}

/** Between two transactions of a long write: whoever waits for the lock gets it meanwhile. */
const ROOM_MS = 25

export async function leaveRoom(): Promise<void> {
  await setTimeout(ROOM_MS)
}

/** ms of work after which the next one is let in. */
const WORK_MS = 100

/** To be called between the small transactions of a long write: other work of this process runs at each call, other processes get room now and then. */
export function pacing(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < WORK_MS) return setImmediate()
    await leaveRoom()
    since = performance.now()
  }
}

function busyFor(ms: number, cause: unknown): AppError {
  return new AppError(
    'database_busy',
    `Another program has been writing to the workspace's database for ${Math.round(ms / 1000)} s without a pause. Nothing was stored; try again when it is done.`,
    { status: 503, cause },
  )
}
