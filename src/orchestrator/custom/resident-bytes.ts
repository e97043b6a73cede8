// How much memory a process holds, as the operating system counts it.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const PAGE = 4096

/** Resident bytes of a process; 0 where it is gone. Linux tells in /proc, other systems through `ps`. */
export function residentBytes(pid: number): number {
  try {
    if (process.platform === 'linux')
      return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
  } catch {
    return 0
  }
}
