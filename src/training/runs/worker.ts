// The training process: takes one order, reads the workspace, trains, publishes the checkpoint, says how it went.
import { join } from 'node:path'
import { Annotations } from '../../annotation/annotations.ts'
import { RejectedHolds } from '../../annotation/rejected-holds.ts'
import { ReviewedSpans } from '../../annotation/reviewed-spans.ts'
import { TestCases } from '../../annotation/test-cases.ts'
import { systemClock } from '../../core/clock.ts'
import type { Database } from '../../core/database.ts'
import { AppError, messageOf } from '../../core/errors.ts'
import { openChosen } from '../../core/open-chosen.ts'
import { workspaceAt, type Workspace } from '../../core/workspace.ts'
import { BookStore } from '../../market/book/book-store.ts'
import { createMarketReader } from '../../market/reader.ts'
import { ChangeReader } from '../../market/store/changes-since.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { isClosedForm, type ModelDefinition } from '../../models/model.ts'
import { KeptRows } from '../../moments/kept-rows.ts'
import { KnownRows } from '../../moments/known-rows.ts'
import type { Learnt } from '../../moments/learn-oddness.ts'
import { MomentMaker } from '../../moments/moment-rows.ts'
import { Checkpoints } from '../../orchestrator/checkpoints.ts'
import type { TrainingData } from '../data/training-data.ts'
import { freeze, thaw } from '../data/frozen-data.ts'
import { loadModel } from '../jobs/load-model.ts'
import { loadTrainingData } from '../data/load-data.ts'
import type { Sources } from '../data/sources.ts'
import { parseToWorker, type FromWorker, type RunPatch, type ToWorker } from './messages.ts'
import { Interrupted, Paused } from '../jobs/paused.ts'
import { inSeconds, processorOf, Spending } from '../jobs/spending.ts'
import { ordinarySeconds } from './ordinary-seconds.ts'
import { Publisher } from './publisher.ts'
import { trainRun } from './train-run.ts'
import { beginProcesses, jobsPlace, mixedMachines } from './where-jobs-run.ts'
import { parentOf, type Parent } from '../data/parent.ts'

/** Rows that a model that is solved at once keeps from its own training to its folds: of a day of seconds, 170 MB. Others ask about hardly any twice. */
const MOST_ROWS = 86_400

type Order = Extract<ToWorker, { kind: 'start' }>

const spending = new Spending(processorOf(process))
const cancelled = new AbortController()
const paused = new AbortController()

process.on('disconnect', () => process.exit(1))
process.on('message', (raw) => {
  const message = parseToWorker(raw)
  if (message.kind === 'cancel') cancelled.abort(new Error('cancelled'))
  else if (message.kind === 'pause') paused.abort(new Paused())
  else void carryOut(message).then((end) => process.send?.(end, () => process.exit(0)))
})

async function carryOut(order: Order): Promise<FromWorker> {
  try {
    return await train(order)
  } catch (error) {
    if (error instanceof Paused) return { kind: 'paused' }
    if (error instanceof Interrupted) return { kind: 'interrupted', how: error.message }
    return { kind: 'failed', patch: {}, error: faultOf(error) }
  }
}

