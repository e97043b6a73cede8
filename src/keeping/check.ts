// Asks a process of its own for the state of a database.
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { DatabaseState } from '../core/database-check.ts'
import { startChild } from './child.ts'

const CHECKER = fileURLToPath(new URL('check-process.ts', import.meta.url))
/** The system gives it what time others leave. */
const LOW_PRIORITY = 10

export interface Check {
  readonly state: Promise<DatabaseState>
  cancel(): void
}

/** Reads all of the file. `beside`: others are served meanwhile, and come first. */
export function startCheck(database: string, { beside = false } = {}): Check {
  const child = startChild(CHECKER, [database])
  if (beside && child.process.pid !== undefined) setPriority(child.process.pid, LOW_PRIORITY)
  return {
    state: child.output.then((text) => JSON.parse(text) as DatabaseState),
    cancel: () => child.process.kill('SIGKILL'),
  }
}
