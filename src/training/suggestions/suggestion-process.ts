// The process that makes suggestions, one list after the other; it ends with the server that started it.
import { constants, setPriority } from 'node:os'
import { Annotations } from '../../annotation/annotations.ts'
import { RejectedHolds } from '../../annotation/rejected-holds.ts'
import { ReviewedSpans } from '../../annotation/reviewed-spans.ts'
import { TestCases } from '../../annotation/test-cases.ts'
import { systemClock } from '../../core/clock.ts'
import { openDatabase } from '../../core/database.ts'
import { AppError, messageOf } from '../../core/errors.ts'
import { workspaceAt, type Workspace } from '../../core/workspace.ts'
import type { Market } from '../../market/types.ts'
import { createMarketReader } from '../../market/reader.ts'
import { ChangeReader, type ChangeMark } from '../../market/store/changes-since.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { loadTrainingData, type Sources } from '../data/load-data.ts'
import { KeptSlices } from '../preview/kept-slices.ts'
import type { Proposals, SuggestionAnswer, SuggestionOrder } from './messages.ts'
import { SuggestionMaker } from './suggestion-maker.ts'

/** Not enough to learn from is no fault: the list says so. */
const NOTHING_YET = new Set(['no_test_cases', 'no_hold_examples'])

interface Open {
  readonly maker: SuggestionMaker
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
  queue = queue.then(() => answer(order as SuggestionOrder))
})

async function answer(order: SuggestionOrder): Promise<void> {
  try {
    send({ kind: 'made', id: order.id, made: await proposalsOf(order) })
  } catch (error) {
    send({ kind: 'failed', id: order.id, message: messageOf(error) })
  }
}

async function proposalsOf(order: SuggestionOrder): Promise<Proposals> {
  open ??= openAll(workspaceAt(order.workspace))
  const state = await open
  forgetChanged(state)
  const { maker, sources } = state
  return loadTrainingData(sources, order.market)
    .then(async (data) => maker.make(data, order, await patternOf(sources, order.market)))
    .catch(nothingYet)
}

function nothingYet(error: unknown): Proposals {
  if (!(error instanceof AppError) || !NOTHING_YET.has(error.code)) throw error
  return { proposals: [], reason: error.message }
}

/** Where all marks are of one pattern, what is accepted is of it, too. */
async function patternOf({ annotations }: Sources, market: Market): Promise<string | null> {
  const patterns = new Set((await annotations.list({ market })).map(({ tags }) => tags[0] ?? null))
  const [only] = patterns
  return patterns.size === 1 ? (only ?? null) : null
}

async function openAll(workspace: Workspace): Promise<Open> {
  const database = openDatabase(workspace.database, [])
  const changes = new ChangeReader(database.sqlite, ['candles'])
  // Nothing is kept yet that earlier changes could concern.
  const { mark } = changes.since({ candles: 0, books: 0 })
  const slices = new KeptSlices(createMarketReader(openMarketStore(database.sqlite)))
  const parts = { database, workspace, reader: slices.reader, clock: systemClock }
  const sources: Sources = {
    annotations: new Annotations(parts),
    testCases: new TestCases(parts),
    reviewedSpans: new ReviewedSpans(parts),
    rejectedHolds: new RejectedHolds(parts),
    reader: slices.reader,
    folder: workspace.testCases,
  }
  return { maker: await SuggestionMaker.open(slices.reader), sources, slices, changes, mark }
}

/** Rows and slices that saw data which changed since the last list are made anew. */
function forgetChanged(state: Open): void {
  const { mark, changes } = state.changes.since(state.mark)
  state.mark = mark
  for (const kept of [state.maker.known, state.slices]) {
    if (changes === null) kept.forgetAll()
    else for (const change of changes) kept.forget(change, change.from)
  }
}

function send(message: SuggestionAnswer): void {
  process.send?.(message)
}
