// Training runs: queued, one at a time in a process of their own, paused, gone on with, cancelled within a second, never lost.
import { readdir, rm } from 'node:fs/promises'
import type { AnnotationOut, TestCaseState } from '../../contract/annotations.ts'
import type { RunsCompared } from '../../contract/runs-compared.ts'
import type { HeldOutEpisode } from '../../contract/validation.ts'
import type { TrainingRunOut, TrainingRunsQuery } from '../../contract/training.ts'
import type { TrainingBody } from '../../contract/training-parameters.ts'
import { isOver } from '../../contract/run-over.ts'
import { AppError } from '../../core/errors.ts'
import { Turns } from '../../core/turns.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { Checkpoints } from '../../orchestrator/checkpoints.ts'
import { compareRuns } from './compare-runs.ts'
import { CurrentRun, type CurrentRunParts } from './current-run.ts'
import { requireNeeds } from '../data/needs.ts'
import { newRun, selectionOf } from './new-run.ts'
import { LEFT_BEHIND } from './run-end.ts'
import { RunRecords, type RunRecordsParts } from './run-records.ts'
import { isChosen, requireChosen, settlePattern } from '../data/selection.ts'
import { parentOf } from '../data/parent.ts'

/** The clock is wall time: a run's duration is the trader's, also in replay. */
export interface TrainingServiceParts extends RunRecordsParts, CurrentRunParts {
  /** Looks a model up; throws `unknown_model`. The orchestrator is one. */
  readonly models: { definition(id: string): ModelDefinition }
  readonly annotations: { list(filter: object): Promise<AnnotationOut[]> }
  /** With it a run that no case can train for want of market data is refused at once. */
  readonly testCases?: { list(filter: object, options: { revisions: boolean }): Promise<TestCaseState[]> }
}

/** How long a stopping server waits for what is being trained to be saved. */
const STOP_PATIENCE_MS = 500

export class TrainingService {
  readonly #parts: TrainingServiceParts
  readonly #records: RunRecords
  /** What is begun, stopped and queued is decided one at a time. */
  readonly #turns = new Turns()
  readonly #current: CurrentRun
  #stopped = false

  constructor(parts: TrainingServiceParts) {
    this.#parts = parts
    this.#records = new RunRecords(parts, () => this.#current.underway)
    this.#current = new CurrentRun(parts, this.#records, () => this.#next())
  }

  /**
   * Queues a run and answers at once; it starts when those before it are over.
   * @throws AppError `unknown_model`, `unsupported_parameter`, `choose_pattern`, `unknown_annotation`, `no_test_cases`, `no_order_book`, `unknown_checkpoint`, `broken_checkpoint`
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
    await this.#records.insert({ body, run })
    await this.#next()
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
  async get(id: string): Promise<TrainingRunOut> {
    return this.#records.get(id)
  }

  /** Newest first. @throws AppError `unknown_training_run` of `before` */
  async list(query: TrainingRunsQuery = {}): Promise<TrainingRunOut[]> {
    return this.#records.list(query)
  }

  /** The episodes that the run of a checkpoint held out; null where it held none out, or is not known. */
  async heldOut(model: string, checkpoint: string): Promise<readonly HeldOutEpisode[] | null> {
    const runs = await this.#records.ofCheckpoint(model, checkpoint)
    return runs.find(({ validation }) => validation?.held_out !== undefined)?.validation?.held_out ?? null
  }

