// The composition root: the rooms over a workspace, a market that moves, and live inference on it.
import type { AlertService } from '../alerts/alert-service.ts'
import { testCaseId } from '../annotation/case-content.ts'
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
import { BesideMarkets } from './beside/beside-markets.ts'
import { fenceBy } from './beside/fence.ts'
import type { Talk } from './beside/talk.ts'
import type { Log } from './logger.ts'
import { lockWorkspace, type WorkspaceLock } from './workspace-lock.ts'
import { openServed, type ServedWorkspace } from './open-served.ts'
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
import { damagedWords, lostMarks } from './lost-marks.ts'
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

function told(log: Log, what: string): (error: unknown) => void {
  return (error) => log.error({ err: error }, what)
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

/** What works beside the market and live inference. */
function servicesOf(
  open: OpenWorkspace,
  provider: DataProvider,
  inference: InferenceService,
  { log, momentMegabytes }: AppOptions,
) {
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

type Services = ReturnType<typeof servicesOf>

interface Parts extends Services, Pick<ServedWorkspace, 'open' | 'shared'> {
  readonly beside: BesideMarkets
  readonly log: Log
  /** What was found by whoever became the owner. */
  readonly state: { recovered: Recovered }
  readonly provider: DataProvider
  readonly inference: InferenceService
  readonly followed: FollowedMarkets
  readonly lock: WorkspaceLock
  readonly watch: ReturnType<typeof databaseWatch>
  readonly checks: ReturnType<typeof caseChecks>
}

function troublesOf(open: OpenWorkspace, watch: Parts['watch'], lost: string | null): string[] {
  return [
    ...(watch.damage === null ? [] : [damagedWords(open.workspace, watch.damage)]),
    ...(lost === null ? [] : [lost]),
  ]
}

interface Recovered {
  readonly warnings: readonly string[]
  /** What the database no longer knows, in words; said once, not of each case. */
  readonly lost: string | null
}

const NOTHING_RECOVERED: Recovered = { warnings: [], lost: null }

/** What a crash left, or the owner before. */
async function recover(open: OpenWorkspace, inference: InferenceService, log: Log): Promise<Recovered> {
  await inference.recover()
  return recoverWork(open, log)
}

async function recoverWork(open: OpenWorkspace, log: Log): Promise<Recovered> {
  await open.orchestrator.recover()
  const report = await open.testCases.repair({ isShared: open.database.choice.postgres !== null })
  await open.training.recover()
  await open.backtests.recover()
  for (const id of report.rebuilt) log.info({}, `${id} was missing and has been written anew`)
  const lost = await lostMarks(open.workspace, open.testCases, open.annotations)
  const strays = new Set((await open.testCases.strays()).map(testCaseId))
  const warnings = report.faults
    .filter((fault) => !strays.has(fault.test_case_id))
    .map((fault) => `${fault.test_case_id}: ${fault.detail}`)
  for (const warning of lost === null ? warnings : [lost, ...warnings]) log.warn({}, warning)
  return { warnings, lost }
}

async function startAll(parts: Parts): Promise<void> {
  const { shared, beside, provider, inference, followed } = parts
  shared?.start({
    onMoved: (market) => beside.moved(provider, market),
    onOwned: () => becomeOwner(parts),
  })
  if (shared?.isOwner === false) return provider.start()
  await Promise.all([provider.start(), inference.resume((market) => followed.follow(market))])
  startServices(parts)
}

function startServices({ alerts, moments, forward }: Parts): void {
  alerts.start()
  moments.start()
  forward.start()
}

/** What the owner before did goes on here: live sessions first. What fails is told, and the rest goes on. */
async function becomeOwner(parts: Parts): Promise<void> {
  const { open, beside, provider, inference, followed, log, state } = parts
  const follow = (market: Market): Promise<unknown> => followed.follow(market)
  log.warn({}, 'the server that followed the markets is gone: this one does from now on')
  const steps = [
    () => inference.recover(),
    () => Promise.all([beside.takeOver(provider, follow), inference.resume(follow)]),
    async () => void (state.recovered = await recoverWork(open, log)),
  ]
  for (const step of steps)
    await step().catch(told(log, 'something of the server before could not be gone on with'))
  startServices(parts)
}

/** Sessions stay as they are, for whoever goes on with them. */
async function standStill({ provider, inference, alerts, forward }: Parts): Promise<void> {
  forward.stop()
  await inference.stopAll()
  await provider.stop()
  await alerts.stop()
}

async function stopAll(parts: Parts): Promise<void> {
  const { open, shared, provider, inference, lock, alerts } = parts
  await shared?.rest()
  parts.watch.stop()
  for (const service of ['followed', 'previews', 'dataSetHealth', 'forward', 'suggestions'] as const)
    parts[service].stop()
  // It is at the lowest priority in dying, too: others end meanwhile.
  const momentsEnded = parts.moments.stop()
  await parts.checks.stop()
  // A training is given half a second to save itself: whatever else ends does so meanwhile.
  const live = inference.stopAll().then(() => provider.stop())
  await Promise.all([live, open.training.stop(), open.backtests.stop()])
  await alerts.stop()
  await shared?.stop()
  await open.close()
  lock.release()
  await momentsEnded
}
