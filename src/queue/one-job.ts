// One job that somebody waits for, such as a backtest: put into the queue where a worker takes such jobs, and followed until its result is there.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../core/errors.ts'
import { Batch } from './batch.ts'
import { findQueue, type JobKind } from './open-queue.ts'
import { patiently } from './patiently.ts'
import { LOOK_MS, WorkerWatch } from './worker-watch.ts'
import { capacity } from './workers.ts'

export interface OneJob<J, N> {
  /** Address of the PostgreSQL. */
  readonly url: string
  readonly kind: JobKind
  readonly id: string
  /** The job, and what it needs beside the market; null where a worker could not be told all of it. Asked where a worker is there. */
  readonly make: () => Promise<{ readonly job: J; readonly data: Buffer } | null>
  readonly onNews: (news: readonly N[]) => void | Promise<void>
  /** Of what it failed with, where that has no code. */
  readonly failed: string
  /** Where no worker has taken it in that time, since all are at others, none does it. Default: it waits. */
  readonly patienceMs?: number
  readonly signal: AbortSignal
}

/**
 * The result; null where no worker does it, or none is left.
 * @throws AppError what it failed with three times, or `failed`; the signal's reason; what `make` and `onNews` throw
 */
export async function doneByWorkers<J extends { readonly number: 0 }, N>(
  one: OneJob<J, N>,
): Promise<Uint8Array | null> {
  const { url, kind, id, make, signal } = one
  const queue = await findQueue(url, kind)
  if (queue === null) return null
  const batch = new Batch<J, N>(queue, id)
  try {
    await batch.withdraw()
    if ((await capacity(queue)) === 0) return null
    const made = await make()
    if (made === null) return null
    const jobs = [{ job: made.job, piece: null }]
    const enter = (): Promise<void> =>
      patiently(() => batch.enter(made.data, { modelsModule: '', model: '' }, jobs), signal)
    await enter()
    return await followed(batch, enter, new WorkerWatch(queue, signal), one)
  } finally {
    // Whoever can not be told now finds it out: nobody is heard of who wants it.
    await batch.withdraw().catch(() => undefined)
    await queue.close().catch(() => undefined)
  }
}

async function followed<J extends { readonly number: 0 }, N>(
  batch: Batch<J, N>,
  enter: () => Promise<void>,
  watch: WorkerWatch,
  { onNews, failed, patienceMs = Infinity, signal }: OneJob<J, N>,
): Promise<Uint8Array | null> {
  let takenAt = performance.now()
  for (;;) {
    await sleep(LOOK_MS, undefined, { signal })
    const standings = await patiently(() => batch.look(), signal)
    watch.looked()
    if (batch.lost(standings).length > 0) await enter()
    for (const standing of standings) {
      const { id, news, fault, done, worker } = standing
      if (worker !== null) takenAt = performance.now()
      await onNews(news)
      if (fault !== null) throw new AppError(fault.code ?? failed, fault.message, { status: 500 })
      if (done) return await resultOf(batch, id, signal)
      await watch.tend(batch, standing)
    }
    if (performance.now() - takenAt > patienceMs || !(await watch.hasWorkers())) return null
  }
}

async function resultOf<J extends { readonly number: 0 }, N>(
  batch: Batch<J, N>,
  id: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const [known] = await patiently(() => batch.job(id), signal)
  if (known?.result == null) throw new Error('the job is done and its result is not there')
  return known.result
}