  /** The run that made a checkpoint; null where none is known here. */
  async runOf(model: string, checkpoint: string): Promise<TrainingRunOut | null> {
    return (await this.#records.ofCheckpoint(model, checkpoint))[0] ?? null
  }

  /** Run id by checkpoint of the model. */
  async runsByCheckpoint(model: string): Promise<ReadonlyMap<string, string>> {
    return this.#records.byCheckpoint(model)
  }

  async count(): Promise<number> {
    return this.#records.count()
  }

  /** @throws AppError `unknown_training_run` */
  async compare(ids: readonly string[]): Promise<RunsCompared> {
    const runs = await Promise.all(ids.map((id) => this.get(id)))
    return compareRuns(runs, this.#parts.workspace.trainingResults)
  }

  /**
   * Stops a run within a second; a queued one never starts. One that is over already stays as it is.
   * @throws AppError `unknown_training_run`
   */
  async cancel(id: string): Promise<TrainingRunOut> {
    await this.#decide(async () => {
      await this.#current.storeEnds()
      const run = await this.get(id)
      if (this.#current.underway?.id === id)
        return this.#current.halt('cancelled', (worker) => worker.cancel())
      if (isOver(run.status)) return null
      await this.#records.finish(id, { status: 'CANCELLED', phase: 'cancelled', error: null })
      return null
    })
    return this.get(id)
  }

  /**
   * Saves a run and sets it aside until `resume`; the next in the queue starts. A queued one keeps its place. Answers when it is saved.
   * @throws AppError `unknown_training_run`, `run_is_over`
   */
  async pause(id: string): Promise<TrainingRunOut> {
    await this.#decide(async () => {
      await this.#current.storeEnds()
      const run = await this.get(id)
      if (isOver(run.status)) throw runIsOver(run, 'paused')
      if (this.#current.underway?.id === id) {
        await this.#records.change(id, { phase: 'pausing' })
        return this.#current.halt('paused', (worker) => worker.pause())
      }
      if (run.status === 'QUEUED') await this.#records.change(id, { status: 'PAUSED', phase: 'paused' })
      return null
    })
    return this.get(id)
  }

  /**
   * Puts a paused or interrupted run back into the queue, at the place it had; it goes on where it was saved. One that is queued or
   * running already stays as it is.
   * @throws AppError `unknown_training_run`, `run_is_over`
   */
  async resume(id: string): Promise<TrainingRunOut> {
    await this.#decide(async () => {
      await this.#current.storeEnds()
      const run = await this.get(id)
      if (isOver(run.status)) throw runIsOver(run, 'resumed')
      if (run.status !== 'PAUSED' && run.status !== 'INTERRUPTED') return null
      await this.#records.change(id, { status: 'QUEUED', phase: 'queued', error: null })
      return null
    })
    await this.#next()
    return this.get(id)
  }

  /** Call once at start: what a dead server left RUNNING is INTERRUPTED and can be resumed, what it left QUEUED goes on. */
  async recover(): Promise<void> {
    for (const { run } of await this.#records.withStatus('RUNNING')) {
      await this.#records.change(run.id, LEFT_BEHIND)
    }
    await this.#removeLeftStates()
    await this.#next()
  }

  /** Saves and ends the process of the current run, which is then INTERRUPTED; queued runs stay queued. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#current.stop()
    await this.#decide(async () => {
      return this.#current.halt('interrupted', (worker) => worker.pause(STOP_PATIENCE_MS))
    })
  }

  /** Resolves when no run is left to do. */
  async settled(): Promise<void> {
    await this.#current.settled()
  }

  /** Nothing begins or ends while `work` decides; what it halts is waited for. */
  async #decide(work: () => Promise<(() => Promise<void>) | null>): Promise<void> {
    const halted = await this.#turns.run('', work)
    await halted?.()
  }

  /** Begins the first of the queue where none is running; resolves when it has begun. */
  async #next(): Promise<void> {
    await this.#turns.run('', async () => {
      if (this.#current.underway !== null) return
      await this.#current.storeEnds().catch((error: unknown) => this.#current.fault(error))
      const [stored] = await this.#records.withStatus('QUEUED')
      if (stored !== undefined && !this.#stopped) await this.#current.begin(stored)
    })
  }

  /** Of runs that are over or gone. */
  async #removeLeftStates(): Promise<void> {
    const { trainingState } = this.#parts.workspace
    for (const id of await readdir(trainingState).catch((): string[] => [])) {
      const status = await this.#records.statusOf(id)
      if (status === null || isOver(status))
        await rm(this.#records.stateOf(id), { recursive: true, force: true })
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
