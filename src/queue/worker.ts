// A worker: takes jobs of any server on the same PostgreSQL, several at a time, until it is told to stop.
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { at } from '../core/at.ts'
import { VERSION } from '../core/version.ts'
import { DataCache } from './data-cache.ts'
import type { JobLane } from './job-lane.ts'
import { kindOf, thisMachine } from './machine.ts'
import { BEAT_MS, openQueue, type JobKind, type Queue } from './open-queue.ts'
import { patiently } from './patiently.ts'
import { beThere, leave, type WorkerFacts } from './workers.ts'

/** Who finds nothing to do asks again after so long. */
const ASK_MS = 1_000

/** What a lane is made of, one of several that do jobs of its kind at a time. */
export interface LanePlace {
  /** Of its kind. */
  readonly queue: Queue
  readonly worker: WorkerFacts
  /** As results name it. */
  readonly machine: string
  readonly data: DataCache
  /** This lane's alone. */
  readonly folder: string
  /** Gives back what is being done, and ends. */
  readonly stop: AbortSignal
  /** Told in a line what is done. */
  readonly say: (line: string) => void
}

/** Jobs that a worker does. */
export interface WorkerKind {
  readonly kind: JobKind
  lane(this: void, place: LanePlace): JobLane
}

export interface WorkerOptions {
  /** Address of the PostgreSQL. */
  readonly url: string
  /** Jobs that it does at a time, each in a process of its own. */
  readonly processes: number
  /** In the order in which their jobs are taken; one at least. */
  readonly kinds: readonly WorkerKind[]
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
  kinds,
  folder,
  signal,
  onReady,
  say,
}: WorkerOptions): Promise<void> {
  const machine = await thisMachine()
  const worker: WorkerFacts = {
    ...machine,
    id: randomUUID(),
    host: hostname(),
    pid: process.pid,
    version: VERSION,
    processes,
    kinds: kinds.map(({ kind }) => kind),
  }
  const own = join(folder, worker.id)
  const queues: Queue[] = []
  try {
    for (const { kind } of kinds) queues.push(await openQueue(url, kind))
    const queue = at(queues, 0)
    const data = new DataCache(queue, join(folder, 'data'))
    await data.tidy()
    await beThere(queue, worker)
    onReady(worker)
    const lanes = Array.from({ length: processes }, (_, n) =>
      kinds.map(({ kind, lane }, i) => {
        const place = { queue: at(queues, i), worker, machine: kindOf(machine), data, stop: signal, say }
        return lane({ ...place, folder: join(own, `${n}-${kind}`) })
      }),
    )
    await Promise.all([keepBeing(queue, worker, signal), ...lanes.map((each) => work(each, signal))])
  } finally {
    const [queue] = queues
    if (queue !== undefined) await leave(queue, worker.id).catch(() => undefined)
    for (const each of queues) await each.close()
    await rm(own, { recursive: true, force: true })
  }
}

/** One job at a time, of whichever kind there is one. */
async function work(lanes: readonly JobLane[], stop: AbortSignal): Promise<void> {
  try {
    while (!stop.aborted)
      if (!(await didOne(lanes, stop)))
        await sleep(ASK_MS, undefined, { signal: stop }).catch(() => undefined)
  } finally {
    for (const lane of lanes) await lane.end()
  }
}

async function didOne(lanes: readonly JobLane[], stop: AbortSignal): Promise<boolean> {
  for (const lane of lanes) if (!stop.aborted && (await lane.once())) return true
  return false
}

async function keepBeing(queue: Queue, worker: WorkerFacts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(BEAT_MS, undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) await patiently(() => beThere(queue, worker), signal).catch(() => undefined)
  }
}
