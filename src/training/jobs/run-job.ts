// Does one job: trains its model and scores what was held out. Runs anywhere, and goes on where it was cut off.
import { SECOND, epochMs } from '../../core/time.ts'
import { isAgent, isClosedForm, type LearnerState, type ModelDefinition } from '../../models/model.ts'
import type { KnownRows } from '../../moments/known-rows.ts'
import { agentTraining } from '../agent/training.ts'
import { secondsIn, secondsInAll } from '../data/training-data.ts'
import type { Example } from '../examples/example.ts'
import { classifierTraining } from '../learning/classifier-training.ts'
import { closedFormTraining } from '../learning/closed-form-training.ts'
import { stepJob, type Job, type JobResult } from '../learning/job.ts'
import type { EpochResult, JobTraining } from '../learning/job-training.ts'
import { Views, type StateSource } from '../learning/views.ts'
import { isStalled } from './early-stopping.ts'
import { metered } from './metered-learner.ts'
import type { Spending } from './spending.ts'

/** A job as far as it has come. */
export interface SavedJob {
  readonly epochs: readonly EpochResult[]
  /** Of the first ranges of `evaluate`. */
  readonly scores: readonly Float32Array[]
  /** Of `probed`. */
  readonly before?: Float32Array
  readonly training: LearnerState
}

/** What a job spends its time on: opening the learner, its pre-training, an epoch's examples, held-out seconds, trading these. */
export type WorkKind = 'open' | 'pretrain' | 'epoch' | 'score' | 'conclude'

export interface WorkMeter {
  /** Monotonic milliseconds. */
  readonly stopwatch: () => number
  /** `amount` is 1 for opening, a share of pre-training, the examples of an epoch, or seconds of the market. */
  readonly tell: (kind: WorkKind, amount: number, ms: number) => void
}

export interface JobHooks {
  onEpoch(epoch: EpochResult): void
  /** Where the job was saved; from the start where absent. Its epochs are not told again. */
  readonly resume?: SavedJob
  /** Called after every piece of work; the job goes on when it resolves. `save` may be called until then. */
  onPiece?(save: () => SavedJob): Promise<void>
  readonly signal?: AbortSignal
  /** Rows of the same data, for what is solved at once. */
  readonly known?: KnownRows
  /** Told how long work takes, from which the time left is guessed. */
  readonly meter?: WorkMeter
  /** Told what the processor's time goes to. */
  readonly spending?: Spending
  /** That the job has to itself; 1 where absent. The result is the same. */
  readonly cores?: number
}

/** @throws the signal's reason when aborted */
export async function runJob(
  model: ModelDefinition,
  source: StateSource,
  job: Job,
  hooks: JobHooks,
): Promise<JobResult> {
  const opened = hooks.meter?.stopwatch() ?? 0
  hooks.spending?.turnTo('open')
  const training = await openTraining(metered(model, hooks.spending), source, job, hooks)
  reportWork(hooks, 'open', 1, opened)
  try {
    return await new JobInProgress(training, job, hooks).run()
  } finally {
    await training.close()
  }
}

/** The method of training that the model is made for. */
function openTraining(
  model: ModelDefinition,
  source: StateSource,
  job: Job,
  { known, cores = 1 }: JobHooks,
): Promise<JobTraining> {
  const initial = job.warmStart === undefined ? undefined : source.initial
  if (isClosedForm(model)) return closedFormTraining(model, source, job, known)
  if (isAgent(model)) return agentTraining(model, source, stepJob(job), initial)
  return classifierTraining(model, new Views(source), stepJob(job), cores, initial)
}

class JobInProgress {
  readonly #training: JobTraining
  readonly #job: Job
  readonly #hooks: JobHooks
  readonly #epochs: EpochResult[]
  readonly #scores: Float32Array[]
  #before: Float32Array | undefined

  constructor(training: JobTraining, job: Job, hooks: JobHooks) {
    this.#training = training
    this.#job = job
    this.#hooks = hooks
    this.#epochs = [...(hooks.resume?.epochs ?? [])]
    this.#scores = [...(hooks.resume?.scores ?? [])]
    this.#before = hooks.resume?.before
  }

