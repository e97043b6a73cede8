// Processor time of processes, as Linux counts it.
import { readFileSync } from 'node:fs'

/** Of a tick of the kernel's clock, on every machine that Node runs on. */
const TICK_MS = 10

/** ms since each began, together; 0 for one that is gone, and where there is no /proc. */
export function processorMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid) * TICK_MS, 0)
}

function ticksOf(pid: number): number {
  try {
    // The name, in brackets, may hold anything.
    const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?=[A-Z] )/)
    const fields = rest.split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return 0
  }
}

/** Resident memory, MB; 0 as above. */
export function residentMb(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + residentOf(pid), 0)
}

function residentOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000
  } catch {
    return 0
  }
}
