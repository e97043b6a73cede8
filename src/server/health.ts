// What GET /api/health and the `health` event say.
import type { HealthOut } from '../contract/market.ts'
import { toIso } from '../core/time.ts'
import type { ConnectionReport } from '../market/provider.ts'
import type { App } from './app.ts'

export async function describeHealth(app: App): Promise<HealthOut> {
  const source = app.provider.status()
  const { active, signals } = app.inference.counts()
  return {
    status: STATUS[source.state],
    version: app.version,
    now: toIso(app.provider.clock.now()),
    data_source: {
      kind: source.kind,
      venue: source.market.venue,
      symbol: source.market.symbol,
      simulated: source.simulated,
      state: source.state,
      speed: source.speed,
      last_event: source.lastEvent === null ? null : toIso(source.lastEvent),
      lag_ms: source.lagMs,
      late_seconds: source.lateSeconds,
      book_seconds: source.bookSeconds,
      connection: source.connection === null ? null : connectionOut(source.connection),
    },
    counts: {
      annotations: await app.annotations.count(),
      test_cases: await app.testCases.count(),
      reviewed_spans: (await app.reviewedSpans.list()).length,
      training_runs: app.training.list().length,
      active_sessions: active,
      signals,
    },
    warnings: [...app.warnings],
  }
}

function connectionOut(report: ConnectionReport): NonNullable<HealthOut['data_source']['connection']> {
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
  }
}

const STATUS = { connecting: 'starting', streaming: 'ok', ended: 'ok', stale: 'degraded' } as const