  async run(): Promise<JobResult> {
    const { warmStart = [], number } = this.#job
    if (this.#hooks.resume !== undefined) await this.#training.restore(this.#hooks.resume.training)
    if (warmStart.length > 0) this.#before ??= await this.#probe(warmStart)
    this.#hooks.spending?.turnTo('training')
    await this.#train()
    this.#hooks.spending?.turnTo('scoring')
    await this.#score()
    await this.#conclude()
    return {
      number,
      epochs: this.#epochs,
      mined: this.#training.mined(),
      scores: this.#scores,
      weights: number === 0 ? this.#training.weights() : null,
      ...(this.#before === undefined
        ? {}
        : { probed: { before: this.#before, after: await this.#probe(warmStart) } }),
    }
  }

  async #train(): Promise<void> {
    const { epochs, earlyStopping = 0 } = this.#job.options
    let began = this.#hooks.meter?.stopwatch() ?? 0
    while (this.#epochs.length < epochs && !isStalled(this.#epochs, earlyStopping)) {
      this.#hooks.signal?.throwIfAborted()
      const before = this.#pretrainingLeft()
      const examples = this.#job.examples.length + this.#training.mined().length
      const result = await this.#training.advance()
      if (before > 0) began = reportWork(this.#hooks, 'pretrain', before - this.#pretrainingLeft(), began)
      if (result !== null) {
        this.#epochs.push(result)
        began = reportWork(this.#hooks, 'epoch', examples, began)
        began = (await this.#tryScoring()) ?? began
        this.#hooks.onEpoch(result)
      }
      await this.#pieceDone()
    }
  }

  #pretrainingLeft(): number {
    return this.#training.pretrainingLeft?.() ?? 0
  }

  async #score(): Promise<void> {
    for (const range of this.#job.evaluate.slice(this.#scores.length)) {
      this.#hooks.signal?.throwIfAborted()
      const began = this.#hooks.meter?.stopwatch() ?? 0
      this.#scores.push(await this.#training.score(range, 1))
      reportWork(this.#hooks, 'score', secondsIn(range), began)
      await this.#pieceDone()
    }
  }

  async #conclude(): Promise<void> {
    const { evaluate } = this.#job
    const last = this.#epochs.at(-1)
    if (this.#training.conclude === undefined || evaluate.length === 0 || last === undefined) return
    this.#hooks.signal?.throwIfAborted()
    const began = this.#hooks.meter?.stopwatch() ?? 0
    const figures = { ...last.figures, ...(await this.#training.conclude()) }
    this.#epochs[this.#epochs.length - 1] = { ...last, figures }
    reportWork(this.#hooks, 'conclude', secondsInAll(evaluate), began)
  }

  /** Scores a little after the first epoch, so that the time of all that is still to be scored can be told. Returns the time after it. */
  async #tryScoring(): Promise<number | null> {
    const { evaluate, mining } = this.#job
    const range = evaluate[0] ?? mining.ranges[0]
    if (this.#hooks.meter === undefined || range === undefined || this.#epochs.length > 1) return null
    const part = { ...range, to: epochMs(Math.min(range.to, range.from + TRIED)) }
    const began = this.#hooks.meter.stopwatch()
    await this.#training.score(part, 1)
    return reportWork(this.#hooks, 'score', secondsIn(part), began)
  }

  async #pieceDone(): Promise<void> {
    await this.#hooks.onPiece?.(() => ({
      epochs: [...this.#epochs],
      scores: [...this.#scores],
      ...(this.#before === undefined ? {} : { before: this.#before }),
      training: this.#training.save(),
    }))
  }

  async #probe(examples: readonly Example[]): Promise<Float32Array> {
    if (this.#training.probabilities === undefined)
      throw new TypeError('a model that can not be asked about examples can not begin from a checkpoint')
    return this.#training.probabilities(examples)
  }
}

/** Returns the time now. */
function reportWork({ meter }: JobHooks, kind: WorkKind, amount: number, began: number): number {
  if (meter === undefined) return 0
  const now = meter.stopwatch()
  meter.tell(kind, amount, now - began)
  return now
}

/** Seconds of the market, in ms. */
const TRIED = 256 * SECOND
