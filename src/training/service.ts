// Training runs: queued, one at a time in a process of their own, cancelled within a second, never lost.
import { randomInt, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { TrainingRunOut } from '../contract/training.ts'
import { ANY_PATTERN, type SelectionOut, type TrainingBody } from '../contract/training-parameters.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import type { Sqlite } from '../core/database.ts'
import { messageOf, unknownThing } from '../core/errors.ts'
import { writeJsonWhole } from '../core/files.ts'
import { SECOND, parseInstant, toIso, type EpochMs } from '../core/time.ts'
import type { Workspace } from '../core/workspace.ts'
import type { ModelDefinition } from '../models/model.ts'
import { resolveParameters } from './parameters.ts'
import { RunStore, type StoredRun } from './run-store.ts'
import { startWorker, type Outcome, type Worker } from './worker-handle.ts'

export interface TrainingServiceParts {
  readonly sqlite: Sqlite
  readonly workspace: Workspace
  /** Looks a model up; throws `unknown_model`. The orchestrator is one. */
  readonly models: { definition(id: string): ModelDefinition }
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
  /** Why it is being stopped, if it is. */
  stopping: 'cancelled' | 'interrupted' | null
}

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
   * Queues a run and answers at once; it starts when the one before it is over.
   * @throws AppError `unknown_model`
   */
  start(body: TrainingBody): TrainingRunOut {
    const definition = this.#parts.models.definition(body.model)
    const run = newRun(body, definition, this.#parts.clock.now())
    this.#store.insert({ body, run })
    this.#parts.bus.emit('training', run)
    this.#next()
    return this.get(run.id)
  }

  /** @throws AppError `unknown_training_run` */
  get(id: string): TrainingRunOut {
    const stored = this.#store.get(id)
    if (stored !== null) return this.#withDuration(stored.run)
    throw unknownThing('training_run', id, 'List them with GET /api/training-runs.')
  }

  /** Newest first. */
  list(): TrainingRunOut[] {
    return this.#store.list().map(({ run }) => this.#withDuration(run))
  }

  /**
   * Stops a run within a second; a queued one never starts. One that is over already stays as it is.
   * @throws AppError `unknown_training_run`
   */
  async cancel(id: string): Promise<TrainingRunOut> {
    const run = this.get(id)
    if (run.status === 'QUEUED') await this.#finish(run, { status: 'CANCELLED', phase: 'cancelled' })
    else if (this.#running?.id === id) await this.#halt('cancelled')
    return this.get(id)
  }

  /** Call once at start: what a dead server left RUNNING is FAILED in words, what it left QUEUED goes on. */
  async recover(): Promise<void> {
    for (const { run } of this.#store.withStatus('RUNNING')) await this.#finish(run, interrupted())
    this.#next()
  }

  /** Ends the process of the current run, which is then FAILED (`interrupted`); queued runs stay queued. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#halt('interrupted')
  }

  /** Resolves when no run is left to do. */
  async settled(): Promise<void> {
    while (this.#running !== null) await this.#idle
  }

  async #halt(why: NonNullable<Running['stopping']>): Promise<void> {
    if (this.#running === null) return
    this.#running.stopping ??= why
    this.#running.worker.cancel()
    await this.#idle
  }

  #next(): void {
    if (this.#running !== null || this.#stopped) return
    const [stored] = this.#store.withStatus('QUEUED')
    if (stored === undefined) return
    this.#idle = this.#execute(stored).then(() => {
      this.#running = null
      this.#next()
    })
  }

  async #execute(stored: StoredRun): Promise<void> {
    const { id } = stored.run
    this.#change(id, { status: 'RUNNING', phase: 'starting', started_at: toIso(this.#parts.clock.now()) })
    const worker = startWorker(this.#order(stored), (patch) => this.#change(id, patch))
    const running: Running = { id, worker, stopping: null }
    this.#running = running
    const outcome = await worker.outcome
    await this.#finish(this.get(id), endOf(outcome, running.stopping), detailOf(outcome))
  }

  #order({ body, run }: StoredRun) {
    const { symbol, venue, annotation_ids } = body
    return {
      kind: 'start' as const,
      workspace: this.#parts.workspace.root,
      modelsModule: this.#parts.modelsModule ?? new URL('../models/registry.ts', import.meta.url).href,
      model: run.model,
      selection: {
        ...(symbol === undefined ? {} : { symbol }),
        ...(venue === undefined ? {} : { venue }),
        ...(annotation_ids === undefined ? {} : { annotation_ids }),
      },
      epochs: run.total_epochs,
      parameters: run.parameters,
      ...(this.#parts.parallel === undefined ? {} : { parallel: this.#parts.parallel }),
    }
  }

  #change(id: string, patch: Partial<TrainingRunOut>): TrainingRunOut {
    const run = { ...this.get(id), ...patch }
    this.#store.update(run)
    this.#parts.bus.emit('training', run)
    return run
  }

  /** The end of a run: its result file first, then its state, so that whoever sees COMPLETED finds the file. */
  async #finish(
    run: TrainingRunOut,
    end: Partial<TrainingRunOut>,
    detail: Record<string, unknown> = {},
  ): Promise<void> {
    const finished = this.#withDuration({
      ...run,
      ...end,
      seconds_left: null,
      finished_at: toIso(this.#parts.clock.now()),
    })
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
    this.#parts.bus.emit('training', finished)
  }

  #withDuration(run: TrainingRunOut): TrainingRunOut {
    if (run.started_at === null) return run
    const end = run.finished_at === null ? this.#parts.clock.now() : Date.parse(run.finished_at)
    return { ...run, duration_seconds: Math.max(0, (end - Date.parse(run.started_at)) / SECOND) }
  }
}

