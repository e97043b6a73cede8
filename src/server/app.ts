// The composition root: the rooms over a workspace, a market that moves, and live inference on it.
import type { AlertService } from '../alerts/alert-service.ts'
import { isOver } from '../contract/run-over.ts'
import type { AppError } from '../core/errors.ts'
import type { ExchangeSettings } from '../market/exchange/settings.ts'
import type { DataProvider } from '../market/provider.ts'
import type { Fence } from '../inference/grouped-writes.ts'
import type { SessionsPolicy } from '../inference/parts.ts'
import type { InferenceService } from '../inference/service.ts'
import { followCheckpoints } from './new-checkpoints.ts'
import type { MomentService } from '../moments/moment-service.ts'
import { SuggestionService } from '../training/suggestions/suggestion-service.ts'
import type { HealthService } from '../training/health/health-service.ts'
import type { PreviewService } from '../training/preview/preview-service.ts'
import { Suggestions } from './suggestions.ts'
import { BesideMarkets } from './beside/beside-markets.ts'
import { fenceBy } from './beside/fence.ts'
import type { Talk } from './beside/talk.ts'
import { told, type Log } from './logger.ts'
import { lockWorkspace, type WorkspaceLock } from './workspace-lock.ts'
import { openServed } from './open-served.ts'
import type { ChosenWorkspace, OpenWorkspace, WorkspaceOptions } from './open-workspace.ts'
import {
  caseChecks,
  dataSetHealthOf,
  databaseWatch,
  forwardOf,
  liveInference,
  marketOf,
  momentsOf,
  previewsOf,
} from './app-parts.ts'
import { alertsOf } from './call-alerts.ts'
import { FollowedMarkets } from './followed-markets.ts'
import { serverClocks } from './clocks.ts'
import { standStill, startAll, stopAll, type Parts, type Services } from './life.ts'
import { damagedWords } from './lost-marks.ts'
import { NOTHING_RECOVERED, recover } from './recovery.ts'
import { Takeover } from './takeover.ts'
import { createSources, exchangePool, exchangeSource, type SourceOptions } from './source.ts'
import { VERSION } from '../core/version.ts'

export interface AppOptions extends WorkspaceOptions {
  /** Address of the PostgreSQL that has the rooms' tables and the markets' logs; the workspace's own file has all where none is named. */
  readonly postgres?: string | null
  /** Whether it may stand beside another server on the PostgreSQL, and take over from it; else it is refused then. Default: it is. */
  readonly mayBeBeside?: boolean
  /** Told once where another server has taken the PostgreSQL over from this one: nothing of the market is stored and nothing answered any more. */
  readonly onTakenOver?: (error: AppError) => void
  readonly source: SourceOptions
  /** How exchanges are reached, those that are followed later too. */
  readonly exchangeSettings?: ExchangeSettings
  readonly log: Log
  /** Megabytes that rows of moments may take on disk; 0: none are made. */
  readonly momentMegabytes?: number
  /** One live second of so many is made again of the store and compared; 0: none. Default 60. */
  readonly checkEvery?: number
  /** What becomes of live sessions over a restart: they go on where nothing else is said. */
  readonly sessions?: SessionsPolicy
  /** Processes in which live networks answer, at most; 1 where nothing is said. */
  readonly inferenceProcesses?: number
}

export interface App extends ChosenWorkspace {
  readonly version: string
  readonly lock: WorkspaceLock
  /** Which database serves: `user@host:port/database`; null: the workspace's own file. */
  readonly postgres: string | null
  /** Between servers on one PostgreSQL; null: the workspace's own file has all. */
  readonly talk: Talk | null
  /** `machine:folder` of the server that follows the markets, trains and answers live there; null where there is no PostgreSQL. */
  owner(): string | null
  readonly provider: DataProvider
  readonly inference: InferenceService
  readonly previews: PreviewService
  readonly moments: MomentService
  readonly suggestions: Suggestions
  readonly dataSetHealth: HealthService
  readonly alerts: AlertService
  readonly followed: FollowedMarkets
  /** How exchanges are reached. */
  readonly exchangeSettings: ExchangeSettings
  /** What a user should know, in words: files that could not be repaired, sessions that ended. */
  warnings(): readonly string[]
  /** What is wrong with what is stored, in words: damaged pages, marks that the database lost. Health is not ok while there are any. */
  troubles(): readonly string[]
  /** Lets the market move, and live sessions go on. */
  start(): Promise<void>
  /** Ends runs and the source, and sessions that do not go on, and closes the workspace. */
  stop(): Promise<void>
}

