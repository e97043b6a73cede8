// What a job's workers say of it, as one process would have said it: a job that went on elsewhere tells no epoch twice.
import type { Job, JobResult } from '../learning/job.ts'
import type { EpochResult } from '../learning/job-training.ts'
import type { FromJobProcess } from '../jobs/job-messages.ts'
import type { JobEvents } from '../jobs/run-jobs.ts'

/** What the run is told of a job meanwhile. */
export type News = Extract<FromJobProcess, { kind: 'epoch' | 'resumed' | 'work' | 'spent' }>

export class Hearing {
  readonly #events: JobEvents
  readonly #told = new Map<Job, number>()

  constructor(events: JobEvents) {
    this.#events = events
  }

  hear(job: Job, news: News): void {
    if (news.kind === 'resumed') this.#goesOn(job, news.epochs)
    else if (news.kind === 'epoch') this.#after(job, [news.epoch])
    else if (news.kind === 'spent') this.#events.onSpent?.(job, news.spent)
    else this.#events.onWork?.(job, news.work, news.amount, news.ms)
  }

  /** What was not heard of it before is told first. */
  done(job: Job, result: JobResult): void {
    this.#after(job, result.epochs)
    this.#events.onDone(job, result)
  }

  #goesOn(job: Job, epochs: readonly EpochResult[]): void {
    if (this.#told.has(job)) return this.#after(job, epochs)
    this.#told.set(job, epochs.length)
    this.#events.onResumed?.(job, epochs)
  }

  #after(job: Job, epochs: readonly EpochResult[]): void {
    for (const epoch of epochs) {
      if (epoch.epoch <= (this.#told.get(job) ?? 0)) continue
      this.#told.set(job, epoch.epoch)
      this.#events.onEpoch(job, epoch)
    }
  }
}
