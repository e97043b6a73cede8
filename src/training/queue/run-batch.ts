// A run's jobs in the queue: its files go there with them, and come back.
import { serialize } from 'node:v8'
import type { JobFiles } from '../jobs/job-files.ts'
import type { Job } from '../learning/job.ts'
import type { StateSource } from '../learning/views.ts'
import { Batch, type BatchModel, type LeftJob } from '../../queue/batch.ts'
import type { News } from './hearing.ts'

export class RunBatch extends Batch<Job, News> {
  /** What an earlier process of the run left there, finished or not, goes into its files; then it is taken out. */
  async takeOver(files: JobFiles): Promise<void> {
    for (const left of await this.left()) await keep(left, files)
    await this.withdraw()
  }

  /** A job's result, or else how far it has come, into the run's files, where it is new there. */
  async collect(id: string, files: JobFiles): Promise<void> {
    for (const known of await this.job(id)) await keep(known, files)
  }

  /** Those that were begun go on. */
  async put(source: StateSource, jobs: readonly Job[], model: BatchModel, files: JobFiles): Promise<void> {
    const begun: { job: Job; piece: Uint8Array | null }[] = []
    for (const job of jobs) begun.push({ job, piece: await files.bytes(job, 'state') })
    await this.enter(serialize(source), model, begun)
  }
}

async function keep({ job, piece, result }: LeftJob<Job>, files: JobFiles): Promise<void> {
  if (result !== null) await files.put(job, 'result', result)
  else if (piece !== null) await files.put(job, 'state', piece)
}
