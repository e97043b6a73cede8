// Does a run's jobs in several processes at a time. The results are the same, bit for bit, as one after the other.
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Job, JobResult } from './job.ts'
import { parseFromJobProcess, type ToJobProcess } from './job-messages.ts'
import type { RunJobs } from './run.ts'
import type { StateSource } from './views.ts'

const PROCESS = fileURLToPath(new URL('job-process.ts', import.meta.url))

export interface ParallelOptions {
  readonly processes: number
  /** File URL of the module whose `MODELS` hold the model. */
  readonly modelsModule: string
  readonly model: string
  /** Ends the processes at once; the jobs then reject with its reason. */
  readonly signal: AbortSignal
}

export function parallelJobs(options: ParallelOptions): RunJobs {
  return async (source, jobs, events) => {
    const waiting = [...jobs]
    const results = new Map<Job, JobResult>()
    const crew = Array.from({ length: Math.min(options.processes, jobs.length) }, () =>
      start(options, source),
    )
    const work = async (child: ChildProcess): Promise<void> => {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
        results.set(job, await doJob(child, job, events, options.signal))
        events.onDone(job)
      }
    }
    try {
      await Promise.all(crew.map(work))
    } finally {
      for (const child of crew) child.kill('SIGKILL')
    }
    return jobs.map((job) => results.get(job)!)
  }
}

function start({ modelsModule, model }: ParallelOptions, source: StateSource): ChildProcess {
  const child = fork(PROCESS, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  child.on('error', () => {})
  send(child, { kind: 'source', modelsModule, model, source })
  return child
}

function doJob(
  child: ChildProcess,
  job: Job,
  events: Parameters<RunJobs>[2],
  signal: AbortSignal,
): Promise<JobResult> {
  return new Promise<JobResult>((resolve, reject) => {
    const hear = (raw: unknown): void => {
      const message = parseFromJobProcess(raw)
      if (message.kind === 'epoch') events.onEpoch(job, message.epoch)
      else if (message.kind === 'done') end(() => resolve(withOwnWeights(message.result)))
      else end(() => reject(new Error(message.message)))
    }
    const lost = (code: number | null, killer: NodeJS.Signals | null): void => {
      const how = killer ?? `exit code ${code}`
      end(() => reject(new Error(`a training process ended before its job was done (${how})`)))
    }
    const stop = (): void => end(() => reject(signal.reason as Error))
    const end = (settle: () => void): void => {
      child.off('message', hear)
      child.off('exit', lost)
      signal.removeEventListener('abort', stop)
      settle()
    }
    child.on('message', hear)
    child.on('exit', lost)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    else send(child, { kind: 'job', job })
  })
}

/** Arrays that arrive are views into one large message; weights get memory of their own. */
function withOwnWeights(result: JobResult): JobResult {
  if (result.weights === null) return result
  const own = [...result.weights].map(
    ([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }] as const,
  )
  return { ...result, weights: new Map(own) }
}

function send(child: ChildProcess, message: ToJobProcess): void {
  if (child.connected) child.send(message)
}
