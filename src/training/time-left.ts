// How long the rest of a run takes, from what its jobs have been seen to take so far.
import { SECOND } from '../core/time.ts'
import { secondsIn } from './data.ts'
import type { Job, WorkKind } from './job.ts'

/** Market seconds looked at for the model's own false calls; as src/training/mining.ts bounds them. */
const MOST_LOOKS = 3000
const LOOK_EVERY = 5

/**
 * In the first epoch of a job the network is also made ready to predict, which was seen to take most of the time of opening
 * the learner. An epoch takes at least this share without what comes once.
 */
const FIRST_USE = 0.8
const LEAST_USUAL = 0.3

/** What each measurement leaves of those before it: other programs come and go. */
const MEMORY = 0.85

interface Progress {
  opened: boolean
  /** Share of the pre-training. */
  pretrained: number
  epochs: number
  /** When the last was over; null before the job is begun. */
  since: number | null
  /** Market seconds scored. */
  scored: number
  done: boolean
}

/** Sums of what was measured of one kind of work. */
interface Measured {
  amount: number
  ms: number
}

/**
 * Epochs count by the examples they train on, scoring by market seconds: both differ from fold to fold. What was measured while
 * several processes share the cores is what the rest will take.
 */
export class TimeLeft {
  readonly #jobs = new Map<number, { job: Job; progress: Progress }>()
  readonly #processes: number
  readonly #measured: Record<WorkKind, Measured> = {
    open: { amount: 0, ms: 0 },
    pretrain: { amount: 0, ms: 0 },
    epoch: { amount: 0, ms: 0 },
    score: { amount: 0, ms: 0 },
  }

  constructor(jobs: readonly Job[], processes: number) {
    this.#processes = Math.max(1, processes)
    for (const job of jobs) {
      const progress = { opened: false, pretrained: 0, epochs: 0, since: null, scored: 0, done: false }
      this.#jobs.set(job.number, { job, progress })
    }
  }

  /** `epochs` of the job were done in an earlier process. */
  resumed(number: number, epochs: number): void {
    const { progress } = this.#jobs.get(number)!
    progress.epochs = epochs
    if (epochs > 0) progress.pretrained = 1
  }

  worked(number: number, kind: WorkKind, amount: number, ms: number, now: number): void {
    const { job, progress } = this.#jobs.get(number)!
    const measured = this.#measured[kind]
    if (kind === 'open') progress.opened = true
    measured.amount *= MEMORY
    measured.ms *= MEMORY
    measured.amount += kind === 'epoch' ? rowsOf(job, progress.epochs + 1) : amount
    measured.ms += kind === 'epoch' ? this.#usual(job, progress.epochs + 1, ms) : ms
    progress.since = now
    if (kind === 'pretrain') progress.pretrained += amount
    if (kind === 'epoch') {
      progress.epochs += 1
      progress.pretrained = 1
    }
    // What is tried after the first epoch is scored again later.
    if (kind === 'score' && this.#isTrained(job, progress)) progress.scored += amount
  }

  done(number: number): void {
    this.#jobs.get(number)!.progress.done = true
  }

  /** Null until an epoch was measured. */
  seconds(now: number): number | null {
    if (this.#measured.epoch.ms === 0) return null
    const rest = [...this.#jobs.values()].filter(({ progress }) => !progress.done)
    const free = new Array<number>(this.#processes).fill(0)
    for (const each of rest) {
      free.sort((a, b) => a - b)
      free[0]! += this.#left(each.job, each.progress, now)
    }
    return Math.max(0, ...free) / SECOND
  }

  #left(job: Job, progress: Progress, now: number): number {
    const { epochs } = job.options
    let ms = progress.opened ? 0 : this.#rate('open')
    if (job.pretraining !== undefined) ms += (1 - progress.pretrained) * this.#rate('pretrain')
    for (let epoch = progress.epochs + 1; epoch <= epochs; epoch++) {
      ms += rowsOf(job, epoch) * this.#rate('epoch')
      if (epoch === job.mining.afterEpoch) ms += looksOf(job) * this.#rate('score')
    }
    const scored = job.evaluate.reduce((sum, range) => sum + secondsIn(range), 0)
    ms += Math.max(0, scored - progress.scored) * this.#rate('score')
    const elapsed = progress.since === null ? 0 : now - progress.since
    return Math.max(0, ms - elapsed)
  }

  /** What an epoch would have taken without what comes once in a job. */
  #usual(job: Job, epoch: number, ms: number): number {
    const first = epoch === 1 ? FIRST_USE * this.#rate('open') : 0
    const mined = epoch === job.mining.afterEpoch ? looksOf(job) * this.#rate('score') : 0
    return Math.max(LEAST_USUAL * ms, ms - first - mined)
  }

  #isTrained(job: Job, { epochs }: Progress): boolean {
    return epochs >= job.options.epochs
  }

  #rate(kind: WorkKind): number {
    const { amount, ms } = this.#measured[kind]
    return amount === 0 ? 0 : ms / amount
  }
}

/** Examples of an epoch, false calls that are still to be found included. */
function rowsOf({ examples, mining, options }: Job, epoch: number): number {
  return (examples.length + (epoch > mining.afterEpoch ? mining.count : 0)) * options.views
}

function looksOf({ mining }: Job): number {
  if (mining.count === 0) return 0
  const seconds = mining.ranges.reduce((sum, range) => sum + secondsIn(range), 0)
  return Math.min(MOST_LOOKS, seconds / LOOK_EVERY)
}
