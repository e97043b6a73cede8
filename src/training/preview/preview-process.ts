// The process that makes previews, one after the other; it ends with the server that started it.
import { constants, setPriority } from 'node:os'
import { systemClock } from '../../core/clock.ts'
import { Annotations } from '../../annotation/annotations.ts'
import { RejectedHolds } from '../../annotation/rejected-holds.ts'
import { ReviewedSpans } from '../../annotation/reviewed-spans.ts'
import { TestCases } from '../../annotation/test-cases.ts'
import { openDatabase, type Database } from '../../core/database.ts'
import { AppError, messageOf } from '../../core/errors.ts'
import { workspaceAt, type Workspace } from '../../core/workspace.ts'
import type { MarketReader } from '../../market/provider.ts'
import { createMarketReader } from '../../market/reader.ts'
import { ChangeReader, type ChangeMark } from '../../market/store/changes-since.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { loadTrainingData, type Sources } from '../data/load-data.ts'
import { KeptSlices } from './kept-slices.ts'
import type { Preview, PreviewAnswer, PreviewOrder } from './messages.ts'
import { PreviewMaker } from './preview-maker.ts'

/** Not enough to learn from is no fault: the preview says so. */
const NOTHING_YET = new Set(['no_test_cases', 'no_hold_examples'])

interface Open {
  readonly maker: PreviewMaker
  readonly sources: Sources
  readonly slices: KeptSlices
  readonly changes: ChangeReader
  mark: ChangeMark
}

let open: Promise<Open> | null = null
let queue: Promise<void> = Promise.resolve()

// Live seconds, and whoever answers the page, go first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)

process.on('disconnect', () => process.exit(0))
process.on('message', (order) => {
  queue = queue.then(() => answer(order as PreviewOrder))
})

async function answer(order: PreviewOrder): Promise<void> {
  try {
    send({ kind: 'made', id: order.id, preview: await previewOf(order) })
  } catch (error) {
    send({ kind: 'failed', id: order.id, message: messageOf(error) })
  }
}

async function previewOf({ workspace, market, pattern }: PreviewOrder): Promise<Preview> {
  const began = performance.now()
  open ??= openAll(workspaceAt(workspace))
  const { maker, sources } = await open
  forgetChanged(await open)
  const selection = { ...market, ...(pattern === null ? {} : { pattern }) }
  const made = await loadTrainingData(sources, selection)
    .then((data) => maker.make(data))
    .catch(nothingYet)
  return { ...market, pattern, ...made, took_ms: performance.now() - began }
}

function nothingYet(error: unknown) {
  if (!(error instanceof AppError) || !NOTHING_YET.has(error.code)) throw error
  const none = { calls: [], hits: 0, false_calls: 0, missed: 0, misses: [], annotations: 0, hours: 0 }
  return { ...none, reason: error.message }
}

async function openAll(workspace: Workspace): Promise<Open> {
  const database = openDatabase(workspace.database, [])
  const changes = new ChangeReader(database.sqlite, ['candles'])
  // Nothing is kept yet that earlier changes could concern.
  const { mark } = changes.since({ candles: 0, books: 0 })
  const slices = new KeptSlices(createMarketReader(openMarketStore(database.sqlite)))
  const sources = sourcesOf(database, workspace, slices.reader)
  return { maker: await PreviewMaker.open(), sources, slices, changes, mark }
}

/** Rows and slices that saw data which changed since the last preview are made anew. */
function forgetChanged(state: Open): void {
  const { mark, changes } = state.changes.since(state.mark)
  state.mark = mark
  for (const kept of [state.maker.known, state.slices]) {
    if (changes === null) kept.forgetAll()
    else for (const change of changes) kept.forget(change, change.from)
  }
}

function sourcesOf(database: Database, workspace: Workspace, reader: MarketReader): Sources {
  const parts = { database, workspace, reader, clock: systemClock }
  return {
    annotations: new Annotations(parts),
    testCases: new TestCases(parts),
    reviewedSpans: new ReviewedSpans(parts),
    rejectedHolds: new RejectedHolds(parts),
    reader,
    folder: workspace.testCases,
  }
}

function send(message: PreviewAnswer): void {
  process.send?.(message)
}
