// A server on the demo market in a process of its own, which says how late its event loop ran. Argument: workspace folder.
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import pino from 'pino'
import { systemClock } from '../../src/core/clock.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { createApp } from '../../src/server/app.ts'
import { serveHttp } from '../../src/server/http.ts'

/** How much later than asked the loop came round, in ms, of samples each millisecond. */
export interface Lag {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

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

await once(process, 'message')
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()
await once(process, 'message')
delay.disable()
const late = (ns: number): number => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS)
const lag: Lag = {
  p50: late(delay.percentile(50)),
  p99: late(delay.percentile(99)),
  max: late(delay.max),
}
process.send?.(lag)
await http.close()
await app.stop()
process.disconnect()
