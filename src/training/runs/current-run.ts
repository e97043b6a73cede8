// The run that is being trained, in a process of its own: begun, told to end, waited for, and its end stored.
import { isOver } from '../../contract/run-over.ts'
import type { TrainingRunOut } from '../../contract/training.ts'
import { toIso } from '../../core/time.ts'
import { UnstoredEnds } from '../../core/unstored-ends.ts'
import { detailOf, endOf, type Stopping } from './run-end.ts'
import type { RunRecords, RunRecordsParts, Underway } from './run-records.ts'
import type { StoredRun } from './run-store.ts'
import { startWorker, type Worker } from './worker-handle.ts'

export interface CurrentRunParts extends Pick<RunRecordsParts, 'database' | 'workspace' | 'clock'> {
  /** File URL of the module whose `MODELS` the process loads; the registry of room models by default. */
  readonly modelsModule?: string
  /** Processes that train at the same time inside one run; the number of cores by default. Changes no result. */
  readonly parallel?: number
  /** Told of what could not be stored of a run; the run goes on. */
  readonly onFault?: (error: unknown) => void
}

interface Running extends Underway {
  readonly worker: Worker
  /** Why it is being stopped, if it is. */
  stopping: Stopping | null
}

export class CurrentRun {
  readonly #parts: CurrentRunParts
  readonly #records: RunRecords
  /** Begins the next one. */
  readonly #next: () => Promise<void>
  readonly #ends: UnstoredEnds
  #running: Running | null = null
  #idle: Promise<void> = Promise.resolve()

  constructor(parts: CurrentRunParts, records: RunRecords, next: () => Promise<void>) {
    this.#parts = parts
    this.#records = records
    this.#next = next
    this.#ends = new UnstoredEnds(() => void next().catch((error: unknown) => this.fault(error)))
  }

  /** Null while none is trained. */
  get underway(): Underway | null {
    return this.#running
  }

  /** Resolves once its process has begun. */
  async begin(stored: StoredRun): Promise<void> {
    const { id, started_at: started, duration_seconds: before } = stored.run
    const since = this.#parts.clock.now()
    const began =
      started === null ? { started_at: toIso(since) } : { resumed_at: toIso(since), seconds_left: null }
    const worker = startWorker(this.#order(stored), (patch) => void this.#note(id, patch))
    const running: Running = { id, worker, since, before, stopping: null }
    this.#running = running
    const begun = this.#note(id, { status: 'RUNNING', phase: 'starting', ...began })
    this.#idle = this.#end(running)
      .catch((error: unknown) => this.fault(error))
      .then(() => this.#next())
      .catch((error: unknown) => this.fault(error))
    await begun
  }

  /** Tells its process to end. What it returns resolves when that is over and stored; null where none is trained. */
  halt(why: Stopping, end: (worker: Worker) => void): (() => Promise<void>) | null {
    const running = this.#running
    if (running === null) return null
    // Who cancels means it, also while it is being paused.
    if (running.stopping === null || why === 'cancelled') running.stopping = why
    end(running.worker)
    return async () => {
      await running.worker.outcome
      await this.#idle
    }
  }

  /** Stores how runs ended of which that could not be stored. @throws where it still can not */
  storeEnds(): Promise<void> {
    return this.#ends.store()
  }

  /** Nothing is tried again by itself any more. */
  stop(): void {
    this.#ends.stop()
  }

  /** Resolves when none is trained and none is left to train. */
  async settled(): Promise<void> {
    while (this.#running !== null) await this.#idle
  }

  fault(error: unknown): void {
    this.#parts.onFault?.(error)
  }

  /** Of a change that could not be stored the next one says the same, and the end all of it. */
  async #note(id: string, patch: Partial<TrainingRunOut>): Promise<void> {
    await this.#records.change(id, patch).catch((error: unknown) => this.fault(error))
  }

  async #end(running: Running): Promise<void> {
    const { id, worker } = running
    try {
      const outcome = await worker.outcome
      const end = endOf(outcome, running.stopping)
      const isLast = end.status !== undefined && isOver(end.status)
      this.#ends.keep(id, () =>
        isLast
          ? this.#records.finish(id, end, detailOf(outcome))
          : this.#records.change(id, { ...end, seconds_left: null }),
      )
      await this.#ends.store()
    } finally {
      this.#running = null
    }
  }

  #order({ body, run }: StoredRun) {
    const { workspace, database, modelsModule, parallel } = this.#parts
    return {
      kind: 'start' as const,
      workspace: workspace.root,
      database: database.choice,
      modelsModule: modelsModule ?? new URL('../../models/registry.ts', import.meta.url).href,
      model: run.model,
      selection: run.selection,
      pattern: run.pattern,
      warm_start: body.warm_start ?? null,
      parameters: run.parameters,
      state: this.#records.stateOf(run.id),
      earlier: run.epochs,
      checkpoint: run.checkpoint,
      ...(parallel === undefined ? {} : { parallel }),
    }
  }
}
