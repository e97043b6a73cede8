// A thread of this process that runs a module of its own.
import { Worker } from 'node:worker_threads'

/** `given` is its `workerData`. */
export function startThread(module: URL, given: unknown): Worker {
  return new Worker(module, { workerData: given, execArgv: loaders(process.execArgv) })
}

/** Of what this process was started with, what it takes to run TypeScript; threads are refused most else. */
function loaders(flags: readonly string[]): string[] {
  return flags.flatMap((flag, i) => (flag === '--import' ? [flag, flags[i + 1] ?? ''] : []))
}
