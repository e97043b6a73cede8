// Training runs: queued, one at a time in a process of their own, paused, gone on with, cancelled within a second, never lost.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnnotationOut, TestCaseState } from '../../contract/annotations.ts'
import type { RunsCompared } from '../../contract/runs-compared.ts'
import type { TrainingRunOut } from '../../contract/training.ts'
import type { TrainingBody } from '../../contract/training-parameters.ts'
import type { Bus } from '../../core/bus.ts'
import type { Clock } from '../../core/clock.ts'
import type { Sqlite } from '../../core/database.ts'
import { AppError, messageOf, unknownThing } from '../../core/errors.ts'
import { writeJsonWhole } from '../../core/files.ts'
import { SECOND, toIso, type EpochMs } from '../../core/time.ts'
import type { Workspace } from '../../core/workspace.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { Checkpoints } from '../../orchestrator/checkpoints.ts'
import { compareRuns } from './compare-runs.ts'
import { requireNeeds } from '../data/needs.ts'
import { newRun, selectionOf } from './new-run.ts'
import { detailOf, endOf, interrupted, isOver, type Stopping } from './run-end.ts'
import { RunStore, type StoredRun } from './run-store.ts'
import { isChosen, requireChosen, settlePattern } from '../data/selection.ts'
import { parentOf } from '../data/parent.ts'
import { startWorker, type Worker } from './worker-handle.ts'

export interface TrainingServiceParts {
  readonly sqlite: Sqlite
  readonly workspace: Workspace
  /** Looks a model up; throws `unknown_model`. The orchestrator is one. */
  readonly models: { definition(id: string): ModelDefinition }
  readonly annotations: { list(filter: object): Promise<AnnotationOut[]> }
  /** With it a run that no case can train for want of market data is refused at once. */
  readonly testCases?: { list(filter: object, options: { revisions: boolean }): Promise<TestCaseState[]> }
  /** Wall time: a run's duration is the trader's, also in replay. */
  readonly clock: Clock
  readonly bus: Bus<{ training: TrainingRunOut }>
  /** File URL of the module whose `MODELS` the process loads; the registry of room models by default. */
  readonly modelsModule?: string
  /** Processes that train at the same time inside one run; the number of cores by default. Changes no result. */
  readonly parallel?: number
}

interface Running {
  readonly id: string
  readonly worker: Worker
  /** Since when, and how long it had run before. */
  readonly since: EpochMs
  readonly before: number
  /** Why it is being stopped, if it is. */
  stopping: Stopping | null
}

/** How long a stopping server waits for what is being trained to be saved. */
const STOP_PATIENCE_MS = 500

