// A worker: takes training jobs of any server on the same PostgreSQL, several at a time, until it is told to stop.
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { VERSION } from '../../core/version.ts'
import { Claims } from './claims.ts'
import { DataCache } from './data-cache.ts'
import { Lane } from './lane.ts'
import { kindOf, thisMachine } from './machine.ts'
import { BEAT_MS, openQueue, type Queue } from './open-queue.ts'
import { patiently } from './patiently.ts'
import { beThere, leave, type WorkerFacts } from './workers.ts'

export interface WorkerOptions {
  /** Address of the PostgreSQL. */
  readonly url: string
  /** Jobs that it does at a time, each in a process of its own. */
  readonly processes: number
  /** Where it keeps what jobs are trained on, and how far they have come. Several workers may share it. */
  readonly folder: string
  /** Gives back what is being done, and ends. */
  readonly signal: AbortSignal
  /** Told once it is there. */
  readonly onReady: (worker: WorkerFacts) => void
  /** Told in a line what it does. */
  readonly say: (line: string) => void
}

/** @throws AppError as `openQueue`. A database that goes away later is waited for. */
export async function runWorker({
  url,
  processes,
  folder,
  signal,
  onReady,
  say,
}: WorkerOptions): Promise<void> {
  const queue = await openQueue(url)
  const machine = await thisMachine()
  const worker: WorkerFacts = {
    ...machine,
    id: randomUUID(),
    host: hostname(),
    pid: process.pid,
    version: VERSION,
    processes,
  }
  const own = join(folder, worker.id)
  try {
    const data = new DataCache(queue, join(folder, 'data'))
    await data.tidy()
    await beThere(queue, worker)
    onReady(worker)
    const lanes = Array.from({ length: processes }, (_, lane) => {
      const claims = new Claims(queue, worker.id, kindOf(machine))
      return new Lane({
        claims,
        data,
        folder: join(own, String(lane)),
        stop: signal,
        say,
      })
    })
    await Promise.all([keepBeing(queue, worker, signal), ...lanes.map((lane) => lane.work())])
  } finally {
    await leave(queue, worker.id).catch(() => undefined)
    await queue.close()
    await rm(own, { recursive: true, force: true })
  }
}

async function keepBeing(queue: Queue, worker: WorkerFacts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(BEAT_MS, undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) await patiently(() => beThere(queue, worker), signal).catch(() => undefined)
  }
}
