// Turns what the jobs of a run say into what the trader sees.
import type { EpochMetrics } from '../../contract/training.ts'
import type { Clock } from '../../core/clock.ts'
import { SECOND } from '../../core/time.ts'
import { isStalled } from '../jobs/early-stopping.ts'
import type { WorkKind } from '../jobs/run-job.ts'
import type { JobEvents } from '../jobs/run-jobs.ts'
import { addSpent, type Spent } from '../jobs/spending.ts'
import type { Job, JobResult } from '../learning/job.ts'
import type { EpochResult } from '../learning/job-training.ts'
import type { Effort } from './effort.ts'
import type { RunPatch } from './messages.ts'
import { TimeLeft } from './time-left.ts'

export interface ProgressParts {
  readonly clock: Clock
  readonly report: (patch: RunPatch) => void
  /** Jobs done at a time. */
  readonly processes: number
  /** That the checkpoint's own training has to itself while the others wait; they do not where 0 or absent. */
  readonly coresOfFirst?: number
  readonly effort: Effort
  /** What an earlier process reported, before the run was paused or interrupted. */
  readonly earlier: readonly EpochMetrics[]
  /** Told of the checkpoint's own training as soon as it is done, while folds may still run. */
  readonly onTrained?: (own: JobResult) => void
  /** What all folds that are done have shown, in words, this one included; null where that is nothing yet. */
  readonly soFar?: (fold: JobResult) => string | null
}

export class Progress implements JobEvents {
  epochs: EpochMetrics[] = []
  readonly #parts: ProgressParts
  readonly #folds: number
  readonly #left: TimeLeft
  #lastEpoch: number
  #foldsDone = 0
  #soFar: string | null = null
  #own: Spent = {}
  #ofFolds: Spent = {}

  constructor(jobs: readonly Job[], parts: ProgressParts) {
    this.#parts = parts
    this.#folds = jobs.length - 1
    this.#left = new TimeLeft(jobs, parts.processes, parts.effort, parts.coresOfFirst)
    this.#lastEpoch = parts.clock.now()
  }

  onWork({ number }: Job, kind: WorkKind, amount: number, ms: number): void {
    this.#left.worked(number, kind, amount, ms, this.#parts.clock.now())
    if (kind === 'pretrain' && number === 0) this.#lastEpoch = this.#parts.clock.now()
    if (kind === 'score' || kind === 'conclude') this.#parts.report({ seconds_left: this.#secondsLeft() })
  }

  onSpent({ number }: Job, spent: Spent): void {
    if (number === 0) this.#own = addSpent(this.#own, spent)
    else this.#ofFolds = addSpent(this.#ofFolds, spent)
  }

  /** Processor time that jobs told of: the checkpoint's own, and all folds together. */
  get spent(): { readonly own: Spent; readonly folds: Spent } {
    return { own: this.#own, folds: this.#ofFolds }
  }

  onResumed(job: Job, epochs: readonly EpochResult[]): void {
    this.#left.resumed(job.number, epochs.length)
    if (job.number !== 0) return
    const durations = new Map(this.#parts.earlier.map((each) => [each.epoch, each.duration_seconds]))
    this.epochs = epochs.map((result) => metricsOf(result, durations.get(result.epoch) ?? 0))
    this.#parts.report({
      phase: this.#phaseAfter(job, epochs.length),
      current_epoch: epochs.length,
      epochs: [...this.epochs],
    })
  }

  onEpoch(job: Job, result: EpochResult): void {
    if (job.number !== 0) return this.#parts.report({ seconds_left: this.#secondsLeft() })
    const now = this.#parts.clock.now()
    this.epochs.push(metricsOf(result, (now - this.#lastEpoch) / SECOND))
    this.#lastEpoch = now
    const { epochs } = job.options
    const isOver = this.#isTrained(job)
    this.#parts.report({
      phase: this.#phaseAfter(job, result.epoch),
      current_epoch: result.epoch,
      loss: result.loss,
      accuracy: result.accuracy,
      epochs: [...this.epochs],
      stopped_early: isOver && result.epoch < epochs ? result.epoch : null,
      seconds_left: this.#secondsLeft(),
    })
  }

  onDone(job: Job, result: JobResult): void {
    this.#left.done(job.number)
    if (job.number === 0) return this.#parts.onTrained?.(result)
    this.#foldsDone += 1
    this.#soFar = this.#parts.soFar?.(result) ?? null
    if (this.#isTrained(job)) {
      this.#parts.report({ phase: this.#foldsPhase(), seconds_left: this.#secondsLeft() })
    }
  }

  #isTrained({ options: { epochs, earlyStopping = 0 } }: Job): boolean {
    return this.epochs.length >= epochs || isStalled(this.epochs, earlyStopping)
  }

  #phaseAfter(job: Job, epoch: number): string {
    return this.#isTrained(job) ? this.#foldsPhase() : epochPhase(job, epoch)
  }

  #foldsPhase(): string {
    if (this.#folds === 0) return 'finishing'
    const soFar = this.#soFar === null ? '' : `; so far ${this.#soFar}`
    return `validating: ${this.#foldsDone} of ${this.#folds} folds done${soFar}`
  }

  #secondsLeft(): number | null {
    const seconds = this.#left.seconds(this.#parts.clock.now())
    return seconds === null ? null : Math.round(seconds)
  }
}

/** After `done` epochs. */
export function epochPhase({ options, pretraining }: Job, done: number): string {
  const next = `epoch ${done + 1} of ${options.epochs}`
  return done === 0 && pretraining !== undefined ? `pre-training, then ${next}` : next
}

function metricsOf({ epoch, loss, accuracy, figures }: EpochResult, seconds: number): EpochMetrics {
  return {
    epoch,
    loss,
    accuracy,
    duration_seconds: seconds,
    ...(figures === undefined ? {} : { figures: { ...figures } }),
  }
}
