// GET /metrics: Prometheus text about this process, its requests and its signals.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { LiveChecksOut } from '../../contract/live-checks.ts'
import type { SignalOut } from '../../contract/inference.ts'
import type { Server } from '../typed.ts'

export interface Metrics {
  signal(signal: SignalOut): void
}

export interface Readings {
  readonly eventClients: () => number
  /** Rejections that nobody caught, since the start. */
  readonly unhandled: () => number
  /** Live seconds that were compared with what is stored, and those of them that it tells otherwise. */
  readonly checks: () => LiveChecksOut
  /** Market states made for live sessions. */
  readonly states: () => number
}

export function metricsRoute(server: Server, { eventClients, unhandled, checks, states }: Readings): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  observeRequests(server, registry)
  registry.registerMetric(gauge('annotate_event_clients', 'Clients of the event stream.', eventClients))
  registry.registerMetric(
    gauge('annotate_unhandled_rejections', 'Failures that nobody caught, since the start.', unhandled),
  )
  registry.registerMetric(
    gauge('annotate_live_states', 'Market states made for live sessions: one a market’s second.', states),
  )
  registry.registerMetric(
    gauge('annotate_live_checked_seconds', 'Live seconds compared with the store.', () => checks().checked),
  )
  registry.registerMetric(
    gauge(
      'annotate_live_mismatched_seconds',
      'Those of them that the store tells otherwise than they were seen.',
      () => checks().mismatched,
    ),
  )
  server.get('/metrics', async (_request, reply) => {
    return reply.type(registry.contentType).send(await registry.metrics())
  })
  return { signal: signalMeter(registry) }
}

function gauge(name: string, help: string, read: () => number): Gauge {
  return new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(read())
    },
  })
}

function observeRequests(server: Server, registry: Registry): void {
  const seconds = new Histogram({
    name: 'annotate_http_request_seconds',
    help: 'Time from request to answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
    registers: [registry],
  })
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
  })
}

function signalMeter(registry: Registry): (signal: SignalOut) => void {
  const count = new Counter({
    name: 'annotate_signals_total',
    help: 'Signals by model, action and reason to abstain.',
    labelNames: ['model', 'action', 'reason'],
    registers: [registry],
  })
  const latency = new Histogram({
    name: 'annotate_signal_latency_ms',
    help: 'From the end of the second to the signal, in milliseconds.',
    labelNames: ['model'],
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000],
    registers: [registry],
  })
  return ({ model, action, reason, latency_ms }) => {
    count.inc({ model, action, reason: reason ?? '' })
    latency.observe({ model }, latency_ms)
  }
}
