// Backtests: queued, several at once in processes of their own, paused, gone on with, cancelled, kept.
import type { AnnotationOut } from '../contract/annotations.ts'
import type { BacktestBody, BacktestDetail, BacktestOut, BacktestsQuery } from '../contract/backtests.ts'
import { isOver } from '../contract/run-over.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../core/database.ts'
import { AppError, unknownThing } from '../core/errors.ts'
import { HOUR, epochMs, toIso } from '../core/time.ts'
import { Turns } from '../core/turns.ts'
import { UnstoredEnds } from '../core/unstored-ends.ts'
import type { Workspace } from '../core/workspace.ts'
import { zoneOf } from '../core/zone.ts'
import type { MarketReader } from '../market/provider.ts'
import { rangeOf } from '../market/ranges.ts'
import type { Market, TimeRange } from '../market/types.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import { askedCheckpoints, type AskedParts } from './asked-checkpoints.ts'
import { startProcess, type BacktestProcess, type End } from './backtest-process.ts'
import { BacktestStore, type BacktestLists } from './backtest-store.ts'
import { newBacktest, requireSweep, spanOf } from './new-backtest.ts'
import { inZone } from './groups.ts'
import type { BacktestOrder } from './order.ts'
import { trainedOn, type TrainedSources } from './trained-spans.ts'

export interface BacktestServiceParts extends Omit<TrainedSources, 'testCases' | 'annotations'> {
  readonly database: Database
  readonly workspace: Workspace
  readonly annotations: TrainedSources['annotations'] & {
    touching(market: Market, range: TimeRange): Promise<AnnotationOut[]>
  }
  readonly orchestrator: AskedParts['orchestrator']
  readonly reader: MarketReader
  readonly barriers: AskedParts['barriers']
  readonly feePctPerSide?: number
  /** Wall time. */
  readonly clock: Clock
  readonly bus: Bus<{ backtest: BacktestOut }>
  /** Backtests at once. */
  readonly atOnce: number
  /** Of the machine: those that run share them. */
  readonly cores: number
  /** How one is begun; by a process of this machine where absent. */
  readonly start?: (order: BacktestOrder, onProgress: (share: number) => void) => Promise<BacktestProcess>
  /** Told of what could not be stored of a backtest. */
  readonly onFault?: (error: unknown) => void
}

type Stopping = 'CANCELLED' | 'PAUSED' | 'INTERRUPTED'

interface Running {
  readonly process: BacktestProcess
  /** Resolves when its end is stored. */
  ended: Promise<void>
  /** What it is being stopped for, if it is. */
  stopping: Stopping | null
}

export class BacktestService {
  readonly #parts: BacktestServiceParts
  readonly #store: BacktestStore
  /** What begins and stops is decided one at a time. */
  readonly #turns = new Turns()
  /** Of one backtest, what changes is stored in order. */
  readonly #changes = new Turns()
  readonly #running = new Map<string, Running>()
  #stopped = false
  readonly #ends = new UnstoredEnds(() => void this.#next().catch((error: unknown) => this.#fault(error)))

  constructor(parts: BacktestServiceParts) {
    this.#parts = parts
    this.#store = new BacktestStore(parts.database)
  }

