// The composition root: the rooms over a workspace, a market that moves, and live inference on it.
import type { AlertService } from '../alerts/alert-service.ts'
import { isOver } from '../contract/run-over.ts'
import type { AppError } from '../core/errors.ts'
import type { ExchangeSettings } from '../market/exchange/settings.ts'
import type { DataProvider } from '../market/provider.ts'
import type { Market } from '../market/types.ts'
import type { Fence } from '../inference/grouped-writes.ts'
import type { SessionsPolicy } from '../inference/parts.ts'
import type { InferenceService } from '../inference/service.ts'
import { followCheckpoints } from './new-checkpoints.ts'
import type { MomentService } from '../moments/moment-service.ts'
import { SuggestionService } from '../training/suggestions/suggestion-service.ts'
import type { HealthService } from '../training/health/health-service.ts'
import type { PreviewService } from '../training/preview/preview-service.ts'
import { Suggestions } from './suggestions.ts'
import { BesideMarkets, couldFollow } from './beside/beside-markets.ts'
import { fenceBy } from './beside/fence.ts'
import { hearing } from './beside/heard.ts'
import type { Talk } from './beside/talk.ts'
import { told, type Log } from './logger.ts'
import { lockWorkspace, type WorkspaceLock } from './workspace-lock.ts'
import { openServed, type Joining, type ServedWorkspace } from './open-served.ts'
import type { OpenWorkspace, WorkspaceOptions } from './open-workspace.ts'
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
import { FollowedMarkets, type Among } from './followed-markets.ts'
import { serverClocks, type ServerClocks } from './clocks.ts'
import { standStill, startAll, stopAll, type Parts, type Services } from './life.ts'
import { damagedWords } from './lost-marks.ts'
import { NOTHING_RECOVERED, recover } from './recovery.ts'
import type { SharedDatabase } from './shared-database.ts'
import { Takeover } from './takeover.ts'
import {
  createSources,
  exchangePool,
  exchangeSource,
  marketsOf,
  openSource,
  type SourceOptions,
} from './source.ts'
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

