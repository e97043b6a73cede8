// What is asked of a PostgreSQL that is away for a while is asked again until it is back.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../core/errors.ts'

const PAUSE_MS = 1_000
const PASSING = new Set(['database_unreachable', 'database_busy'])

/**
 * `ask` may have taken effect although it failed: it is one that may be done twice.
 * @throws what else `ask` throws; what it failed with last, once the signal is aborted
 */
export async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof AppError && PASSING.has(error.code)) || signal.aborted) throw error
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** What can not be asked any more when everything ends is no fault: for `catch`. */
export function unlessStopped(stop: AbortSignal): (error: unknown) => null {
  return (error) => {
    if (stop.aborted) return null
    throw error
  }
}
