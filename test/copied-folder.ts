// A workspace's folder copied as another program does it: where this process opened and closed one of SQLite's files itself, the system would take away
// all its locks on that file, the next process to open the database would begin its index anew, and this one would end by SIGBUS where it reads on.
import { execFileSync } from 'node:child_process'

/** What is in `from` afterwards is in `to`, which is made where it is not there. */
export function copyFolder(from: string, to: string): void {
  execFileSync('mkdir', ['-p', to])
  execFileSync('cp', ['-R', `${from}/.`, to])
}
