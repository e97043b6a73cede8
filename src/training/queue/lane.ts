// A run's job at a worker: takes it, has it done by a process of its own, and answers.
import type { ChildProcess } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../core/errors.ts'
import { JobFiles } from '../jobs/job-files.ts'
import { doJob, startJobProcess } from '../jobs/parallel-jobs.ts'
import { Paused } from '../jobs/paused.ts'
import type { JobEvents } from '../jobs/run-jobs.ts'
import type { Claim, Claims, News } from './claims.ts'
import type { DataCache } from './data-cache.ts'
import { Holding, Stopped } from './holding.ts'
import { answer, giveUp, takeOne, type JobLane } from './job-lane.ts'
import { inThisPackage } from './models-module.ts'

export interface LaneParts {
  readonly claims: Claims
  readonly data: DataCache
  /** This lane's alone. */
  readonly folder: string
  /** Gives back what is being done, and ends. */
  readonly stop: AbortSignal
  /** Told in a line what is done. */
  readonly say: (line: string) => void
}

export class Lane implements JobLane {
  readonly #parts: LaneParts
  /** Does jobs of one run; another run's has other data. */
  #process: { readonly batch: string; readonly child: ChildProcess } | null = null

  constructor(parts: LaneParts) {
    this.#parts = parts
  }

  once(): Promise<boolean> {
    return takeOne(this.#parts, (claim) => this.#do(claim))
  }

  async end(): Promise<void> {
    this.#endProcess()
    await rm(this.#parts.folder, { recursive: true, force: true })
  }

  async #do(claim: Claim): Promise<void> {
    const { claims, stop, say } = this.#parts
    const name = `job ${claim.job.number} of run ${claim.batch}`
    const files = new JobFiles(this.#folderOf(claim))
    const pieces = {
      path: files.path(claim.job, 'state'),
      bytes: () => files.bytes(claim.job, 'state'),
    }
    const holding = new Holding(claim, pieces, claims, stop)
    say(`${name}: begun${claim.piece === null ? '' : ', where another had come'}`)
    try {
      await this.#train(claim, files, holding)
      const result = await files.bytes(claim.job, 'result')
      if (result === null) throw new Error('the result of the job was not kept')
      say(`${name}: ${await answer(this.#parts, claim, holding, result)}`)
    } catch (error) {
      this.#endProcess()
      await holding.end()
      say(`${name}: ${await this.#giveUp(claim, files, error).catch(messageOf)}`)
    }
  }

  async #train(claim: Claim, files: JobFiles, holding: Holding<News>): Promise<void> {
    if (claim.piece !== null) await files.put(claim.job, 'state', claim.piece)
    const child = await this.#processFor(claim, holding)
    await doJob(child, claim.job, eventsTo(holding), holding)
  }

  /** Says what became of it. */
  async #giveUp(claim: Claim, files: JobFiles, error: unknown): Promise<string> {
    const isGivenBack = error instanceof Paused || error instanceof Stopped
    const piece = isGivenBack ? await files.bytes(claim.job, 'state') : undefined
    return giveUp(this.#parts, claim, error, piece)
  }

  async #processFor(claim: Claim, { signal }: Holding<News>): Promise<ChildProcess> {
    const known = this.#process
    if (known?.batch === claim.batch && known.child.exitCode === null && known.child.signalCode === null)
      return known.child
    this.#endProcess()
    const source = await this.#parts.data.source(claim)
    signal.throwIfAborted()
    const modelsModule = inThisPackage(claim.modelsModule)
    const child = startJobProcess({ modelsModule, model: claim.model, folder: this.#folderOf(claim) }, source)
    this.#process = { batch: claim.batch, child }
    return child
  }

  #folderOf({ batch }: Claim): string {
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