  /**
   * Queues a backtest and answers at once.
   * @throws AppError `unknown_model`, `no_checkpoint`, `unknown_checkpoint`, `broken_checkpoint`, `invalid_timestamp`, `invalid_span`,
   * `two_checkpoints`, `sweep_of_agent`, `sweep_of_patterns`, `sweep_too_large`, `nothing_to_score`
   */
  async start(body: BacktestBody, market: Market): Promise<BacktestOut> {
    const span = spanOf(body)
    const { orchestrator, barriers, workspace, reader, clock, annotations, feePctPerSide } = this.#parts
    const sources = { ...this.#parts, testCases: workspace.testCases }
    const learnt = (checkpoint: LoadedCheckpoint) => trainedOn(sources, checkpoint, market)
    const asked = await askedCheckpoints({ orchestrator, barriers, trainedOn: learnt }, body, market)
    requireSweep(body, asked)
    const { backtest, order } = newBacktest(body, span, workspace.root, {
      market,
      asked,
      covered: await reader.coverage(market, '1s'),
      annotations: await annotations.touching(market, rangeOf(span.from - HOUR, span.to + HOUR)),
      reviewed: (await this.#parts.reviewedSpans.list(market)).map(({ from, to }) => ({
        from: epochMs(Date.parse(from)),
        to: epochMs(Date.parse(to)),
      })),
      ...(feePctPerSide === undefined ? {} : { usualFeePct: feePctPerSide }),
      now: clock.now(),
    })
    await this.#store.insert(backtest, order)
    this.#parts.bus.emit('backtest', backtest)
    await this.#next()
    return this.get(backtest.id)
  }

  /** @throws AppError `unknown_backtest` */
  async get(id: string): Promise<BacktestOut> {
    return found(id, await this.#store.get(id))
  }

  /** With calls and trades. @throws AppError `unknown_backtest` */
  async detail(id: string, timezone = 'UTC'): Promise<BacktestDetail> {
    const zone = zoneOf(timezone)
    return inZone(found(id, await this.#store.detail(id)), zone)
  }

  /** Newest first. @throws AppError `unknown_backtest` of `before` */
  async list(query: BacktestsQuery = {}): Promise<BacktestOut[]> {
    if (query.before !== undefined) await this.get(query.before)
    return this.#store.list(query)
  }

  /** One that is over stays as it is. @throws AppError `unknown_backtest` */
  async cancel(id: string): Promise<BacktestOut> {
    return this.#stop(id, 'CANCELLED')
  }

  /** Sets it aside until `resume`. @throws AppError `unknown_backtest`, `backtest_is_over` */
  async pause(id: string): Promise<BacktestOut> {
    requireUnderway(await this.get(id), 'paused')
    return this.#stop(id, 'PAUSED')
  }

  /** Goes on with what was scored so far. @throws AppError `unknown_backtest`, `backtest_is_over` */
  async resume(id: string): Promise<BacktestOut> {
    await this.#turns.run('', async () => {
      await this.#ends.store()
      const backtest = await this.get(id)
      requireUnderway(backtest, 'resumed')
      if (backtest.status !== 'PAUSED' && backtest.status !== 'INTERRUPTED') return
      await this.#change(id, { status: 'QUEUED', error: null })
    })
    await this.#next()
    return this.get(id)
  }

  /** Call once at start: what a dead server left RUNNING is INTERRUPTED, what it left QUEUED begins. */
  async recover(): Promise<void> {
    for (const id of await this.#store.idsWith('RUNNING')) await this.#change(id, INTERRUPTED)
    await this.#store.sweepScores()
    await this.#next()
  }

  /** Ends every process; what runs is then INTERRUPTED. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#ends.stop()
    const ids = await this.#turns.run('', async () => [...this.#running.keys()])
    await Promise.all(ids.map((id) => this.#stop(id, 'INTERRUPTED')))
  }

  /** Resolves when nothing is left to do. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.race([...this.#running.values()].map(({ ended }) => ended))
  }

  async #stop(id: string, why: Stopping): Promise<BacktestOut> {
    const running = await this.#turns.run('', async () => {
      const known = this.#running.get(id)
      if (known === undefined) await this.#stopIdle(id, why)
      // Who cancels means it, also while it is being paused.
      else if (known.stopping === null || why === 'CANCELLED') known.stopping = why
      known?.process.kill()
      return known
    })
    await running?.ended
    return this.get(id)
  }

  async #stopIdle(id: string, why: Stopping): Promise<void> {
    await this.#ends.store()
    const { status } = await this.get(id)
    if (isOver(status)) return
    if (why === 'CANCELLED') await this.#finish(id, { status: 'CANCELLED', error: null }, null)
    else if (why === 'PAUSED' && status === 'QUEUED') await this.#change(id, { status: 'PAUSED' })
  }

  /** Begins those of the queue for which there is room. */
  async #next(): Promise<void> {
    await this.#turns.run('', async () => {
      await this.#ends.store().catch((error: unknown) => this.#fault(error))
      for (const id of await this.#store.idsWith('QUEUED')) {
        if (this.#stopped || this.#running.size >= this.#parts.atOnce) return
        await this.#begin(id)
      }
    })
  }

  async #begin(id: string): Promise<void> {
    await this.#change(id, { status: 'RUNNING' })
    const cores = Math.max(1, Math.floor(this.#parts.cores / (this.#running.size + 1)))
    // The folder of this machine: another may have taken the order.
    const order = { ...(await this.#store.order(id)), workspace: this.#parts.workspace.root, cores }
    const onProgress = (progress: number): void => {
      void this.#change(id, { progress }).catch((error: unknown) => this.#fault(error))
    }
    const process = await (this.#parts.start?.(order, onProgress) ?? startProcess(order, onProgress))
    const running: Running = { process, ended: Promise.resolve(), stopping: null }
    this.#running.set(id, running)
    running.ended = this.#end(id, running)
      .catch((error: unknown) => this.#fault(error))
      .then(() => this.#next())
      .catch((error: unknown) => this.#fault(error))
  }

  async #end(id: string, running: Running): Promise<void> {
    const end = await running.process.end
    this.#ends.keep(id, () => this.#storeEnd(id, end, running.stopping))
    try {
      await this.#ends.store()
    } finally {
      this.#running.delete(id)
    }
  }

  async #storeEnd(id: string, end: End, stopping: Stopping | null): Promise<void> {
    if (end.kind === 'completed') {
      const { calls, trades, equity, warnings, ...findings } = end.result
      const said = [...(await this.get(id)).warnings, ...warnings]
      const patch = { ...findings, warnings: said, status: 'COMPLETED', progress: 1 } as const
      await this.#finish(id, patch, { calls, trades, equity })
    } else if (stopping === 'CANCELLED') await this.#finish(id, { status: 'CANCELLED', error: null }, null)
    else if (stopping === 'PAUSED') await this.#change(id, { status: 'PAUSED' })
    else if (isInterrupted(end, stopping)) await this.#change(id, INTERRUPTED)
    else await this.#finish(id, { status: 'FAILED', error: faultOf(end) }, null)
  }

  #fault(error: unknown): void {
    this.#parts.onFault?.(error)
  }

  async #change(id: string, patch: Partial<BacktestOut>): Promise<void> {
    await this.#changes.run(id, async () => {
      const changed = { ...(await this.get(id)), ...patch }
      await this.#store.update(changed)
      this.#parts.bus.emit('backtest', changed)
    })
  }

  async #finish(id: string, patch: Partial<BacktestOut>, lists: BacktestLists | null): Promise<void> {
    await this.#changes.run(id, async () => {
      const finished_at = toIso(this.#parts.clock.now())
      const finished = { ...(await this.get(id)), ...patch, finished_at }
      await this.#store.finish(finished, lists)
      this.#parts.bus.emit('backtest', finished)
    })
  }
}

/** What a backtest is whose process ended without a word. */
export const INTERRUPTED = {
  status: 'INTERRUPTED',
  error: {
    code: 'interrupted',
    message: 'The process of the backtest was ended. Resume it: it goes on with what was scored so far.',
  },
} as const

function isInterrupted(end: End, stopping: Stopping | null): boolean {
  return stopping === 'INTERRUPTED' || (end.kind === 'died' && end.killed)
}

function faultOf(end: Exclude<End, { kind: 'completed' }>): { code: string; message: string } {
  if (end.kind === 'failed') return end.error
  const message = `The process of the backtest ended unexpectedly (${end.how}). Start it again; if it happens again, free some memory or choose a shorter span.`
  return { code: 'backtest_process_died', message }
}

function requireUnderway({ id, status }: BacktestOut, done: 'paused' | 'resumed'): void {
  if (!isOver(status)) return
  const message = `Backtest ${id} is ${status} and can not be ${done}. Start a new one.`
  throw new AppError('backtest_is_over', message, { status: 409 })
}

function found<T>(id: string, backtest: T | null): T {
  if (backtest !== null) return backtest
  throw unknownThing('backtest', id, 'List them with `annotate backtests list`, or GET /api/backtests.')
}
