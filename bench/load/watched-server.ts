// A server on the demo market in a process of its own, which says what it costs and how late its event loop runs. Argument: workspace folder.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import pino from 'pino'
import { systemClock } from '../../src/core/clock.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { createApp } from '../../src/server/app.ts'
import { serveHttp } from '../../src/server/http.ts'
import type { Figures } from './watched.ts'

const RESOLUTION_MS = 1
const NS_PER_MS = 1e6
const WARM_MS = 3_000

const logger = pino({ level: 'warn' })
const app = await createApp({
  workspace: workspaceAt(process.argv[2] ?? ''),
  clock: systemClock,
  source: { kind: 'demo', symbols: ['ETH/USDT'], seed: 1 },
  log: logger,
})
await app.start()
const http = await serveHttp(app, { host: '127.0.0.1', port: 0, logger })
await new Promise((done) => setTimeout(done, WARM_MS))
process.send?.(http.url)

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()

/** Since the last question. */
function figures(): Figures {
  const late = (ns: number): number => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS)
  const { user, system } = process.cpuUsage()
  const lag = { p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) }
  delay.reset()
  return { cpuMs: (user + system) / 1000, lag }
}

process.on('message', () => process.send?.(figures()))
process.on('disconnect', () => {
  void http.close().then(async () => app.stop())
})
