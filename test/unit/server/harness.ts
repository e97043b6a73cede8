// A real server over a real workspace, at a clock that stands still until it is moved: on the demo market, or on a few stored minutes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { ManualClock } from '../../../src/core/clock.ts'
import { epochMs } from '../../../src/core/time.ts'
import { workspaceAt, type Workspace } from '../../../src/core/workspace.ts'
import { importCandles } from '../../../src/market/importing/candles/import-candles.ts'
import { createApp, type App, type AppOptions } from '../../../src/server/app.ts'
import { serveHttp, type HttpOptions, type RunningServer } from '../../../src/server/http.ts'
import { openWorkspace } from '../../../src/server/open-workspace.ts'
import type { SourceOptions } from '../../../src/server/source.ts'
import { storeDemoPast } from '../../demo-past.ts'
import { prepare } from '../../prepared.ts'

/** When the tests' demo market stands. */
export const NOW = epochMs(Date.parse('2026-01-15T10:30:05Z'))

export interface Answer<T = Record<string, never>> {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  body: T
}

export interface CallOptions {
  body?: unknown
  /** Sent as it is, instead of `body` as JSON. */
  raw?: string | Uint8Array
  headers?: Record<string, string>
  /** The request's target as it is, not made tidy by URL. */
  path?: string
}

export interface Harness {
  workspace: Workspace
  clock: ManualClock
  app: App
  http: RunningServer
  call<T>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>
  /** Stops the server and starts another on the same workspace, as it was started unless told. `meanwhile` runs while there is none. */
  restart(
    changes?: Partial<Pick<AppOptions, 'source' | 'sessions'>>,
    meanwhile?: () => void | Promise<void>,
  ): Promise<void>
  /** Stops the server; its folder stays. */
  close(): Promise<void>
  /** Starts one again where it was closed. */
  open(): Promise<void>
  stop(): Promise<void>
}

/** The demo market has 120 days; `stored` is quick: five minutes of 1s candles that end at NOW, as a replay that stands still. */
export type TestMarket = 'demo' | 'stored'

const SOURCES: Record<TestMarket, SourceOptions> = {
  demo: { kind: 'demo', symbols: ['ETH/USDT'], seed: 1 },
  stored: { kind: 'replay', symbol: 'ETH/USDT', from: epochMs(NOW - 60_000), speed: 1 },
}

/** What a test asks of its server beside what is usual. */
export type TestServer = Partial<HttpOptions> &
  Pick<AppOptions, 'checkEvery' | 'postgres' | 'mayBeBeside'> & {
    /** Default: no rows of moments are made, which takes half a minute of a core for each server that lives so long. */
    readonly keepsMoments?: boolean
    /** Instead of what the market has stored otherwise, before the server starts. */
    readonly fill?: (workspace: Workspace) => void | Promise<void>
  }

export async function startServer(
  market: TestMarket,
  { fill, ...options }: TestServer = {},
): Promise<Harness> {
  const root = await mkdtemp(join(tmpdir(), 'annotate-server-'))
  const workspace = workspaceAt(root)
  const clock = new ManualClock(NOW)
  if (fill !== undefined) await fill(workspace)
  else if (market === 'stored') await storeMinutes(workspace, clock)
  else await prepare('demo-at-now', root, (folder) => storeDemoPast(folder, new ManualClock(NOW)))
  const harness: Harness = {
    workspace,
    clock,
    ...(await open({ workspace, clock, source: SOURCES[market] }, options)),
    call: (method, path, call = {}) => send(harness.http.url, method, path, call),
    async restart(changes = {}, meanwhile) {
      await close(harness)
      await meanwhile?.()
      Object.assign(harness, await open({ workspace, clock, source: SOURCES[market], ...changes }, options))
    },
    async close() {
      await close(harness)
    },
    async open() {
      Object.assign(harness, await open({ workspace, clock, source: SOURCES[market] }, options))
    },
    async stop() {
      await close(harness)
      await rm(root, { recursive: true, force: true })
    },
  }
  return harness
}

async function open(
  how: Omit<AppOptions, 'log'>,
  { checkEvery, postgres, mayBeBeside = false, keepsMoments = false, ...options }: Omit<TestServer, 'fill'>,
): Promise<{ app: App; http: RunningServer }> {
  const logger = pino({ level: 'silent' })
  const app = await createApp({
    ...how,
    ...(checkEvery === undefined ? {} : { checkEvery }),
    ...(postgres === undefined ? {} : { postgres, mayBeBeside }),
    ...(keepsMoments ? {} : { momentMegabytes: 0 }),
    log: logger,
  })
  await app.start()
  const http = await serveHttp(app, { host: '127.0.0.1', port: 0, logger, ...options })
  return { app, http }
}

async function close({ http, app }: Pick<Harness, 'http' | 'app'>): Promise<void> {
  await http.close()
  await app.stop()
}

async function storeMinutes(workspace: Workspace, clock: ManualClock): Promise<void> {
  const path = join(workspace.root, 'seconds.csv')
  const rows = Array.from(
    { length: 300 },
    (_, i) => `${NOW - (300 - i) * 1000},2400,2401,2399,2400.5,${i + 1}`,
  )
  await writeFile(path, `open_time_ms,open,high,low,close,volume\n${rows.join('\n')}\n`)
  const opened = openWorkspace({ workspace, clock })
  await importCandles({
    path,
    market: { venue: 'imported', symbol: 'ETH/USDT' },
    timeframe: '1s',
    sparse: false,
    store: opened.store,
  })
  await opened.close()
}

/** node's own client, because fetch does not let a test set Host. */
async function send<T>(
  url: string,
  method: string,
  path: string,
  { body, raw, headers = {}, path: target }: CallOptions,
): Promise<Answer<T>> {
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const type = content === undefined ? {} : { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, url),
      { ...(target === undefined ? {} : { path: target }), method, headers: { ...type, ...headers } },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => {
          const isJson = response.headers['content-type']?.includes('json') === true
          // HEAD says the type of a body that does not come.
          const parsed = (isJson && text !== '' ? JSON.parse(text) : {}) as T
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed })
        })
      },
    )
    sent.on('error', reject)
    sent.end(content)
  })
}
