// Does a run's jobs by workers on any machines, where some are there; else, and for what is left when the last of them is gone, as one machine does.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'
import { JobFiles } from '../jobs/job-files.ts'
import { Paused } from '../jobs/paused.ts'
import type { JobEvents, RunJobs } from '../jobs/run-jobs.ts'
import type { Job, JobResult } from '../learning/job.ts'
import type { StateSource } from '../learning/views.ts'
import type { Fault } from '../../queue/attempts.ts'
import type { BatchModel, JobStanding } from '../../queue/batch.ts'
import { Hearing, type News } from './hearing.ts'
import { kindOf, thisMachine } from '../../queue/machine.ts'
import { findQueue, type Queue } from '../../queue/open-queue.ts'
import { patiently } from '../../queue/patiently.ts'
import { RunBatch } from './run-batch.ts'
import { LOOK_MS, WorkerWatch } from '../../queue/worker-watch.ts'
import { capacity } from '../../queue/workers.ts'

export interface QueuedOptions extends BatchModel {
  /** Address of the PostgreSQL. */
  readonly url: string
  /** The run's. */
  readonly id: string
  /** The run's own, where its jobs are saved. */
  readonly folder: string
  /** Does them where no worker is there. */
  readonly local: RunJobs
  readonly signal: AbortSignal
  readonly pause: AbortSignal
  /** Told which kind of machine a job is done on, by workers or for want of them. */
  readonly onMachine: (kind: string) => void
}

/** Jobs that workers can do at a time now; 0 where none is there. @throws AppError as `openQueue` */
export async function workersCan(url: string): Promise<number> {
  const queue = await findQueue(url, 'training')
  if (queue === null) return 0
  try {
    return await capacity(queue)
  } finally {
    await queue.close()
  }
}

/** Results are those of `local`, bit for bit, on machines of one kind. @throws as `parallelJobs`; AppError `training_job_failed`, or the code it failed with */
export function queuedJobs(options: QueuedOptions): RunJobs {
  return async (source, jobs, events) => {
    const queue = await findQueue(options.url, 'training')
    if (queue === null) return options.local(source, jobs, events)
    try {
      const batch = new RunBatch(queue, options.id)
      const files = new JobFiles(options.folder)
      await batch.takeOver(files)
      if ((await capacity(queue)) === 0) return await options.local(source, jobs, events)
      return await new QueuedRun({ queue, batch, files, options, source, events }, jobs).results()
    } finally {
      await queue.close()
    }
  }
}

interface RunParts {
  readonly queue: Queue
  readonly batch: RunBatch
  readonly files: JobFiles
  readonly options: QueuedOptions
  readonly source: StateSource
  readonly events: JobEvents
}

class QueuedRun {
  readonly #parts: RunParts
  readonly #jobs: readonly Job[]
  readonly #hearing: Hearing
  readonly #done = new Map<Job, JobResult>()
  readonly #watch: WorkerWatch

  constructor(parts: RunParts, jobs: readonly Job[]) {
    this.#parts = parts
    this.#jobs = jobs
    this.#hearing = new Hearing(parts.events)
    this.#watch = new WorkerWatch(parts.queue, parts.options.signal)
  }

  async results(): Promise<JobResult[]> {
    const { batch, options } = this.#parts
    try {
      await this.#takeFinished()
      options.signal.throwIfAborted()
      await this.#put(this.#left())
      while (this.#left().length > 0) {
        if (options.pause.aborted) await this.#pauseAll()
        if (!(await this.#turn())) return await this.#alone()
      }
      return this.#inOrder()
    } finally {
      // Whoever can not be told now finds it out: the run is not heard of any more.
      await batch.withdraw().catch(() => undefined)
    }
  }

  async #put(jobs: readonly Job[]): Promise<void> {
    const { batch, options, files, source } = this.#parts
    await patiently(() => batch.put(source, jobs, options, files), options.signal)
  }

  /** What was done before the run was stopped. */
  async #takeFinished(): Promise<void> {
    const { files, events } = this.#parts
    for (const job of this.#jobs) {
      const known = await files.result(job)
      if (known === null) continue
      events.onResumed?.(job, known.epochs)
      this.#finish(job, known)
    }
  }