export class TrainingService {
  readonly #parts: TrainingServiceParts
  readonly #store: RunStore
  #running: Running | null = null
  #idle: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(parts: TrainingServiceParts) {
    this.#parts = parts
    this.#store = new RunStore(parts.sqlite)
  }

  /**
   * Queues a run and answers at once; it starts when those before it are over.
   * @throws AppError `unknown_model`, `unsupported_parameter`, `choose_pattern`, `no_test_cases`, `no_order_book`, `unknown_checkpoint`, `broken_checkpoint`
   */
  async start(body: TrainingBody): Promise<TrainingRunOut> {
    const definition = this.#parts.models.definition(body.model)
    const annotations = await this.#parts.annotations.list({})
    const { pattern, selection } = settlePattern(annotations, selectionOf(body))
    requireChosen(annotations, selection)
    const run = newRun(body, definition, pattern, this.#parts.clock.now())
    if (definition.needs.length > 0) {
      await this.#requireNeeds(
        definition,
        annotations.filter((one) => isChosen(one, selection)),
      )
    }
    if (body.warm_start !== undefined) await this.#requireParent(body.model, body.warm_start)
    this.#store.insert({ body, run })
    this.#parts.bus.emit('training', this.get(run.id))
    this.#next()
    return this.get(run.id)
  }

  async #requireNeeds(model: ModelDefinition, chosen: readonly AnnotationOut[]): Promise<void> {
    const ids = new Set(chosen.map(({ id }) => id))
    const cases = (await this.#parts.testCases?.list({}, { revisions: false })) ?? []
    requireNeeds(
      cases.filter(({ annotation_id: id }) => ids.has(id)),
      model,
    )
  }

  /** @throws AppError `unknown_training_run` */
  get(id: string): TrainingRunOut {
    const stored = this.#store.get(id)
    if (stored !== null) return this.#asOfNow(stored.run)
    throw unknownThing('training_run', id, 'List them with `annotate runs list`, or GET /api/training-runs.')
  }

  /** Newest first. */
  list(): TrainingRunOut[] {
    return this.#store.list().map(({ run }) => this.#asOfNow(run))
  }

  /** @throws AppError `unknown_training_run` */
  async compare(ids: readonly string[]): Promise<RunsCompared> {
    return compareRuns(
      ids.map((id) => this.get(id)),
      this.#parts.workspace.trainingResults,
    )
  }

  /**
   * Stops a run within a second; a queued one never starts. One that is over already stays as it is.
   * @throws AppError `unknown_training_run`
   */
  async cancel(id: string): Promise<TrainingRunOut> {
    const run = this.get(id)
    if (this.#running?.id === id) await this.#halt('cancelled', (worker) => worker.cancel())
    else if (!isOver(run.status))
      await this.#finish(run, { status: 'CANCELLED', phase: 'cancelled', error: null })
    return this.get(id)
  }

  /**
   * Saves a run and sets it aside until `resume`; the next in the queue starts. A queued one keeps its place. Answers when it is saved.
   * @throws AppError `unknown_training_run`, `run_is_over`
   */
  async pause(id: string): Promise<TrainingRunOut> {
    const run = this.get(id)
    if (isOver(run.status)) throw runIsOver(run, 'paused')
    if (this.#running?.id === id) {
      this.#change(id, { phase: 'pausing' })
      await this.#halt('paused', (worker) => worker.pause())
    } else if (run.status === 'QUEUED') this.#change(id, { status: 'PAUSED', phase: 'paused' })
    return this.get(id)
  }

  /**
   * Puts a paused or interrupted run back into the queue, at the place it had; it goes on where it was saved. One that is queued or
   * running already stays as it is.
   * @throws AppError `unknown_training_run`, `run_is_over`
   */
  resume(id: string): TrainingRunOut {
    const run = this.get(id)
    if (isOver(run.status)) throw runIsOver(run, 'resumed')
    if (run.status === 'PAUSED' || run.status === 'INTERRUPTED') {
      this.#change(id, { status: 'QUEUED', phase: 'queued', error: null })
      this.#next()
    }
    return this.get(id)
  }

  /** Call once at start: what a dead server left RUNNING is INTERRUPTED and can be resumed, what it left QUEUED goes on. */
  async recover(): Promise<void> {
    for (const { run } of this.#store.withStatus('RUNNING')) {
      this.#change(run.id, interrupted('The server stopped while this run was training.'))
    }
    await this.#removeLeftStates()
    this.#next()
  }

  /** Saves and ends the process of the current run, which is then INTERRUPTED; queued runs stay queued. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#halt('interrupted', (worker) => worker.pause(STOP_PATIENCE_MS))
  }

  /** Resolves when no run is left to do. */
  async settled(): Promise<void> {
    while (this.#running !== null) await this.#idle
  }

  async #halt(why: Stopping, end: (worker: Worker) => void): Promise<void> {
    const running = this.#running
    if (running === null) return
    // Who cancels means it, also while it is being paused.
    if (running.stopping === null || why === 'cancelled') running.stopping = why
    end(running.worker)
    await running.worker.outcome
    await this.#idle
  }

  #next(): void {
    if (this.#running !== null || this.#stopped) return
    const [stored] = this.#store.withStatus('QUEUED')
    if (stored === undefined) return
    this.#idle = this.#execute(stored).then(() => this.#next())
  }

  async #execute(stored: StoredRun): Promise<void> {
    const { id } = stored.run
    const now = this.#parts.clock.now()
    const began =
      stored.run.started_at === null
        ? { started_at: toIso(now) }
        : { resumed_at: toIso(now), seconds_left: null }
    this.#change(id, { status: 'RUNNING', phase: 'starting', ...began })
    const worker = startWorker(this.#order(stored), (patch) => this.#change(id, patch))
    const running: Running = { id, worker, since: now, before: stored.run.duration_seconds, stopping: null }
    this.#running = running
    const outcome = await worker.outcome
    const end = endOf(outcome, running.stopping)
    const run = this.get(id)
    if (end.status !== undefined && isOver(end.status)) await this.#finish(run, end, detailOf(outcome))
    else this.#change(id, { ...end, seconds_left: null })
    this.#running = null
  }

  #order({ body, run }: StoredRun) {
    return {
      kind: 'start' as const,
      workspace: this.#parts.workspace.root,
      modelsModule: this.#parts.modelsModule ?? new URL('../../models/registry.ts', import.meta.url).href,
      model: run.model,
      selection: run.selection,
      pattern: run.pattern,
      warm_start: body.warm_start ?? null,
      parameters: run.parameters,
      state: this.#stateOf(run.id),
      earlier: run.epochs,
      ...(this.#parts.parallel === undefined ? {} : { parallel: this.#parts.parallel }),
    }
  }

  #change(id: string, patch: Partial<TrainingRunOut>): void {
    this.#store.update({ ...this.get(id), ...patch })
    this.#parts.bus.emit('training', this.get(id))
  }

  /** The end of a run: its result file first, then its state, so that whoever sees COMPLETED finds the file. */
  async #finish(
    run: TrainingRunOut,
    end: Partial<TrainingRunOut>,
    detail: Record<string, unknown> = {},
  ): Promise<void> {
    const finished = {
      ...run,
      ...end,
      queue_position: null,
      seconds_left: null,
      finished_at: toIso(this.#parts.clock.now()),
    }
    const path = join(this.#parts.workspace.trainingResults, `${run.id}.json`)
    try {
      await writeJsonWhole(path, { schema_version: 1, ...finished, ...detail })
    } catch (error) {
      finished.warnings = [
        ...finished.warnings,
        `The result could not be written to ${path}: ${messageOf(error)}`,
      ]
    }
    this.#store.update(finished)
    await rm(this.#stateOf(run.id), { recursive: true, force: true })
    this.#parts.bus.emit('training', finished)
  }

  #asOfNow(run: TrainingRunOut): TrainingRunOut {
    if (run.status === 'QUEUED') return { ...run, queue_position: this.#placeOf(run.id) }
    const running = this.#running
    if (running?.id !== run.id) return { ...run, queue_position: null }
    const seconds = (this.#parts.clock.now() - running.since) / SECOND
    return { ...run, queue_position: null, duration_seconds: running.before + Math.max(0, seconds) }
  }

  #placeOf(id: string): number {
    return this.#store.withStatus('QUEUED').findIndex(({ run }) => run.id === id) + 1
  }

  #stateOf(id: string): string {
    return join(this.#parts.workspace.trainingState, id)
  }

  /** Of runs that are over or gone. */
  async #removeLeftStates(): Promise<void> {
    const { trainingState } = this.#parts.workspace
    for (const id of await readdir(trainingState).catch((): string[] => [])) {
      const status = this.#store.get(id)?.run.status
      if (status === undefined || isOver(status))
        await rm(this.#stateOf(id), { recursive: true, force: true })
    }
  }

  async #requireParent(model: string, version: string): Promise<void> {
    parentOf(await new Checkpoints(this.#parts.workspace.checkpoints).load(model, version))
  }
}

function runIsOver({ id, status }: TrainingRunOut, done: 'paused' | 'resumed'): AppError {
  const message = `Run ${id} is ${status} and can not be ${done}. Start a new one.`
  return new AppError('run_is_over', message, { status: 409 })
}
