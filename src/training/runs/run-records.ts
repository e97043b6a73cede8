// Runs as they are stored and as of now; what changes of one is stored and told in the order it happened.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TrainingRunOut, TrainingRunsQuery } from '../../contract/training.ts'
import type { Bus } from '../../core/bus.ts'
import type { Clock } from '../../core/clock.ts'
import type { Database } from '../../core/database.ts'
import { messageOf, unknownThing } from '../../core/errors.ts'
import { writeJsonWhole } from '../../core/files.ts'
import { SECOND, toIso, type EpochMs } from '../../core/time.ts'
import { Turns } from '../../core/turns.ts'
import type { Workspace } from '../../core/workspace.ts'
import { RunStore, type StoredRun } from './run-store.ts'

export interface RunRecordsParts {
  readonly database: Database
  readonly workspace: Workspace
  readonly clock: Clock
  readonly bus: Bus<{ training: TrainingRunOut }>
}

/** The run that is being trained: since when, and for how many seconds it had been before. */
export interface Underway {
  readonly id: string
  readonly since: EpochMs
  readonly before: number
}

export class RunRecords {
  readonly #parts: RunRecordsParts
  readonly #store: RunStore
  readonly #turns = new Turns()
  readonly #underway: () => Underway | null

  constructor(parts: RunRecordsParts, underway: () => Underway | null) {
    this.#parts = parts
    this.#store = new RunStore(parts.database)
    this.#underway = underway
  }

  async insert(stored: StoredRun): Promise<void> {
    await this.#store.insert(stored)
    this.#parts.bus.emit('training', await this.get(stored.run.id))
  }

  /** @throws AppError `unknown_training_run` */
  async get(id: string): Promise<TrainingRunOut> {
    const stored = await this.#store.get(id)
    if (stored !== null) return this.#asOfNow(stored.run, await this.#store.withStatus('QUEUED'))
    throw unknownThing('training_run', id, 'List them with `annotate runs list`, or GET /api/training-runs.')
  }

  /** Null where there is no such run. */
  async statusOf(id: string): Promise<TrainingRunOut['status'] | null> {
    return (await this.#store.get(id))?.run.status ?? null
  }

  /** Newest first. @throws AppError `unknown_training_run` of `before` */
  async list(query: TrainingRunsQuery = {}): Promise<TrainingRunOut[]> {
    if (query.before !== undefined) await this.get(query.before)
    const queue = await this.#store.withStatus('QUEUED')
    return (await this.#store.list(query)).map(({ run }) => this.#asOfNow(run, queue))
  }

  /** Those that made a checkpoint, newest first. */
  async ofCheckpoint(model: string, checkpoint: string): Promise<TrainingRunOut[]> {
    return (await this.#store.ofCheckpoint(model, checkpoint)).map(({ run }) => this.#asOfNow(run, []))
  }

  /** Run id by checkpoint of the model. */
  async byCheckpoint(model: string): Promise<ReadonlyMap<string, string>> {
    return this.#store.byCheckpoint(model)
  }

  async count(): Promise<number> {
    return this.#store.count()
  }

  /** Oldest first. */
  async withStatus(status: TrainingRunOut['status']): Promise<StoredRun[]> {
    return this.#store.withStatus(status)
  }

  async change(id: string, patch: Partial<TrainingRunOut>): Promise<void> {
    await this.#turns.run(id, async () => {
      await this.#store.update({ ...(await this.get(id)), ...patch })
      this.#parts.bus.emit('training', await this.get(id))
    })
  }

  /** The end of a run: its result file first, then its state, so that whoever sees COMPLETED finds the file. */
  async finish(
    id: string,
    end: Partial<TrainingRunOut>,
    detail: Record<string, unknown> = {},
  ): Promise<void> {
    await this.#turns.run(id, async () => {
      const finished = this.#finished(await this.get(id), end)
      const warning = await this.#writeResult(finished, detail)
      if (warning !== null) finished.warnings = [...finished.warnings, warning]
      await this.#store.update(finished)
      await rm(this.stateOf(id), { recursive: true, force: true })
      this.#parts.bus.emit('training', finished)
    })
  }

  /** The folder in which a run that is not over keeps what it has come to. */
  stateOf(id: string): string {
    return join(this.#parts.workspace.trainingState, id)
  }

  #finished(run: TrainingRunOut, end: Partial<TrainingRunOut>): TrainingRunOut {
    const finished_at = toIso(this.#parts.clock.now())
    return { ...run, ...end, queue_position: null, seconds_left: null, finished_at }
  }

  /** What kept it from being written, in words; null where it is written. */
  async #writeResult(finished: TrainingRunOut, detail: Record<string, unknown>): Promise<string | null> {
    const path = join(this.#parts.workspace.trainingResults, `${finished.id}.json`)
    try {
      await writeJsonWhole(path, { schema_version: 1, ...finished, ...detail })
      return null
    } catch (error) {
      return `The result could not be written to ${path}: ${messageOf(error)}`
    }
  }

  #asOfNow(run: TrainingRunOut, queue: readonly StoredRun[]): TrainingRunOut {
    if (run.status === 'QUEUED') {
      return { ...run, queue_position: queue.findIndex((queued) => queued.run.id === run.id) + 1 }
    }
    const underway = this.#underway()
    if (underway?.id !== run.id) return { ...run, queue_position: null }
    const seconds = (this.#parts.clock.now() - underway.since) / SECOND
    return { ...run, queue_position: null, duration_seconds: underway.before + Math.max(0, seconds) }
  }
}
