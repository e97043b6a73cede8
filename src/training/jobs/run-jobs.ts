// What doing all jobs of a run is, and what is heard of them meanwhile.
import type { Job, JobResult } from '../learning/job.ts'
import type { EpochResult } from '../learning/job-training.ts'
import type { StateSource } from '../learning/views.ts'
import type { WorkKind } from './run-job.ts'
import type { Spent } from './spending.ts'

/** What is heard of jobs while they are done. */
export interface JobEvents {
  onEpoch(job: Job, epoch: EpochResult): void
  onDone(job: Job, result: JobResult): void
  /** The job goes on after these epochs; they are not told again. */
  onResumed?(job: Job, epochs: readonly EpochResult[]): void
  onWork?(job: Job, kind: WorkKind, amount: number, ms: number): void
  /** What the processor's time of a job went to, before it is done; of jobs in processes of their own. */
  onSpent?(job: Job, spent: Spent): void
}

/** Does jobs, several at a time or one after the other; the results are the same. In the order of the jobs. */
export type RunJobs = (source: StateSource, jobs: readonly Job[], events: JobEvents) => Promise<JobResult[]>
