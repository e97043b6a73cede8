// What GET /api/health and the `health` event say.
import type { HealthOut } from '../contract/market.ts'
import { toIso } from '../core/time.ts'
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

const STATUS = { connecting: 'starting', streaming: 'ok', ended: 'ok', stale: 'degraded' } as const
