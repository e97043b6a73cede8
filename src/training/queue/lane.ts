// A run's job at a worker: takes it, has it done by a process of its own, and answers.
import type { ChildProcess } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf } from '../../core/errors.ts'
import { JobFiles } from '../jobs/job-files.ts'
import { doJob, startJobProcess } from '../jobs/parallel-jobs.ts'
import { Paused } from '../jobs/paused.ts'
import type { JobEvents } from '../jobs/run-jobs.ts'
import type { Fault } from './attempts.ts'
import type { Claim, Claims, News } from './claims.ts'
import type { DataCache } from './data-cache.ts'
import { Holding, Lost, Stopped } from './holding.ts'
import { inThisPackage } from './models-module.ts'
import { patiently, unlessStopped } from './patiently.ts'

/** Does jobs of one kind, one at a time. */
export interface JobLane {
  /** Takes a job and does it; false where none waits. */
  once(): Promise<boolean>
  /** Once it does none any more. */
  end(): Promise<void>
}

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

  async once(): Promise<boolean> {
    const { claims, stop } = this.#parts
    const claim = await patiently(() => claims.take(), stop).catch(unlessStopped(stop))
    if (claim !== null) await this.#do(claim)
    return claim !== null
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
      say(
        `${name}: ${(await this.#answer(claim, files, holding)) ? 'done' : 'done, and not taken: another has it by now'}`,
      )
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

  /** False where the job is not held any more. */
  async #answer(claim: Claim, files: JobFiles, holding: Holding<News>): Promise<boolean> {
    const { claims } = this.#parts
    const result = await files.bytes(claim.job, 'result')
    if (result === null) throw new Error('the result of the job was not kept')
    const news = await holding.end()
    return patiently(() => claims.finish(claim, { result, news }), holding.signal)
  }

  /** Says what became of it. */
  async #giveUp(claim: Claim, files: JobFiles, error: unknown): Promise<string> {
    const { claims, stop } = this.#parts
    if (error instanceof Lost) return error.message
    if (error instanceof Paused || error instanceof Stopped) {
      const piece = await files.bytes(claim.job, 'state')
      await patiently(() => claims.release(claim, piece), stop)
      return 'given back'
    }
    await patiently(() => claims.fail(claim, faultOf(error)), stop)
    return `failed: ${messageOf(error)}`
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

/** As the asker is told it. */
export function faultOf(error: unknown): Fault {
  return { code: error instanceof AppError ? error.code : null, message: messageOf(error) }
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
