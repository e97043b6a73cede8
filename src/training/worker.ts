// The training process: takes one order, reads the workspace, trains, publishes the checkpoint, says how it went.
import { availableParallelism } from 'node:os'
import { Annotations } from '../annotation/annotations.ts'
import { ReviewedSpans } from '../annotation/reviewed-spans.ts'
import { TestCases } from '../annotation/test-cases.ts'
import { systemClock } from '../core/clock.ts'
import { openDatabase, type Sqlite } from '../core/database.ts'
import { AppError, messageOf } from '../core/errors.ts'
import { workspaceAt, type Workspace } from '../core/workspace.ts'
import { BookStore } from '../market/book/book-store.ts'
import { createMarketReader } from '../market/reader.ts'
import { openMarketStore } from '../market/store/market-store.ts'
import type { ModelDefinition } from '../models/model.ts'
import { encodeWeights } from '../nn/weights.ts'
import { Checkpoints } from '../orchestrator/checkpoints.ts'
import { loadModel } from './load-model.ts'
import { loadTrainingData, type Sources } from './load.ts'
import { parseToWorker, type FromWorker, type ToWorker } from './messages.ts'
import { parallelJobs } from './parallel-jobs.ts'
import { trainRun, type FinishedRun } from './run.ts'

type Order = Extract<ToWorker, { kind: 'start' }>

const cancelled = new AbortController()

process.on('disconnect', () => process.exit(1))
process.on('message', (raw) => {
  const message = parseToWorker(raw)
  if (message.kind === 'cancel') cancelled.abort(new Error('cancelled'))
  else void carryOut(message).then((end) => process.send?.(end, () => process.exit(0)))
})

async function carryOut(order: Order): Promise<FromWorker> {
  try {
    return await train(order)
  } catch (error) {
    return { kind: 'failed', patch: {}, error: faultOf(error) }
  }
}

async function train(order: Order): Promise<FromWorker> {
  const workspace = workspaceAt(order.workspace)
  const model = await loadModel(order.modelsModule, order.model)
  tell({ kind: 'update', patch: { phase: 'reading test cases and market data' } })
  const database = openDatabase(workspace.database, [])
  const sources = sourcesOf(database.sqlite, workspace)
  const data = await loadTrainingData(sources, order.selection, model).finally(() => database.close())
  const finished = await trainRun(data, {
    model,
    parameters: order.parameters,
    clock: systemClock,
    report: (patch) => tell({ kind: 'update', patch }),
    runJobs: parallelJobs({
      processes: order.parallel ?? availableParallelism(),
      modelsModule: order.modelsModule,
      model: order.model,
      signal: cancelled.signal,
    }),
  })
  cancelled.signal.throwIfAborted()
  const checkpoint = await publish(workspace, model, finished)
  return { kind: 'completed', patch: { ...finished.patch, checkpoint }, detail: finished.detail }
}

/** The rooms as this process sees them: the same database, read beside the server. */
function sourcesOf(sqlite: Sqlite, workspace: Workspace): Sources {
  const reader = createMarketReader(openMarketStore(sqlite))
  const books = new BookStore(sqlite)
  const parts = { sqlite, workspace, reader, books, clock: systemClock }
  return {
    annotations: new Annotations(parts),
    testCases: new TestCases(parts),
    reviewedSpans: new ReviewedSpans(parts),
    reader,
    books,
    folder: workspace.testCases,
  }
}

async function publish(workspace: Workspace, model: ModelDefinition, run: FinishedRun): Promise<string> {
  return new Checkpoints(workspace.checkpoints).publish(model.id, {
    weights: encodeWeights(run.weights),
    onnx: model.exportOnnx(run.weights),
    metadata: run.facts,
  })
}

function faultOf(error: unknown): { code: string; message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  return {
    code: 'training_failed',
    message: `Training stopped: ${messageOf(error)}. Start the run again; if it stops there again, report it with the run's id.`,
  }
}

function tell(message: FromWorker): void {
  process.send?.(message)
}
