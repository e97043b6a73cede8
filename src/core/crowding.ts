// How many programs want each core of this machine: by that much longer does everything take.
import { availableParallelism, loadavg } from 'node:os'

/** Of the last minute, 1 at least; 1 where the system tells no load (Windows). */
export function crowding(): number {
  const [load = 0] = loadavg()
  return Math.max(1, load / availableParallelism())
}
