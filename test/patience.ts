// Limits of real time in tests: as they are promised on a machine of one's own, longer where others want its cores too.
import { availableParallelism, loadavg } from 'node:os'

/** `ms`, times the processes that want each core where they are more than one. As given where the system tells no load (Windows). */
export function patient(ms: number): number {
  const [load = 0] = loadavg()
  return ms * Math.max(1, load / availableParallelism())
}

/** So many turns of the event loop: what follows by promises alone has then happened, however slow the machine is. */
export async function turns(count = 40): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
