// A backtest by a worker on any machine, where one is there; else, and where the last of them is gone, by a process here.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sqlite } from '../../core/database.ts'
import { AppError, messageOf } from '../../core/errors.ts'
import { Batch } from '../../queue/batch.ts'
import { findQueue, type Queue } from '../../queue/open-queue.ts'
import { patiently } from '../../queue/patiently.ts'
import { LOOK_MS, WorkerWatch } from '../../queue/worker-watch.ts'
import { capacity } from '../../queue/workers.ts'
import { startProcess, type BacktestProcess, type End } from '../backtest-process.ts'
import { parseFromBacktest } from '../messages.ts'
import type { BacktestOrder } from '../order.ts'
import type { BacktestJob, BacktestNews } from './backtest-job.ts'
import { packCheckpoints } from './checkpoint-files.ts'
import { frozenAt } from '../../market/log/frozen-market.ts'

export interface QueuedParts {
  /** Address of the PostgreSQL. */
  readonly url: string
  /** The market's file here. */
  readonly sqlite: Sqlite
  /** The workspace's folder of them. */
  readonly checkpoints: string
}

type BacktestBatch = Batch<BacktestJob, BacktestNews>

const ENDED: End = { kind: 'died', how: 'it was ended', killed: true }

/** As `startProcess`, wherever it is done: the result is the same, bit for bit, on machines of one kind. */
export function queuedBacktest(
  parts: QueuedParts,
  order: BacktestOrder,
  onProgress: (share: number) => void,
): BacktestProcess {
  return new QueuedBacktest(parts, order, onProgress)
}

class QueuedBacktest implements BacktestProcess {
  readonly end: Promise<End>
  readonly #parts: QueuedParts
  readonly #order: BacktestOrder
  readonly #onProgress: (share: number) => void
  readonly #stop = new AbortController()

  constructor(parts: QueuedParts, order: BacktestOrder, onProgress: (share: number) => void) {
    this.#parts = parts
    this.#order = order
    this.#onProgress = onProgress
    this.end = this.#run()
  }

  kill(): void {
    this.#stop.abort()
  }

  async #run(): Promise<End> {
    try {
      return (await this.#byWorkers()) ?? (await this.#here())
    } catch (error) {
      if (this.#stop.signal.aborted) return ENDED
      if (!(error instanceof AppError)) return { kind: 'died', how: messageOf(error), killed: false }
      return { kind: 'failed', error: { code: error.code, message: error.message } }
    }
  }

  async #here(): Promise<End> {
    const { signal } = this.#stop
    signal.throwIfAborted()
    const process = startProcess(this.#order, this.#onProgress)
    signal.addEventListener('abort', () => process.kill(), { once: true })
    return process.end
  }

  /** Null where no worker does it. */
  async #byWorkers(): Promise<End | null> {
    const queue = await findQueue(this.#parts.url, 'backtest')
    if (queue === null) return null
    const batch: BacktestBatch = new Batch(queue, this.#order.id)
    try {
      await batch.withdraw()
      if ((await capacity(queue)) === 0) return null
      const enter = await this.#entering(batch)
      if (enter === null) return null
      await enter()
      return await this.#follow(batch, enter, new WorkerWatch(queue, this.#stop.signal))
    } finally {
      // Whoever can not be told now finds it out: the backtest's server is not heard of any more.
      await batch.withdraw().catch(() => undefined)
      await closed(queue)
    }
  }

  /** What puts it there, again too; null where a worker could not be told all that it needs. */
  async #entering(batch: BacktestBatch): Promise<(() => Promise<void>) | null> {
    const { sqlite, checkpoints } = this.#parts
    const { signal } = this.#stop
    const order = this.#order
    const frozen = await frozenAt(sqlite, order.market, signal)
    if (frozen === null) return null
    const files = await packCheckpoints(checkpoints, order)
    const job: BacktestJob = { number: 0, order, frozen }
    const model = { modelsModule: '', model: order.model }
    return () => patiently(() => batch.enter(files, model, [{ job, piece: null }]), signal)
  }

  /** Null where there is no worker any more. */
  async #follow(batch: BacktestBatch, enter: () => Promise<void>, watch: WorkerWatch): Promise<End | null> {
    const { signal } = this.#stop
    for (;;) {
      await sleep(LOOK_MS, undefined, { signal })
      const standings = await patiently(() => batch.look(), signal)
      watch.looked()
      if (batch.lost(standings).length > 0) await enter()
      for (const standing of standings) {
        const { id, news, fault, done, wanted } = standing
        const share = news.at(-1)
        if (share !== undefined) this.#onProgress(share)
        if (fault !== null)
          throw new AppError(fault.code ?? 'backtest_failed', fault.message, { status: 500 })
        if (done) return await this.#endOf(batch, id)
        if (wanted === 'aside') await batch.putBack(id)
        if (watch.isLost(standing)) await batch.takeFrom(standing)
      }
      if (!(await watch.hasWorkers())) return null
    }
  }

  async #endOf(batch: BacktestBatch, id: string): Promise<End> {
    const [known] = await patiently(() => batch.job(id), this.#stop.signal)
    if (known?.result == null) throw new Error('the backtest is done and its result is not there')
    const end = parseFromBacktest(JSON.parse(Buffer.from(known.result).toString('utf8')))
    if (end.kind === 'progress') throw new Error('the worker gave no result')
    return end
  }
}

async function closed(queue: Queue): Promise<void> {
  await queue.close().catch(() => undefined)
}
