// The parts of a server, each of the workspace and of what it has to tell.
import type { AnnotationOut } from '../contract/annotations.ts'
import { at } from '../core/at.ts'
import { parseInstant, toIso } from '../core/time.ts'
import type { SessionsPolicy } from '../inference/parts.ts'
import { ForwardService } from '../inference/forward/forward-service.ts'
import type { Fence } from '../inference/grouped-writes.ts'
import { InferenceService } from '../inference/service.ts'
import { DatabaseWatch } from '../keeping/database-watch.ts'
import { createDataProvider } from '../market/live-provider.ts'
import type { DataProvider } from '../market/provider.ts'
import type { MarketSource } from '../market/sources/source.ts'
import { placeOf } from '../core/postgres/lease.ts'
import { MomentService } from '../moments/moment-service.ts'
import type { Focus } from '../moments/wanted.ts'
import { HealthService } from '../training/health/health-service.ts'
import { PreviewService } from '../training/preview/preview-service.ts'
import { barriersFor } from './call-barriers.ts'
import { CaseChecks } from './case-checks.ts'
import type { Log } from './logger.ts'
import { damagedWords } from './lost-marks.ts'
import type { OpenWorkspace } from './open-workspace.ts'

export function marketOf(
  { store, reader, books }: OpenWorkspace,
  sources: readonly MarketSource[],
  log: Log,
): DataProvider {
  return createDataProvider({
    store,
    reader,
    books,
    source: at(sources, 0),
    others: sources.slice(1),
    onFault: (error) => log.error({ err: error }, 'the market had a fault and goes on'),
  })
}

interface LiveOptions {
  readonly log: Log
  readonly stopwatch: () => number
  readonly checkEvery: number
  readonly sessions: SessionsPolicy
  readonly inferenceProcesses: number
  readonly feePctPerSide: number | undefined
  readonly fence: Fence | undefined
}

export function liveInference(
  { database, reader, books, orchestrator, annotations, clock, bus }: OpenWorkspace,
  provider: DataProvider,
  { log, stopwatch, checkEvery, sessions, inferenceProcesses, feePctPerSide, fence }: LiveOptions,
): InferenceService {
  return new InferenceService({
    database,
    ...(fence === undefined ? {} : { fence }),
    provider,
    books,
    check: { stored: { reader, books }, every: checkEvery },
    orchestrator,
    processes: {
      most: inferenceProcesses,
      stopwatch,
      onDeath: (error) => log.error({ err: error }, 'live models are started again'),
    },
    barriers: (checkpoint, on) => barriersFor(annotations, checkpoint, on, feePctPerSide),
    clock,
    bus,
    stopwatch,
    onMismatch: (session, { second, place }) =>
      log.error({ session, second: toIso(second), place }, 'what is stored is not what was shown live'),
    sessions,
    onFault: (session, error) => log.error({ session, err: error }, 'a live session had a fault'),
  })
}

export function momentsOf(
  { workspace, database, annotations, bus }: OpenWorkspace,
  log: Log,
  megabytes?: number,
): MomentService {
  const { postgres } = database.choice
  const moments = new MomentService({
    workspace: workspace.root,
    ...(postgres === null ? {} : { shared: { url: postgres, id: placeOf(workspace) } }),
    ...(megabytes === undefined ? {} : { megabytes }),
    focus: async () => (await annotations.list()).map(entryMoment),
    onFault: (error) => log.error({ err: error }, 'the table of moments had a fault and is begun again'),
  })
  bus.on('annotation', () => moments.refocus())
  return moments
}

/** A replay's calls do not count, and wake nobody. */
export function forwardOf(
  { database, clock, bus }: OpenWorkspace,
  provider: DataProvider,
  log: Log,
): ForwardService {
  const forward = new ForwardService({
    database: database.choice,
    clock,
    onFault: (error) => log.error({ err: error }, 'forward records could not be brought up to now'),
  })
  bus.on('call', ({ outcome }) => {
    if (outcome !== 'open' && provider.status().kind !== 'replay') forward.callEnded()
  })
  return forward
}

export function databaseWatch({ workspace }: OpenWorkspace, log: Log): DatabaseWatch {
  return new DatabaseWatch({
    database: workspace.database,
    onDamage: (fault) => log.error({}, damagedWords(workspace, fault)),
    onFault: (error) => log.error({ err: error }, 'the database could not be looked through'),
  })
}

/** @param isDue whether they are this server's to do */
export function caseChecks({ testCases, bus }: OpenWorkspace, log: Log, isDue: () => boolean): CaseChecks {
  return new CaseChecks({
    testCases: { compareNext: async (onChanged) => isDue() && testCases.compareNext(onChanged) },
    onChanged: (state) => bus.emit('test_case', state),
    onFault: (error) => log.error({ err: error }, 'a test case could not be compared with the market'),
  })
}

export function previewsOf({ workspace, database, clock, bus }: OpenWorkspace): PreviewService {
  const previews = new PreviewService({ workspace: workspace.root, database: database.choice, clock })
  bus.on('annotation', ({ annotation }) => previews.changed(annotation))
  bus.on('reviewed_spans', (market) => previews.changed(market))
  bus.on('rejected_holds', (market) => previews.changed(market))
  return previews
}

export function dataSetHealthOf({ workspace, database, clock, bus }: OpenWorkspace): HealthService {
  const health = new HealthService({ workspace: workspace.root, database: database.choice, clock })
  for (const change of ['annotation', 'reviewed_spans', 'rejected_holds', 'test_case'] as const) {
    bus.on(change, () => health.changed())
  }
  return health
}

function entryMoment({ venue, symbol, entry }: AnnotationOut): Focus {
  return { market: { venue, symbol }, at: parseInstant(entry.timestamp, 'entry.timestamp') }
}
