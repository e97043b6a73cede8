// Whether a job's worker is lost, and whether any is there at all: told by what is heard of them, by whoever put jobs into the queue.
import type { Batch, JobStanding } from './batch.ts'
import { LOST_MS, type Queue } from './open-queue.ts'
import { patiently } from './patiently.ts'
import { capacity } from './workers.ts'

/** Whoever put jobs there looks that often how they stand. */
export const LOOK_MS = 500

export class WorkerWatch {
  readonly #queue: Queue
  readonly #signal: AbortSignal
  /** Since then it is known of the workers; ms, monotonic. */
  #knownSince = performance.now()
  #lookedAt = performance.now()
  #workersSeen = performance.now()

  constructor(queue: Queue, signal: AbortSignal) {
    this.#queue = queue
    this.#signal = signal
  }

  /** To be told of each look at the jobs. */
  looked(): void {
    const now = performance.now()
    // Where nobody was heard, for the database was away or this process stood still, nobody is lost yet.
    if (now - this.#lookedAt > LOST_MS / 3) this.#knownSince = now
    this.#lookedAt = now
  }

  isLost({ worker, silent }: Pick<JobStanding<unknown>, 'worker' | 'silent'>): boolean {
    const isKnown = performance.now() - this.#knownSince > LOST_MS
    return worker !== null && silent !== null && silent > LOST_MS && isKnown
  }

  /** What a job needs that nobody comes on with: one that was set aside waits again, one whose worker is lost is taken from it. */
  async tend<J extends { readonly number: number }, N>(
    batch: Batch<J, N>,
    standing: JobStanding<N>,
  ): Promise<void> {
    if (standing.wanted === 'aside') await batch.putBack(standing.id)
    if (this.isLost(standing)) await batch.takeFrom(standing)
  }

  /** False where none was for a while. @throws as `patiently` */
  async hasWorkers(): Promise<boolean> {
    const processes = await patiently(() => capacity(this.#queue), this.#signal)
    if (processes > 0) this.#workersSeen = performance.now()
    return performance.now() - Math.max(this.#workersSeen, this.#knownSince) < LOST_MS
  }
}
