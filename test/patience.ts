// Waiting in tests: for what is to happen, not for a time in which it should have; limits stretch where others want the cores too.
import { setTimeout as sleep } from 'node:timers/promises'
import { crowding } from '../src/core/crowding.ts'

/** `ms`, times the processes that want each core where they are more than one. As given where the system tells no load (Windows). */
export function patient(ms: number): number {
  return ms * crowding()
}

export interface Waiting {
  /** Patience on a machine of one's own, ms. */
  readonly limit?: number
  /** From look to look, ms. */
  readonly every?: number
  /** What is, for the error. */
  readonly state?: () => unknown
}

/**
 * Resolves once `is` holds.
 * @throws Error that names `what`, once patience is over
 */
export async function until(
  what: string,
  is: () => boolean | Promise<boolean>,
  { limit = 40_000, every = 20, state }: Waiting = {},
): Promise<void> {
  const began = performance.now()
  while (!(await is())) {
    if (performance.now() - began > patient(limit)) {
      const seen = state === undefined ? '' : `: ${JSON.stringify(state())}`
      throw new Error(`${what} has not come${seen}`)
    }
    await sleep(every)
  }
}

/** So many turns of the event loop: what follows by promises alone has then happened, however slow the machine is. */
export async function turns(count = 40): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
