// A real `annotate worker` on a PostgreSQL, as another machine would run it: a process with a workspace of its own.
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ANNOTATE = fileURLToPath(new URL('../../bin/annotate.js', import.meta.url))

export interface WorkerPlace {
  /** Of the PostgreSQL. */
  readonly url: string
  readonly workspace: string
  /** Jobs that it does at a time. */
  readonly processes: number
}

/** The caller ends it. `onSaid` is told what it writes of its progress. */
export function startWorker(
  { url, workspace, processes }: WorkerPlace,
  onSaid: (text: string) => void = () => undefined,
): ChildProcess {
  const child = spawn(process.execPath, [ANNOTATE, 'worker', '--processes', String(processes)], {
    env: { ...process.env, DATABASE_URL: url, ANNOTATE_WORKSPACE: workspace },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  child.stderr.setEncoding('utf8').on('data', onSaid)
  return child
}

/** One whose words are kept. */
export interface HeardWorker {
  readonly child: ChildProcess
  said: string
}

/** The caller ends it. */
export function heardWorker(place: WorkerPlace): HeardWorker {
  const child = startWorker(place, (text) => (worker.said += text))
  const worker: HeardWorker = { child, said: '' }
  return worker
}
