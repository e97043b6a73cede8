// How long the rest of a run takes, from what its jobs have been seen to take so far.
import { at, valueAt } from '../../core/at.ts'
import { SECOND } from '../../core/time.ts'
import { secondsInAll } from '../data/training-data.ts'
import type { Effort } from './effort.ts'
import type { WorkKind } from '../jobs/run-job.ts'
import type { Job } from '../learning/job.ts'

/** Market seconds looked at for the model's own false calls; as src/training/learning/mining.ts bounds them. */
const MOST_LOOKS = 3000
const LOOK_EVERY = 5

/** Opening a learner in a process that has opened one before, against the first time; measured of CNN and DQN. */
const WARM_OPENING = 0.7
/** An epoch takes at least this share without what comes once. */
const LEAST_USUAL = 0.3
/** A first epoch says less of those to come than any other: what comes once is a guess. */
const FIRST_COUNTS = 0.3

/** Of the false calls that a job looks for, the share that is expected until one has looked: often there are hardly any. */
const FOUND = 0.3

/** What a core more adds to the speed of steps that several share; measured of the Transformer on two. */
const MORE_CORES = 0.5

/** What each measurement leaves of those before it: other programs come and go. */
const MEMORY = 0.85

interface Progress {
  /** What it took, and whether its process had just begun; null before. */
  opening: { ms: number; isFresh: boolean } | null
  /** Share of the pre-training. */
  pretrained: number
  epochs: number
  /** False calls that were added; null before an epoch with them. */
  mined: number | null
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
 * Epochs count by their effort (a classifier's by the examples), scoring by market seconds: both differ from fold to fold. What was
 * measured while several processes share the cores is what the rest will take.
 */
export class TimeLeft {
  readonly #jobs = new Map<number, { job: Job; progress: Progress }>()
  readonly #processes: number
  readonly #effort: Effort
  /** 0 where the others do not wait for the first. */
  readonly #coresOfFirst: number
  #openings = 0
  readonly #measured: Record<WorkKind | 'freshOpen', Measured> = {
    freshOpen: { amount: 0, ms: 0 },
    open: { amount: 0, ms: 0 },
    pretrain: { amount: 0, ms: 0 },
    epoch: { amount: 0, ms: 0 },
    score: { amount: 0, ms: 0 },
    conclude: { amount: 0, ms: 0 },
  }

  /**
   * @param processes how many do jobs, each one after the other
   * @param coresOfFirst that the checkpoint's own training has to itself while the others wait; they do not where 0
   */
  constructor(jobs: readonly Job[], processes: number, effort: Effort, coresOfFirst = 0) {
    this.#effort = effort
    this.#processes = Math.max(1, processes)
    this.#coresOfFirst = coresOfFirst
    for (const job of jobs) {
      const progress = {
        opening: null,
        pretrained: 0,
        epochs: 0,
        mined: null,
        since: null,
        scored: 0,
        done: false,
      }
      this.#jobs.set(job.number, { job, progress })
    }
  }

  /** `epochs` of the job were done in an earlier process. */
  resumed(number: number, epochs: number): void {
    const { progress } = valueAt(this.#jobs, number)
    progress.epochs = epochs
    if (epochs > 0) progress.pretrained = 1
  }

  worked(number: number, kind: WorkKind, amount: number, ms: number, now: number): void {
    const { job, progress } = valueAt(this.#jobs, number)
    progress.since = now
    if (kind === 'open') this.#opened(progress, ms)
    else if (kind === 'epoch') this.#trained(job, progress, amount, ms)
    else this.#measure(kind, amount, kind === 'pretrain' ? ms * this.#speed(job) : ms)
    if (kind === 'pretrain') progress.pretrained += amount
    if (kind === 'epoch') {
      progress.epochs += 1
      progress.pretrained = 1
    }
    // What is tried after the first epoch is scored again later.
    if (kind === 'score' && this.#isTrained(job, progress)) progress.scored += amount
  }

  done(number: number): void {
    valueAt(this.#jobs, number).progress.done = true
  }

  /** Null until an epoch was measured. */
  seconds(now: number): number | null {
    if (this.#measured.epoch.ms === 0) return null
    const rest = [...this.#jobs.values()].filter(({ progress }) => !progress.done)
    const free = new Array<number>(this.#processes).fill(0)
    for (const { job, progress } of rest) {
      const left = this.#left(job, progress, now)
      free.sort((a, b) => a - b)
      // The first of all jobs.
      if (this.#coresOfFirst > 0 && job.number === 0) free.fill(left)
      else free[0] = at(free, 0) + left
    }
    return Math.max(0, ...free) / SECOND
  }

  #left(job: Job, progress: Progress, now: number): number {
    const { epochs } = job.options
    let ms = this.#onceLeft(progress)
    if (job.pretraining !== undefined)
      ms += ((1 - progress.pretrained) * this.#rate('pretrain')) / this.#speed(job)
    for (let epoch = progress.epochs + 1; epoch <= epochs; epoch++) {
      ms += (this.#workOf(job, progress, epoch) * this.#rate('epoch')) / this.#speed(job)
      if (epoch === job.mining.afterEpoch) ms += looksOf(job) * this.#rate('score')
    }
    const scored = secondsInAll(job.evaluate)
    ms += Math.max(0, scored - progress.scored) * this.#rate('score') + scored * this.#concluding()
    const elapsed = progress.since === null ? 0 : now - progress.since
    return Math.max(0, ms - elapsed)
  }

  /** The first opening of each process is one of a fresh process: they begin together. */
  #opened(progress: Progress, ms: number): void {
    const isFresh = this.#openings < this.#processes
    this.#openings += 1
    progress.opening = { ms, isFresh }
    this.#measure(isFresh ? 'freshOpen' : 'open', 1, ms)
  }

  #trained(job: Job, progress: Progress, examples: number, ms: number): void {
    const epoch = progress.epochs + 1
    if (epoch > job.mining.afterEpoch) progress.mined = examples - job.examples.length
    const counts = epoch === 1 ? FIRST_COUNTS : 1
    const work = this.#workOf(job, progress, epoch)
    const usual = this.#usual(job, progress, epoch, ms) * this.#speed(job)
    this.#measure('epoch', counts * work, counts * usual)
  }

  /** Of the job's steps, against those of a job with one core. */
  #speed({ number }: Job): number {
    return number === 0 ? 1 + MORE_CORES * Math.max(0, this.#coresOfFirst - 1) : 1
  }

  #workOf(job: Job, { mined }: Progress, epoch: number): number {
    const expected = mined ?? job.mining.count * this.#found()
    return this.#effort.epoch(job, epoch, epoch > job.mining.afterEpoch ? expected : 0)
  }

  /** Share of the false calls looked for that jobs have found. */
  #found(): number {
    const looked = [...this.#jobs.values()].flatMap(({ job, progress: { mined } }) =>
      mined === null ? [] : [{ wanted: job.mining.count, mined }],
    )
    const most = looked.reduce((sum, { wanted }) => sum + wanted, 0)
    return most === 0 ? FOUND : looked.reduce((sum, { mined }) => sum + mined, 0) / most
  }

  #measure(kind: WorkKind | 'freshOpen', amount: number, ms: number): void {
    const measured = this.#measured[kind]
    measured.amount = MEMORY * measured.amount + amount
    measured.ms = MEMORY * measured.ms + ms
  }

  /** Opening the learner and what comes once in the first epoch, in a process that has done other jobs. */
  #onceLeft({ opening, epochs }: Progress): number {
    const { firstUse } = this.#effort
    if (opening === null) return this.#warmOpening() * (1 + firstUse.warm)
    return epochs > 0 ? 0 : opening.ms * (opening.isFresh ? firstUse.fresh : firstUse.warm)
  }

  #warmOpening(): number {
    return this.#measured.open.amount > 0 ? this.#rate('open') : WARM_OPENING * this.#rate('freshOpen')
  }

  /** What an epoch would have taken without what comes once in a job. */
  #usual(job: Job, progress: Progress, epoch: number, ms: number): number {
    const first = epoch === 1 ? this.#onceLeft(progress) : 0
    const mined = epoch === job.mining.afterEpoch ? looksOf(job) * this.#rate('score') : 0
    return Math.max(LEAST_USUAL * ms, ms - first - mined)
  }

  #isTrained(job: Job, { epochs }: Progress): boolean {
    return epochs >= job.options.epochs
  }

  /** Of an agent, for each second it trades in the end. */
  #concluding(): number {
    const { amount } = this.#measured.conclude
    return amount > 0 ? this.#rate('conclude') : this.#effort.conclusion * this.#rate('score')
  }

  #rate(kind: WorkKind | 'freshOpen'): number {
    const { amount, ms } = this.#measured[kind]
    return amount === 0 ? 0 : ms / amount
  }
}

function looksOf({ mining }: Job): number {
  if (mining.count === 0) return 0
  const seconds = secondsInAll(mining.ranges)
  return Math.min(MOST_LOOKS, seconds / LOOK_EVERY)
}
