// The rooms over one workspace, put together: everything that needs no moving market. The command line's verbs stand on this.
import { availableParallelism } from 'node:os'
import { Annotations, DEFAULT_FEE_PCT_PER_SIDE, type AnnotationEvent } from '../annotation/annotations.ts'
import { RejectedHolds } from '../annotation/rejected-holds.ts'
import { ReviewedSpans } from '../annotation/reviewed-spans.ts'
import { SecondLooks } from '../annotation/second-looks.ts'
import { ShownStretches } from '../annotation/shown-stretches.ts'
import { SuggestionAnswers } from '../annotation/suggestion-answers.ts'
import { TestCases } from '../annotation/test-cases.ts'
import { BacktestService, type BacktestServiceParts } from '../backtest/service.ts'
import type { BacktestOut } from '../contract/backtests.ts'
import type { TestCaseState } from '../contract/annotations.ts'
import type { ModelOut, TrainingRunOut } from '../contract/training.ts'
import { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import { openDatabase, type Database } from '../core/database.ts'
import { openChosen } from '../core/open-chosen.ts'
import type { Workspace } from '../core/workspace.ts'
import type { InferenceEvents } from '../inference/events.ts'
import { BookStore } from '../market/book/book-store.ts'
import { createMarketReader } from '../market/reader.ts'
import { openMarketStore, type MarketStore } from '../market/store/market-store.ts'
import type { MarketReader } from '../market/provider.ts'
import type { Market } from '../market/types.ts'
import { MODELS } from '../models/registry.ts'
import { Checkpoints } from '../orchestrator/checkpoints.ts'
import { Orchestrator } from '../orchestrator/orchestrator.ts'
import { TrainingService } from '../training/runs/service.ts'
import { barriersFor } from './call-barriers.ts'
import { requireAtHome } from './at-home.ts'
import { SCHEMAS } from './schemas.ts'

/** What happens in the rooms, for whoever shows it. */
export interface Events extends InferenceEvents {
  annotation: AnnotationEvent
  training: TrainingRunOut
  backtest: BacktestOut
  /** What is reviewed of a market changed. */
  reviewed_spans: Market
  /** A second of the market was called HOLD when it was proposed. */
  rejected_holds: Market
  /** What is known of a case changed without its annotation: the data before its entry did, or its file. */
  test_case: TestCaseState
  /** What is promoted of it changed. */
  model: ModelOut
}

export interface OpenWorkspace {
  readonly workspace: Workspace
  readonly database: Database
  readonly clock: Clock
  readonly bus: Bus<Events>
  readonly store: MarketStore
  readonly reader: MarketReader
  readonly books: BookStore
  readonly annotations: Annotations
  readonly reviewedSpans: ReviewedSpans
  readonly rejectedHolds: RejectedHolds
  readonly shown: ShownStretches
  readonly suggestionAnswers: SuggestionAnswers
  readonly secondLooks: SecondLooks
  readonly testCases: TestCases
  readonly checkpoints: Checkpoints
  readonly orchestrator: Orchestrator
  readonly training: TrainingService
  readonly backtests: BacktestService
  /** The file's connections are closed when it returns, and nothing of it is open any more when it resolves. */
  close(): Promise<void>
}

export interface WorkspaceOptions {
  readonly workspace: Workspace
  /** Wall time. */
  readonly clock: Clock
  /** Percent of the price paid at entry and again at exit. */
  readonly feePctPerSide?: number
  /** Told of what went wrong behind an answer and was survived. */
  readonly onFault?: (error: unknown) => void
}

/** With all its tables in its own file. @throws AppError `broken_database`, and as `roomsOver` */
export function openWorkspace(options: WorkspaceOptions): OpenWorkspace {
  const database = openDatabase(options.workspace.database, [...SCHEMAS.market, ...SCHEMAS.rooms])
  try {
    return { ...roomsOver(database, options), close: () => database.close() }
  } catch (error) {
    void database.close()
    throw error
  }
}

/**
 * The same with the rooms' tables in a PostgreSQL, where one is named.
 * @param postgres its address; null: in the workspace's own file
 * @throws AppError `broken_database`, what `openPostgres` throws, and as `roomsOver`
 */
export async function openChosenWorkspace(
  options: WorkspaceOptions,
  postgres: string | null,
): Promise<OpenWorkspace> {
  const database = await openChosen({ file: options.workspace.database, postgres }, SCHEMAS)
  try {
    return { ...roomsOver(database, options), close: () => database.close() }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** @throws AppError 409 `database_needed` where the file's rooms are in a PostgreSQL, and `database` has none */
export function roomsOver(
  database: Database,
  { workspace, clock, feePctPerSide, onFault }: WorkspaceOptions,
): Omit<OpenWorkspace, 'close'> {
  const { sqlite } = database
  if (database.choice.postgres === null) requireAtHome(sqlite, workspace)
  const bus = new Bus<Events>()
  const store = openMarketStore(sqlite, database.wal)
  const reader = createMarketReader(store)
  const books = new BookStore(sqlite)
  const checkpoints = new Checkpoints(workspace.checkpoints)
  const orchestrator: Orchestrator = new Orchestrator({
    database,
    checkpoints,
    models: MODELS,
    clock,
    feePctPerSide: feePctPerSide ?? DEFAULT_FEE_PCT_PER_SIDE,
    heldOut: (model, version) => training.heldOut(model, version),
  })
  const fee = feePctPerSide === undefined ? {} : { feePctPerSide }
  const annotations = new Annotations({ database, workspace, reader, books, clock, bus, ...fee })
  const reviewedSpans = new ReviewedSpans({ database, clock })
  const rejectedHolds = new RejectedHolds({ database, clock })
  const shown = new ShownStretches({ database, clock })
  const suggestionAnswers = new SuggestionAnswers({ database, clock })
  const secondLooks = new SecondLooks({ database, clock })
  const testCases = new TestCases({ database, workspace, reader, books })
  const training: TrainingService = new TrainingService({
    database,
    workspace,
    models: orchestrator,
    annotations,
    testCases,
    clock,
    bus,
    ...(onFault === undefined ? {} : { onFault }),
  })
  const backtests = new BacktestService({
    database,
    workspace,
    orchestrator,
    checkpoints,
    annotations,
    reviewedSpans,
    rejectedHolds,
    reader,
    barriers: (checkpoint, market) => barriersFor(annotations, checkpoint, market, feePctPerSide),
    clock,
    bus,
    atOnce: Math.max(1, availableParallelism() - 1),
    cores: availableParallelism(),
    ...byWorkers(database, workspace),
    ...fee,
    ...(onFault === undefined ? {} : { onFault }),
  })
  return {
    workspace,
    database,
    clock,
    bus,
    store,
    reader,
    books,
    annotations,
    reviewedSpans,
    rejectedHolds,
    shown,
    suggestionAnswers,
    secondLooks,
    testCases,
    checkpoints,
    orchestrator,
    training,
    backtests,
  }
}

/** Where machines share a PostgreSQL, backtests are done by workers, if some are there. */
function byWorkers(
  { choice: { postgres }, sqlite }: Database,
  { checkpoints }: Workspace,
): Pick<BacktestServiceParts, 'start'> {
  if (postgres === null) return {}
  return {
    start: async (order, onProgress) => {
      // Whoever has no PostgreSQL does not wait for the queue's code.
      const { queuedBacktest } = await import('../backtest/queue/queued-backtest.ts')
      return queuedBacktest({ url: postgres, sqlite, checkpoints }, order, onProgress)
    },
  }
}
