// A backtest by a worker on any machine, where one is there; else, and where the last of them is gone, by a process here.
import type { Sqlite } from '../../core/database.ts'
import { AppError, messageOf } from '../../core/errors.ts'
import { frozenAt } from '../../market/log/frozen-market.ts'
import { doneByWorkers } from '../../queue/one-job.ts'
import { startProcess, type BacktestProcess, type End } from '../backtest-process.ts'
import { parseFromBacktest } from '../messages.ts'
import type { BacktestOrder } from '../order.ts'
import type { BacktestJob, BacktestNews } from './backtest-job.ts'
import { packCheckpoints } from './checkpoint-files.ts'

export interface QueuedParts {
  /** Address of the PostgreSQL. */
  readonly url: string
  /** The market's file here. */
  readonly sqlite: Sqlite
  /** The workspace's folder of them. */
  readonly checkpoints: string
}

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
    const { url, sqlite, checkpoints } = this.#parts
    const { signal } = this.#stop
    const order = this.#order
    const result = await doneByWorkers<BacktestJob, BacktestNews>({
      url,
      kind: 'backtest',
      id: order.id,
      make: async () => {
        const frozen = await frozenAt(sqlite, order.market, signal)
        if (frozen === null) return null
        return { job: { number: 0, order, frozen }, data: await packCheckpoints(checkpoints, order) }
      },
      onNews: (shares) => {
        const share = shares.at(-1)
        if (share !== undefined) this.#onProgress(share)
      },
      failed: 'backtest_failed',
      signal,
    })
    if (result === null) return null
    const end = parseFromBacktest(JSON.parse(Buffer.from(result).toString('utf8')))
    if (end.kind === 'progress') throw new Error('the worker gave no result')
    return end
  }
}
