// A run's job at a worker: takes it, has it done by a process of its own, and answers.
import type { ChildProcess } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize } from 'node:v8'
import { JobFiles } from '../jobs/job-files.ts'
import { doJob, giveSource, startJobProcess } from '../jobs/parallel-jobs.ts'
import { Paused } from '../jobs/paused.ts'
import type { JobEvents } from '../jobs/run-jobs.ts'
import { Claims, type Claim } from '../../queue/claims.ts'
import type { DataCache } from '../../queue/data-cache.ts'
import { GivenBack, type Holding } from '../../queue/holding.ts'
import { takeOne, type Doing, type JobLane, type Taking } from '../../queue/job-lane.ts'
import type { WorkerKind } from '../../queue/worker.ts'
import type { Job } from '../learning/job.ts'
import type { StateSource } from '../learning/views.ts'
import type { News } from './hearing.ts'
import { inThisPackage } from './models-module.ts'

/** A run's folds, seeds and permutations. */
export const TRAINING: WorkerKind = {
  kind: 'training',
  lane: ({ queue, worker, machine, ...place }) =>
    new Lane({ claims: new Claims(queue, worker.id, machine), ...place }),
}

interface LaneParts extends Taking<Job, News> {
  readonly data: DataCache
  /** This lane's alone. */
  readonly folder: string
}

class Lane implements JobLane {
  readonly #parts: LaneParts
  /** Does jobs of one run; another run's has other data. */
  #process: { readonly batch: string; readonly child: ChildProcess } | null = null

  constructor(parts: LaneParts) {
    this.#parts = parts
  }

  once(): Promise<boolean> {
    return takeOne(this.#parts, (claim) => this.#doing(claim))
  }

  async end(): Promise<void> {
    this.#endProcess()
    await rm(this.#parts.folder, { recursive: true, force: true })
  }

  #doing(claim: Claim<Job>): Doing<News> {
    const files = new JobFiles(this.#folderOf(claim))
    const path = files.path(claim.job, 'state')
    return {
      name: `job ${claim.job.number} of run ${claim.batch}`,
      pieces: { path, bytes: () => files.bytes(claim.job, 'state') },
      work: (holding) => this.#work(claim, files, holding),
    }
  }

  async #work(claim: Claim<Job>, files: JobFiles, holding: Holding<News>): Promise<Uint8Array> {
    try {
      await this.#train(claim, files, holding)
      const result = await files.bytes(claim.job, 'result')
      if (result === null) throw new Error('the result of the job was not kept')
      return result
    } catch (error) {
      this.#endProcess()
      throw error instanceof Paused ? new GivenBack(error.message) : error
    }
  }

  async #train(claim: Claim<Job>, files: JobFiles, holding: Holding<News>): Promise<void> {
    if (claim.piece !== null) await files.put(claim.job, 'state', claim.piece)
    const child = await this.#processFor(claim, holding)
    await doJob(child, claim.job, eventsTo(holding), holding)
  }

  async #processFor(claim: Claim<Job>, { signal }: Holding<News>): Promise<ChildProcess> {
    const known = this.#process
    if (known?.batch === claim.batch && known.child.exitCode === null && known.child.signalCode === null)
      return known.child
    this.#endProcess()
    const source = deserialize(await this.#parts.data.bytes(claim)) as StateSource
    signal.throwIfAborted()
    const modelsModule = inThisPackage(claim.modelsModule)
    const child = startJobProcess({ modelsModule, model: claim.model, folder: this.#folderOf(claim) })
    giveSource(child, source)
    this.#process = { batch: claim.batch, child }
    return child
  }

  #folderOf({ batch }: Claim<Job>): string {
    return join(this.#parts.folder, batch)
  }

  #endProcess(): void {
    this.#process?.child.kill('SIGKILL')
    this.#process = null
  }
}

/** What the job's process says, for the run. */
function eventsTo(holding: Holding<News>): Omit<JobEvents, 'onDone'> {
  return {
    onEpoch: (_, epoch) => holding.tell({ kind: 'epoch', epoch }),
    onResumed: (_, epochs) => holding.tell({ kind: 'resumed', epochs }),
    onWork: (_, work, amount, ms) => holding.tell({ kind: 'work', work, amount, ms }),
    onSpent: (_, spent) => holding.tell({ kind: 'spent', spent }),
  }
}