  #left(): Job[] {
    return this.#jobs.filter((job) => !this.#done.has(job))
  }

  /** Waits a little and looks; false where there is no worker any more. */
  async #turn(): Promise<boolean> {
    const { signal, pause } = this.#parts.options
    const ends = AbortSignal.any([signal, pause])
    await sleep(LOOK_MS, undefined, { signal: ends }).catch(() => undefined)
    signal.throwIfAborted()
    const standings = await this.#look()
    for (const standing of standings) await this.#settle(standing)
    const lost = this.#parts.batch.lost(standings).filter((job) => !this.#done.has(job))
    if (lost.length > 0) await this.#put(lost)
    return this.#watch.hasWorkers()
  }

  async #look(): Promise<JobStanding<News>[]> {
    const { batch, options } = this.#parts
    const standings = await patiently(() => batch.look(), options.signal)
    this.#watch.looked()
    return standings
  }

  async #settle(standing: JobStanding<News>): Promise<void> {
    const { batch } = this.#parts
    const job = batch.jobOf(standing.id)
    if (job === undefined || this.#done.has(job)) return
    for (const news of standing.news) this.#hearing.hear(job, news)
    if (standing.fault !== null) throw faultOf(standing.fault)
    if (standing.machine !== null) this.#parts.options.onMachine(standing.machine)
    if (standing.done) return this.#take(standing.id, job)
    await this.#watch.tend(batch, standing)
  }

  async #take(id: string, job: Job): Promise<void> {
    const { batch, files, options } = this.#parts
    await patiently(() => batch.collect(id, files), options.signal)
    const result = await files.result(job)
    if (result === null) throw new Error(`job ${job.number} is done and its result is not there`)
    this.#hearing.done(job, result)
    this.#done.set(job, result)
  }

  #finish(job: Job, result: JobResult): void {
    this.#done.set(job, result)
    this.#parts.events.onDone(job, result)
  }

  /** What is left is done here, from where workers had come with it. */
  async #alone(): Promise<JobResult[]> {
    const { batch, files, options, source, events } = this.#parts
    await batch.takeOver(files)
    options.onMachine(kindOf(await thisMachine()))
    const jobs = this.#left()
    const results = await options.local(source, jobs, this.#heardBefore(events))
    for (const [i, job] of jobs.entries()) this.#done.set(job, results[i] as JobResult)
    return this.#inOrder()
  }

  /** Epochs that workers told of are not told again. */
  #heardBefore(events: JobEvents): JobEvents {
    const hearing = this.#hearing
    return {
      onEpoch: (job, epoch) => hearing.hear(job, { kind: 'epoch', epoch }),
      onResumed: (job, epochs) => hearing.hear(job, { kind: 'resumed', epochs }),
      onDone: (job, result) => hearing.done(job, result),
      onWork: (job, kind, amount, ms) => events.onWork?.(job, kind, amount, ms),
      onSpent: (job, spent) => events.onSpent?.(job, spent),
    }
  }

  /** Saved by whoever has them, and brought here. @throws Paused */
  async #pauseAll(): Promise<never> {
    const { batch, files, options } = this.#parts
    await patiently(() => batch.pause(), options.signal)
    for (;;) {
      const standings = await this.#look()
      const held = standings.filter((each) => each.worker !== null && !each.done)
      for (const each of held) if (this.#watch.isLost(each)) await batch.takeFrom(each)
      if (held.length === 0) break
      options.signal.throwIfAborted()
      await sleep(LOOK_MS / 5, undefined, { signal: options.signal }).catch(() => undefined)
    }
    await batch.takeOver(files)
    throw new Paused()
  }

  #inOrder(): JobResult[] {
    return this.#jobs.map((job) => this.#done.get(job) as JobResult)
  }
}

function faultOf({ code, message }: Fault): AppError {
  return new AppError(code ?? 'training_job_failed', message, { status: 500 })
}
