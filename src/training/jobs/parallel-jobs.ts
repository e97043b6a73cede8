// Does a run's jobs in several processes at a time, the first alone where that costs little. The results are the same, bit for bit, as one after the other.
import { at, valueAt } from '../../core/at.ts'
import type { ChildProcess } from 'node:child_process'
import { startChild } from '../../core/child.ts'
import { AppError } from '../../core/errors.ts'
import type { Job, JobResult } from '../learning/job.ts'
import type { CoresOfFirst } from './first-alone.ts'
import { parseFromJobProcess, type FromJobProcess, type ToJobProcess } from './job-messages.ts'
import { Interrupted, Paused } from './paused.ts'
import type { JobEvents, RunJobs } from './run-jobs.ts'
import type { StateSource } from '../learning/views.ts'

const PROCESS = new URL('job-process.ts', import.meta.url)

export interface ParallelOptions {
  readonly processes: number
  /** File URL of the module whose `MODELS` hold the model. */
  readonly modelsModule: string
  readonly model: string
  readonly coresOfFirst: CoresOfFirst
  /** Where jobs are saved, and where those found there go on; nowhere where null. */
  readonly folder: string | null
  /** Ends the processes at once; the jobs then reject with its reason. */
  readonly signal: AbortSignal
  /** Saves the jobs at the end of the piece they are at; they then reject with `Paused`. */
  readonly pause: AbortSignal
}

/**
 * The jobs reject with `Interrupted` where a process is gone before its job is done.
 * @param begun processes of the same model and folder, which end with the jobs
 */
export function parallelJobs(options: ParallelOptions, begun: readonly ChildProcess[] = []): RunJobs {
  return async (source, jobs, events) => {
    const results = new Map<Job, JobResult>()
    const count = Math.min(options.processes, jobs.length)
    const alone = options.coresOfFirst(jobs.length)
    const waiting = jobs.slice(alone > 0 ? 1 : 0)
    for (const child of begun.slice(count)) child.kill('SIGKILL')
    const crew = Array.from({ length: count }, (_, i) => begun[i] ?? startJobProcess(options))
    for (const child of crew) giveSource(child, source)
    const take = async (child: ChildProcess, job: Job, cores = 1): Promise<void> => {
      if (options.pause.aborted) throw new Paused()
      const result = await doJob(child, job, events, options, cores)
      results.set(job, result)
      events.onDone(job, result)
    }
    const work = async (child: ChildProcess): Promise<void> => {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await take(child, job)
    }
    try {
      if (alone > 0) await take(at(crew, 0), at(jobs, 0), alone)
      await endOfAll(crew.map(work), options)
    } finally {
      for (const child of crew) child.kill('SIGKILL')
    }
    return jobs.map((job) => valueAt(results, job))
  }
}

/** The first fault ends everything; a pause waits until each has saved. */
async function endOfAll(work: readonly Promise<void>[], { pause }: ParallelOptions): Promise<void> {
  try {
    await Promise.all(work)
  } catch (error) {
    if (!(error instanceof Paused) || !pause.aborted) throw error
    await Promise.allSettled(work)
    throw error
  }
}

/** A process that does jobs, one at a time, once it is given what they are trained on; whoever starts it ends it. */
export function startJobProcess({
  modelsModule,
  model,
  folder,
}: Pick<ParallelOptions, 'modelsModule' | 'model' | 'folder'>): ChildProcess {
  const child = startChild(PROCESS)
  child.on('error', () => {})
  send(child, { kind: 'model', modelsModule, model, folder })
  return child
}

/** Before its first job. */
export function giveSource(child: ChildProcess, source: StateSource): void {
  send(child, { kind: 'source', source })
}

/**
 * @param cores that the job has to itself
 * @throws Interrupted, Paused, the signal's reason; what the job itself failed with
 */
export function doJob(
  child: ChildProcess,
  job: Job,
  events: Omit<JobEvents, 'onDone'>,
  { signal, pause }: Pick<ParallelOptions, 'signal' | 'pause'>,
  cores = 1,
): Promise<JobResult> {
  return new Promise<JobResult>((resolve, reject) => {
    const hear = (raw: unknown): void => {
      const message = parseFromJobProcess(raw)
      if (message.kind === 'done') end(() => resolve(withOwnWeights(message.result)))
      else if (message.kind === 'paused') end(() => reject(new Paused()))
      else if (message.kind === 'failed') end(() => reject(faultOf(message)))
      else pass(job, message, events)
    }
    const lost = (code: number | null, killer: NodeJS.Signals | null): void => {
      const how = killer ?? `exit code ${code}`
      end(() => reject(new Interrupted(`a training process ended before its job was done (${how})`)))
    }
    const stop = (): void => end(() => reject(signal.reason as Error))
    const save = (): void => send(child, { kind: 'pause' })
    const end = (settle: () => void): void => {
      child.off('message', hear)
      child.off('exit', lost)
      signal.removeEventListener('abort', stop)
      pause.removeEventListener('abort', save)
      settle()
    }
    child.on('message', hear)
    child.on('exit', lost)
    signal.addEventListener('abort', stop)
    pause.addEventListener('abort', save)
    if (signal.aborted) stop()
    else if (child.exitCode !== null || child.signalCode !== null) lost(child.exitCode, child.signalCode)
    else send(child, { kind: 'job', job, cores })
  })
}

function pass(
  job: Job,
  message: Extract<FromJobProcess, { kind: 'epoch' | 'resumed' | 'work' | 'spent' }>,
  events: Omit<JobEvents, 'onDone'>,
): void {
  if (message.kind === 'epoch') events.onEpoch(job, message.epoch)
  else if (message.kind === 'spent') events.onSpent?.(job, message.spent)
  else if (message.kind === 'resumed') events.onResumed?.(job, message.epochs)
  else events.onWork?.(job, message.work, message.amount, message.ms)
}

function faultOf({ code, message }: Extract<FromJobProcess, { kind: 'failed' }>): Error {
  return code === null ? new Error(message) : new AppError(code, message)
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