export interface App extends OpenWorkspace {
  readonly version: string
  readonly lock: WorkspaceLock
  /** Which database serves: `user@host:port/database`; null: the workspace's own file. */
  readonly postgres: string | null
  /** Between servers on one PostgreSQL; null: the workspace's own file has all. */
  readonly talk: Talk | null
  /** `machine:folder` of the server that trains, sends alerts and does all else that is of no followed market; null where there is no PostgreSQL. */
  readonly owner: () => string | null
  /** The same of the server that follows a market and answers live there; null where none does now, and where there is no PostgreSQL. */
  readonly followerOf: (market: Market) => string | null
  /** What other servers have stored of the markets by now is here when it resolves. */
  readonly caughtUp: () => Promise<void>
  /** What was stored of a market here is there for the others when it resolves. */
  readonly logged: (market: Market) => Promise<void>
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
  /** What a user should know, in words: files that could not be repaired, sessions that ended, forward records that are behind. */
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

const stopwatch = (): number => performance.now()

async function assemble(options: AppOptions, lock: WorkspaceLock): Promise<App> {
  const { log, exchangeSettings: settings = {} } = options
  const clocks = serverClocks(options.clock, stopwatch)
  const onFault = told(log, 'a training run or a backtest could not be stored')
  const takeover = new Takeover(options)
  const workspace = { ...options, clock: clocks.utc, onFault }
  const joining = joiningOf(options, takeover)
  const { open, shared, found } = await openServed(workspace, options.postgres ?? null, joining)
  const isOwner = (): boolean => shared?.isOwner ?? true
  try {
    const moving = await movingOf({ open, shared }, options, clocks)
    const { provider, inference, followed } = moving
    const services = servicesOf(open, provider, inference, options)
    const isOurs = (market: Market): boolean => shared?.markets.shares.isFollowed(market) !== true
    const recovered = isOwner() ? await recover(open, inference, log, isOurs) : NOTHING_RECOVERED
    const state = { recovered }
    const upkeep = { watch: databaseWatch(open, log), checks: caseChecks(open, log, isOwner) }
    const parts = {
      open,
      shared,
      ...moving,
      lock,
      log,
      state,
      ...services,
      ...upkeep,
    }
    if (shared !== null) goByOthers(shared, parts)
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
      followerOf: (market) => shared?.markets.followerOf(market) ?? null,
      caughtUp: async () => shared?.markets.caughtUp(),
      logged: async (market) => shared?.markets.logged(market),
      provider,
      inference,
      ...services,
      followed,
      exchangeSettings: settings,
      warnings: () => [...found, ...state.recovered.warnings, ...forwardTrouble(services)],
      troubles: () => [
        ...troublesOf(open, upkeep.watch, state.recovered.lost),
        ...[takeover.words, shared?.markets.trouble ?? null].filter((words) => words !== null),
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

/** The markets, and what answers live on them. */
async function movingOf(
  { open, shared }: Pick<ServedWorkspace, 'open' | 'shared'>,
  options: AppOptions,
  clocks: ServerClocks,
): Promise<Pick<Parts, 'beside' | 'provider' | 'inference' | 'followed'>> {
  const exchanges = exchangePool(options.exchangeSettings ?? {}, clocks)
  const around = { exchanges, clocks, reader: open.reader }
  const sources = await createSources(options.source, around)
  const beside = new BesideMarkets({
    sources,
    open: (market) => openSource(market, options.source, around),
    clock: clocks.utc,
  })
  const provider = marketOf(open, shared === null ? sources : beside.sources, options.log)
  const fence = shared === null ? undefined : fenceBy((market) => shared.markets.heldOf(market))
  const inference = inferenceOf(open, provider, { ...options, fence })
  const followed = new FollowedMarkets({
    provider,
    inference,
    open: (market) => exchangeSource(market, exchanges, clocks),
    among: shared === null ? null : amongServers(shared, beside, provider),
  })
  return { beside, provider, inference, followed }
}

function joiningOf({ source, mayBeBeside = false, log }: AppOptions, takeover: Takeover): Joining {
  return {
    mayBeBeside,
    follows: marketsOf(source),
    couldFollow: (market) => couldFollow(source, market),
    onFault: told(log, 'markets and their logs do not follow each other'),
    onLost: (error) => takeover.happened(error),
    onSaid: (words) => log.warn({}, words),
  }
}

function goByOthers(shared: SharedDatabase, parts: Parts): void {
  const heard = hearing({
    ...parts,
    pull: () => shared.talk.files.pull(),
    isOwner: () => shared.isOwner,
    onFault: told(parts.log, 'what another server told could not be gone by'),
  })
  shared.talk.hear(heard)
}

function amongServers(shared: SharedDatabase, beside: BesideMarkets, provider: DataProvider): Among {
  return {
    async follow(source) {
      beside.prepare(provider, source)
      await shared.markets.follow(source.market)
    },
    async unfollow(market) {
      // Whoever has it then finds all of it in the log.
      await shared.markets.logged(market)
      await shared.markets.shares.remove(market)
    },
  }
}

function inferenceOf(
  open: OpenWorkspace,
  provider: DataProvider,
  options: AppOptions & { readonly fence: Fence | undefined },
): InferenceService {
  const { log, fence, checkEvery = 60, sessions = 'resume', inferenceProcesses = 1, feePctPerSide } = options
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

function forwardTrouble({ forward: { trouble } }: Services): string[] {
  return trouble === null ? [] : [trouble]
}

function troublesOf(open: OpenWorkspace, watch: Parts['watch'], lost: string | null): string[] {
  return [
    ...(watch.damage === null ? [] : [damagedWords(open.workspace, watch.damage)]),
    ...(lost === null ? [] : [lost]),
  ]
}