function endOf(outcome: Outcome, stopping: Running['stopping']): Partial<TrainingRunOut> {
  if (outcome.kind === 'completed') {
    return { ...outcome.patch, status: 'COMPLETED', phase: 'completed', error: null }
  }
  if (stopping === 'cancelled') return { status: 'CANCELLED', phase: 'cancelled' }
  if (stopping === 'interrupted') return interrupted()
  if (outcome.kind === 'failed') {
    return { ...outcome.patch, status: 'FAILED', phase: 'failed', error: outcome.error }
  }
  return failed(
    'training_process_died',
    `The training process ended unexpectedly (${outcome.how}). Start the run again; if it happens again, free some memory or train on fewer annotations.`,
  )
}

function detailOf(outcome: Outcome): Record<string, unknown> {
  return outcome.kind === 'completed' ? outcome.detail : {}
}

function interrupted(): Partial<TrainingRunOut> {
  return failed(
    'interrupted',
    'The server stopped while this run was training, so it was not finished. Start it again.',
  )
}

function failed(code: string, message: string): Partial<TrainingRunOut> {
  return { status: 'FAILED', phase: 'failed', error: { code, message } }
}

function newRun(body: TrainingBody, definition: ModelDefinition, now: EpochMs): TrainingRunOut {
  const parameters = resolveParameters(body, definition, () => randomInt(2 ** 32))
  return {
    id: randomUUID(),
    model: definition.id,
    status: 'QUEUED',
    phase: 'queued',
    current_epoch: 0,
    total_epochs: parameters.epochs,
    loss: null,
    accuracy: null,
    majority_floor: null,
    examples: 0,
    validation: null,
    validation_reason: null,
    memorised: false,
    duration_seconds: 0,
    seconds_left: null,
    test_cases: 0,
    left_out: [],
    hold_source: null,
    warnings: [],
    checkpoint: null,
    error: null,
    epochs: [],
    parameters,
    selection: selectionOf(body),
    pattern: body.pattern === undefined || body.pattern === ANY_PATTERN ? null : body.pattern,
    warm_start: null,
    stopped_early: null,
    queue_position: null,
    symbol: body.symbol ?? null,
    venue: body.venue ?? null,
    created_at: toIso(now),
    started_at: null,
    resumed_at: null,
    finished_at: null,
  }
}

/** What of the body says which annotations, instants in one form. */
function selectionOf(body: TrainingBody): SelectionOut {
  const { symbol, venue, annotation_ids, tags, pattern, mixed_sources, from, to } = body
  return {
    ...(symbol === undefined ? {} : { symbol }),
    ...(venue === undefined ? {} : { venue }),
    ...(annotation_ids === undefined ? {} : { annotation_ids }),
    ...(tags === undefined ? {} : { tags }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(mixed_sources === undefined ? {} : { mixed_sources }),
    ...(from === undefined ? {} : { from: toIso(parseInstant(from, 'from')) }),
    ...(to === undefined ? {} : { to: toIso(parseInstant(to, 'to')) }),
  }
}
