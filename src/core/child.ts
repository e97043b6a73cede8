// A process of ours that runs a module of its own and is talked to by messages.
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Messages keep typed arrays and maps; what it complains of stands where this process's complaints do. */
export function startChild(module: URL): ChildProcess {
  return fork(fileURLToPath(module), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
}
