// Rows of moments by workers on any machines, where some are there and much is missing; the rest is made here, as ever.
import { setTimeout as sleep } from 'node:timers/promises'
import { marketKey } from '../../contract/market-name.ts'
import type { Sqlite } from '../../core/database.ts'
import { AppError } from '../../core/errors.ts'
import { frozenAt, reachedIn, type FrozenMarket } from '../../market/log/frozen-market.ts'
import type { Market } from '../../market/types.ts'
import { Batch, type JobStanding } from '../../queue/batch.ts'
import { findQueue, type Queue } from '../../queue/open-queue.ts'
import { WorkerWatch } from '../../queue/worker-watch.ts'
import { capacity } from '../../queue/workers.ts'
import { fromHalves } from '../half.ts'
import type { MomentTable } from '../moment-table.ts'
import { rowDefinition } from '../moment-store.ts'
import type { HandedOut } from '../pieces.ts'
import { unpackRows, type MadeRows, type RowsJob } from './rows-job.ts'

/** Minutes of a job: a second of a core. Less than that is made here. */
const MINUTES = 60
/** Jobs that wait at a time: a day of a market, 80 MB of rows. */
const JOBS = 24
/** Where no worker has taken any in that time they have other things to do, and rows are made here … */
const PATIENCE_MS = 5_000
/** … for so long; as where there is no worker, or no database. */
const APART_MS = 15_000
/** What a job failed three times for will not be gone sooner. */
const FAILED_MS = 600_000
/** The file here has by then what a worker's had: logs are a second behind at most. */
const BEHIND_MS = 10_000

export interface QueuedRowsParts {
  /** Address of the PostgreSQL. */
  readonly url: string
  /** The market's file here. */
  readonly sqlite: Sqlite
  /** `MACHINE:FOLDER` of the server: one asks for its own. */
  readonly id: string
  readonly table: MomentTable
}

type RowsBatch = Batch<RowsJob, never>

/** What is being made elsewhere. */
interface Under {
  readonly batch: RowsBatch
  readonly watch: WorkerWatch
  /** By the number of its job. */
  readonly left: Map<number, HandedOut>
  /** When a worker had a job last, or gave one back; ms, monotonic. */
  movedAt: number
}

export class QueuedRows {
  readonly #parts: QueuedRowsParts
  #queue: Queue | null = null
  #under: Under | null = null
  /** Not before; ms, monotonic. */
  #askAgain = 0

  constructor(parts: QueuedRowsParts) {
    this.#parts = parts
  }

  /** True while rows are made elsewhere: none is to be made here. To be called again soon. What the database refuses is waited for, and rows are made here. */
  async turn(): Promise<boolean> {
    try {
      if (this.#under !== null) return await this.#follow(this.#under)
      return performance.now() >= this.#askAgain && (await this.#begin())
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      this.#apart(APART_MS)
      return false
    }
  }

  async #begin(): Promise<boolean> {
    const { table, url, id } = this.#parts
    this.#queue ??= await findQueue(url, 'moments')
    const queue = this.#queue
    if (queue === null) return this.#apart(APART_MS)
    const batch: RowsBatch = new Batch(queue, id)
    // An earlier process of the server may have left some.
    await batch.withdraw()
    if ((await capacity(queue)) === 0) return this.#apart(APART_MS)
    const stretches = await table.handOut(MINUTES, JOBS)
    if (stretches.length === 0) return this.#apart(PATIENCE_MS)
    // It does not wait for a database that is away: rows are made here then.
    const watch = new WorkerWatch(queue, AbortSignal.abort())
    this.#under = { batch, watch, left: new Map(stretches.entries()), movedAt: performance.now() }
    const jobs = await this.#jobsOf(stretches)
    if (jobs === null) return this.#end(this.#under, APART_MS)
    await batch.enter(
      Buffer.alloc(0),
      { modelsModule: '', model: '' },
      jobs.map((job) => ({ job, piece: null })),
    )
    return true
  }

  /** Null where the log does not take what the file has. */
  async #jobsOf(stretches: readonly HandedOut[]): Promise<RowsJob[] | null> {
    const definition = rowDefinition()
    const jobs: RowsJob[] = []
    const known = new Map<string, FrozenMarket>()
    for (const [number, { market, pieces }] of stretches.entries()) {
      const frozen = known.get(marketKey(market)) ?? (await this.#frozen(market))
      if (frozen === null) return null
      known.set(marketKey(market), frozen)
      jobs.push({ number, market, frozen, definition, pieces })
    }
    return jobs
  }

  #frozen(market: Market): Promise<FrozenMarket | null> {
    return frozenAt(this.#parts.sqlite, market, new AbortController().signal, PATIENCE_MS)
  }

  async #follow(under: Under): Promise<boolean> {
    const standings = await under.batch.look()
    under.watch.looked()
    for (const standing of standings)
      if (!(await this.#settle(under, standing))) return this.#end(under, FAILED_MS)
    const now = performance.now()
    if (standings.some(({ worker }) => worker !== null)) under.movedAt = now
    if (under.left.size === 0) return this.#end(under, 0)
    const isMoving = now - under.movedAt < PATIENCE_MS && (await under.watch.hasWorkers())
    return isMoving || this.#end(under, APART_MS)
  }

  /** False where it was given up. */
  async #settle(under: Under, standing: JobStanding<never>): Promise<boolean> {
    const { batch, watch, left } = under
    const job = batch.jobOf(standing.id)
    const stretch = job && left.get(job.number)
    if (job === undefined || stretch === undefined) return true
    if (standing.fault !== null) {
      process.stderr.write(`annotate: rows of moments are made here: ${standing.fault.message}\n`)
      return false
    }
    if (standing.done) await this.#take(under, standing.id, job, stretch)
    else await watch.tend(batch, standing)
    return true
  }

  async #take(under: Under, id: string, job: RowsJob, stretch: HandedOut): Promise<void> {
    const { table, sqlite } = this.#parts
    const [known] = await under.batch.job(id)
    if (known?.result == null) return
    const made = unpackRows(known.result, job)
    under.movedAt = performance.now()
    for (const until = performance.now() + BEHIND_MS; reachedIn(sqlite, job.market) < made.reached;) {
      if (performance.now() > until) break
      await sleep(100)
    }
    if (reachedIn(sqlite, job.market) >= made.reached) table.take(stretch, rowsOf(made))
    under.left.delete(job.number)
  }

  /** Rows are made here from now on, for so long at least. */
  #apart(ms: number): false {
    for (const stretch of this.#under?.left.values() ?? []) this.#parts.table.putBack(stretch)
    this.#under = null
    this.#askAgain = performance.now() + ms
    return false
  }

  async #end({ batch }: Under, apartMs: number): Promise<false> {
    this.#apart(apartMs)
    await batch.withdraw()
    return false
  }
}

function rowsOf({ known, halves }: MadeRows): { values: Float32Array; known: readonly boolean[] } {
  const values = new Float32Array(halves.length)
  fromHalves(halves, values)
  return { values, known: Array.from(known, (each) => each === 1) }
}