async function train(order: Order): Promise<FromWorker> {
  const workspace = workspaceAt(order.workspace)
  const model = await loadModel(order.modelsModule, order.model)
  const begun = beginProcesses(order, model)
  spending.turnTo('reading')
  const { data, rows } = await dataOf(order, workspace, model)
  const ended = AbortSignal.any([cancelled.signal, paused.signal])
  const known = new KnownRows(await MomentMaker.open(), isClosedForm(model) ? MOST_ROWS : 0, rows)
  spending.turnTo('ordinary seconds')
  const ordinary = isClosedForm(model)
    ? ordinarySeconds(data, order.parameters, known)
    : ordinaryBeside(order, data, rows)
  // A fault is met where it is waited for.
  ordinary.catch(() => {})
  // What is solved at once asks about the same rows next.
  if (isClosedForm(model)) await ordinary.catch(() => {})
  const ends = { signal: cancelled.signal, pause: paused.signal }
  const { runJobs, processes, coresOfFirst, machines } = await jobsPlace(order, model, ends, { known, begun })
  const publisher = new Publisher(workspace, model, order, ordinary)
  const finished = await trainRun(data, {
    model,
    parameters: order.parameters,
    pattern: order.pattern,
    clock: systemClock,
    report: (patch) => send({ kind: 'update', patch }),
    processes,
    coresOfFirst,
    earlier: order.earlier,
    onTrained: async (trained) => {
      send({ kind: 'update', patch: { checkpoint: await publisher.provisional(trained) } })
    },
    onValidated: async (validated) => {
      cancelled.signal.throwIfAborted()
      await publisher.validated(validated)
    },
    runJobs,
    signal: ended,
    spending,
    known,
  })
  cancelled.signal.throwIfAborted()
  const checkpoint = publisher.version
  const { own, folds } = finished.spent
  const processor_seconds = {
    run: inSeconds(spending.take()),
    own_training: inSeconds(own),
    folds: inSeconds(folds),
  }
  return {
    kind: 'completed',
    patch: { ...finished.patch, checkpoint, ...warningsWith(finished.patch, mixedMachines(machines)) },
    detail: {
      ...finished.detail,
      processor_seconds,
      ...(machines.size === 0 ? {} : { machines: [...machines].toSorted() }),
    },
  }
}

/** While others ask about rows: by a maker of its own. */
async function ordinaryBeside(
  { parameters }: Order,
  data: TrainingData,
  table: KeptRows | null,
): Promise<Learnt | null> {
  const maker = await MomentMaker.open()
  try {
    return await ordinarySeconds(data, parameters, new KnownRows(maker, 0, table))
  } finally {
    await maker.close()
  }
}

function warningsWith({ warnings = [] }: RunPatch, more: readonly string[]): RunPatch {
  return more.length === 0 ? {} : { warnings: [...warnings, ...more] }
}

interface Read {
  readonly data: TrainingData
  /** Of the same data; null where they may have changed since. */
  readonly rows: KeptRows | null
}

/** What the run began with, where it goes on; else what the workspace holds now, which is kept for that. */
async function dataOf(order: Order, workspace: Workspace, model: ModelDefinition): Promise<Read> {
  const path = join(order.state, 'data')
  const frozen = await thaw(path)
  if (frozen !== null) return { data: frozen, rows: null }
  send({ kind: 'update', patch: { phase: 'reading test cases and market data' } })
  const parent = await parentIn(workspace, order)
  const rows = KeptRows.open(workspace.moments)
  const database = await openChosen(order.database, null)
  try {
    const data = await loadTrainingData(sourcesOf(database, workspace), order.selection, model, {
      ...(parent === null ? {} : { parent }),
      pretraining: order.parameters.pretraining === true,
      onLeftOut: (leftOut) => send({ kind: 'update', patch: { left_out: [...leftOut] } }),
    })
    rows?.follow(new ChangeReader(database.sqlite, ['candles']))
    await freeze(path, data)
    return { data, rows }
  } finally {
    await database.close()
  }
}

async function parentIn(workspace: Workspace, { model, warm_start }: Order): Promise<Parent | null> {
  if (warm_start === null) return null
  return parentOf(await new Checkpoints(workspace.checkpoints).load(model, warm_start))
}

/** The rooms as this process sees them: the same database, read beside the server. */
function sourcesOf(database: Database, workspace: Workspace): Sources {
  const reader = createMarketReader(openMarketStore(database.sqlite))
  const books = new BookStore(database.sqlite)
  const parts = { database, workspace, reader, books, clock: systemClock }
  return {
    annotations: new Annotations(parts),
    testCases: new TestCases(parts),
    reviewedSpans: new ReviewedSpans(parts),
    rejectedHolds: new RejectedHolds(parts),
    reader,
    books,
    folder: workspace.testCases,
  }
}

function faultOf(error: unknown): { code: string; message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  return {
    code: 'training_failed',
    message: `Training stopped: ${messageOf(error)}. Start the run again; if it stops there again, report it with the run's id.`,
  }
}

function send(message: FromWorker): void {
  process.send?.(message)
}
