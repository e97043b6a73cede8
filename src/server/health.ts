// What GET /api/health and the `health` event say.
import type { LiveChecksOut } from '../contract/live-checks.ts'
import type { DataSourceOut, HealthOut } from '../contract/market.ts'
import { MINUTE, SECOND, toIso } from '../core/time.ts'
import { at } from '../core/at.ts'
import type { ProviderStatus } from '../market/provider.ts'
import type { ConnectionReport } from '../market/sources/source.ts'
import type { App } from './app.ts'
import { workspaceTrouble } from './workspace-trouble.ts'
import { bookStreamOut } from './order-books.ts'

export async function describeHealth(app: App): Promise<HealthOut> {
  const sources = app.provider.statuses().map((status) => sourceOut(status, app.followerOf(status.market)))
  const primary = at(sources, 0)
  const trouble = await workspaceTrouble(app.workspace)
  const clock = clockTrouble(app)
  const { checks, processes } = app.inference
  const troubles = [
    ...(trouble === null ? [] : [trouble.message]),
    ...app.troubles(),
    ...(processes.trouble === null ? [] : [`model_failed: ${processes.trouble}`]),
    ...(checks.mismatched === 0 ? [] : [mismatchWords(checks)]),
  ]
  const { active, signals } = await app.inference.record.counts()
  const isOwner = app.talk?.isOwner ?? true
  return {
    status: troubles.length === 0 && clock?.degrades !== true ? STATUS[primary.state] : 'degraded',
    version: app.version,
    now: toIso(app.provider.clock.now()),
    data_source: primary,
    data_sources: sources,
    counts: {
      annotations: await app.annotations.count(),
      // Their files are the owner's: each annotation has one there.
      test_cases: isOwner ? await app.testCases.count() : await app.annotations.count(),
      reviewed_spans: await app.reviewedSpans.count(),
      training_runs: await app.training.count(),
      active_sessions: active,
      signals,
    },
    moments: app.moments.progress,
    live_checks: checks,
    live_processes: { running: processes.pids.length, deaths: processes.deaths },
    database: databaseOut(app),
    warnings: [...troubles, ...(clock === null ? [] : [clock.words]), ...app.warnings()],
  }
}

function databaseOut(app: App): HealthOut['database'] {
  const { postgres, talk } = app
  if (talk === null) return { kind: 'sqlite', name: null, owner: null, is_owner: true }
  return { kind: 'postgres', name: postgres, owner: app.owner(), is_owner: talk.isOwner }
}

function mismatchWords({ checked, mismatched }: LiveChecksOut): string {
  return `live_differs: Of ${checked} live seconds that were compared with what is stored, ${mismatched} were not what the model was shown. The sessions’ warnings say where.`
}

function sourceOut(source: ProviderStatus, server: string | null): DataSourceOut {
  return {
    kind: source.kind,
    venue: source.market.venue,
    symbol: source.market.symbol,
    simulated: source.simulated,
    server,
    state: source.state,
    speed: source.speed,
    last_event: source.lastEvent === null ? null : toIso(source.lastEvent),
    lag_ms: source.lagMs,
    late_seconds: source.lateSeconds,
    book_seconds: source.bookSeconds,
    connection: source.connection === null ? null : connectionOut(source.connection),
  }
}

interface ClockTrouble {
  readonly words: string
  /** Whether the market that is served goes by another time than the machine, or it has been but a minute. */
  readonly degrades: boolean
}

function clockTrouble({ clock, provider }: App): ClockTrouble | null {
  const { setBack } = clock
  if (setBack === undefined || setBack === null) return null
  const { at: noticed, by, ahead } = setBack
  const seconds = (ms: number): string => `${Math.round(ms / SECOND)} s`
  const words = `clock_went_back: This machine’s clock was set back by ${seconds(by)} at ${toIso(noticed)}. The server goes on in order, ${seconds(ahead)} ahead of it; start it again to have both at one time.`
  return { words, degrades: provider.status().kind === 'demo' || clock.now() - noticed < MINUTE }
}

function connectionOut(report: ConnectionReport): NonNullable<DataSourceOut['connection']> {
  return {
    connected: report.connected,
    grace_ms: report.graceMs,
    clock_offset_ms: report.clockOffsetMs,
    clock_doubted: report.clockDoubted,
    trade_lag_ms: report.tradeLagMs,
    reconnects: report.reconnects,
    holes_filled: report.holesFilled,
    gaps: report.gaps,
    malformed_messages: report.malformed,
    trouble: report.trouble,
    order_book: report.orderBook === null ? null : bookStreamOut(report.orderBook),
  }
}

const STATUS = { connecting: 'starting', streaming: 'ok', ended: 'ok', stale: 'degraded' } as const