/**
 * Opens the workspace for one server and repairs what a crash left. The market stands until `start`.
 * @throws AppError `workspace_in_use`, `broken_database`, `no_stored_data` (a replay of nothing)
 */
export async function createApp(options: AppOptions): Promise<App> {
  const lock = lockWorkspace(options.workspace)
  try {
    return await assemble(options, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

async function assemble(options: AppOptions, lock: WorkspaceLock): Promise<App> {
  const { log, exchangeSettings: settings = {} } = options
  const stopwatch = (): number => performance.now()
  const clocks = serverClocks(options.clock, stopwatch)
  const onFault = told(log, 'a training run or a backtest could not be stored')
  const takeover = new Takeover(options)
  const served = await openServed({ ...options, clock: clocks.utc, onFault }, options.postgres ?? null, {
    mayBeBeside: options.mayBeBeside ?? false,
    onFault: told(log, 'markets and their logs do not follow each other'),
    onLost: (error) => takeover.happened(error),
  })
  const { open, shared, found } = served
  const isOwner = (): boolean => shared?.isOwner ?? true
  try {
    const exchanges = exchangePool(settings, clocks)
    const sources = await createSources(options.source, { exchanges, clocks, reader: open.reader })
    const beside = new BesideMarkets({
      sources,
      clock: clocks.utc,
      onFault: told(log, 'a market that another server followed is not followed'),
    })
    const provider = marketOf(open, isOwner() ? sources : beside.sources, log)
    const fence = shared === null ? undefined : fenceBy(() => shared.token)
    const inference = inferenceOf(open, provider, { ...options, stopwatch, fence })
    const services = servicesOf(open, provider, inference, options)
    const recovered = isOwner() ? await recover(open, inference, log) : NOTHING_RECOVERED
    const state = { recovered }
    const upkeep = { watch: databaseWatch(open, log), checks: caseChecks(open, log, isOwner) }
    const followed = new FollowedMarkets({
      provider,
      inference,
      open: (market) => exchangeSource(market, exchanges, clocks),
    })
    const parts = {
      open,
      shared,
      beside,
      provider,
      inference,
      followed,
      lock,
      log,
      state,
      ...services,
      ...upkeep,
    }
    takeover.begin(() => standStill(parts))
    open.bus.on('model', () => shared?.talk.files.wake())
    open.bus.on('training', ({ status }) => {
      if (isOver(status)) shared?.talk.files.wake()
    })
    for (const words of found) log.warn({}, words)
    return {
      ...open,
      version: VERSION,
      lock,
      postgres: shared?.name ?? null,
      talk: shared?.talk ?? null,
      owner: () => shared?.owner ?? null,
      provider,
      inference,
      ...services,
      followed,
      exchangeSettings: settings,
      warnings: () => [...found, ...state.recovered.warnings],
      troubles: () => [
        ...troublesOf(open, upkeep.watch, state.recovered.lost),
        ...[takeover.words, shared?.trouble ?? null].filter((words) => words !== null),
      ],
      start: () => startAll(parts),
      stop: () => stopAll(parts),
    }
  } catch (error) {
    await shared?.stop()
    await open.close()
    throw error
  }
}

function inferenceOf(
  open: OpenWorkspace,
  provider: DataProvider,
  options: AppOptions & { readonly stopwatch: () => number; readonly fence: Fence | undefined },
): InferenceService {
  const {
    log,
    stopwatch,
    fence,
    checkEvery = 60,
    sessions = 'resume',
    inferenceProcesses = 1,
    feePctPerSide,
  } = options
  const settings = { log, stopwatch, checkEvery, sessions, inferenceProcesses, feePctPerSide, fence }
  const inference = liveInference(open, provider, settings)
  followCheckpoints(open, inference, told(log, 'a new checkpoint could not be told of'))
  return inference
}

function servicesOf(
  open: OpenWorkspace,
  provider: DataProvider,
  inference: InferenceService,
  { log, momentMegabytes }: AppOptions,
): Services {
  return {
    alerts: alertsOf(open, inference, told(log, 'an alert had a fault and goes on')),
    previews: previewsOf(open),
    dataSetHealth: dataSetHealthOf(open),
    forward: forwardOf(open, provider, log),
    moments: momentsOf(open, log, momentMegabytes),
    suggestions: new Suggestions(
      open,
      new SuggestionService({ workspace: open.workspace.root, database: open.database.choice }),
    ),
  }
}

function troublesOf(open: OpenWorkspace, watch: Parts['watch'], lost: string | null): string[] {
  return [
    ...(watch.damage === null ? [] : [damagedWords(open.workspace, watch.damage)]),
    ...(lost === null ? [] : [lost]),
  ]
}
