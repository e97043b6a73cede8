// SIGTERM in the middle of everything: sixty markets of an exchange, sessions and a training end within two seconds, and all of it is kept.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SessionOut, SignalOut } from '../../src/contract/inference.ts'
import type { CandlesOut, HealthOut, MarketsOut } from '../../src/contract/market.ts'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import { systemClock } from '../../src/core/clock.ts'
import { epochMs } from '../../src/core/time.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { rangeOf } from '../../src/market/ranges.ts'
import { openWorkspace, type OpenWorkspace } from '../../src/server/open-workspace.ts'
import { InferenceStore } from '../../src/inference/store.ts'
import { holderOf } from '../../src/server/workspace-lock.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { patient, until } from '../patience.ts'
import { annotate, serve, type Served } from '../unit/cli/annotate.ts'

const MARKETS = 60
const BASES = ['ETH', ...Array.from({ length: MARKETS - 1 }, (_, n) => `S${n}`)]
const SESSIONS = BASES.slice(0, 3)
const root = mkdtempSync(join(tmpdir(), 'annotate-ends-'))
const workspace = workspaceAt(join(root, 'workspace'))
/** Enough of the tape lies behind for the marks, and before for the test. */
const PAST = 400_000
let exchange: LocalBinance
let server: Served

beforeAll(async () => {
  exchange = await new LocalBinance({ past: PAST, symbols: BASES.map((base) => `${base}USDT`) }).open()
  const settings = join(root, 'settings.json')
  writeFileSync(settings, JSON.stringify(exchange.settings()))
  const symbols = BASES.map((base) => `${base}/USDT`).join(',')
  const where = ['--workspace', workspace.root, '--exchange-settings', settings, '--moments', '4000']
  server = await serve('--source', 'exchange', '--exchange', 'binance', '--symbol', symbols, ...where)
  await until('the streams', areStreaming, { limit: 60_000, every: 1000 })
})
afterAll(async () => {
  server.running.process.kill('SIGKILL')
  await exchange.close()
  rmSync(root, { recursive: true, force: true })
})

async function ask<T>(path: string, body?: object): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const sent = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(new URL(path, server.url), sent)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

async function areStreaming(): Promise<boolean> {
  const { data_sources: sources } = await ask<HealthOut>('/api/health')
  return sources.length === MARKETS && sources.every(({ state }) => state === 'streaming')
}

/** A mark of a minute, so many seconds before the newest. */
async function mark(ago: number): Promise<void> {
  const path = `/api/candles?symbol=ETH/USDT&timeframe=1s&limit=${ago}`
  const { candles } = await ask<CandlesOut>(path)
  const [opened = 0, , , , entry = 0] = candles[0] ?? []
  const [left = 0, , , , exit = 0] = candles[60] ?? []
  await ask('/api/annotations', {
    symbol: 'ETH/USDT',
    direction: exit >= entry ? 'LONG' : 'SHORT',
    entry: { timestamp: opened + 1000, price: entry },
    exit: { timestamp: left + 1000, price: exit },
  })
}

async function train(body: object, is: (run: TrainingRunOut) => boolean): Promise<TrainingRunOut> {
  let run = await ask<TrainingRunOut>('/api/training-runs', body)
  const look = async (): Promise<boolean> => {
    run = await ask<TrainingRunOut>(`/api/training-runs/${run.id}`)
    if (run.status === 'FAILED') throw new Error(JSON.stringify(run.error))
    return is(run)
  }
  await until('the training', look, { limit: 60_000, every: 300, state: () => run })
  return run
}

/** The ids of a session's signals, once there are some. */
async function signalsOf({ id }: SessionOut): Promise<number[]> {
  const read = async (): Promise<SignalOut[]> =>
    (await ask<{ signals: SignalOut[] }>(`/api/signals?session=${id}`)).signals
  await until('a signal', async () => (await read()).length > 0, { every: 100 })
  return (await read()).map((signal) => signal.id)
}

/** Ends of what is stored of each market's seconds. */
async function storedUntil(): Promise<Map<string, number>> {
  const { markets } = await ask<MarketsOut>('/api/markets')
  return new Map(markets.map(({ symbol, stored }) => [symbol, Date.parse(stored['1s']?.to ?? '')]))
}

/** Every trade of the exchange that belongs to what is stored is stored, up to where it had come before the end, or later. */
async function expectWhole({ reader, store }: OpenWorkspace, known: Map<string, number>): Promise<void> {
  for (const base of BASES) {
    const market = { venue: 'binance', symbol: `${base}/USDT` }
    const { to = 0 } = (await reader.coverage(market, '1s')).at(-1) ?? {}
    expect(to).toBeGreaterThanOrEqual(known.get(market.symbol) ?? Infinity)
    const trades = await reader.trades(market, rangeOf(epochMs(to - PAST), epochMs(to)))
    const [first] = trades
    const told = exchange.past(to, `${base}USDT`).filter(({ time }) => time >= (first?.time ?? 0))
    expect(trades.map(({ time }) => time)).toEqual(told.map(({ time }) => time))
    const rows = store.sqlite.prepare('SELECT rows FROM import WHERE market = ? AND file = ?').raw()
    expect(rows.all([store.open(market), 'stream binance'])).toEqual([[trades.length]])
  }
}

/** Each session waits for the next server, and has the signals that were answered. */
async function expectLeft(
  { database }: OpenWorkspace,
  sessions: readonly SessionOut[],
  known: readonly (readonly number[])[],
): Promise<void> {
  const store = new InferenceStore(database)
  for (const [index, { id }] of sessions.entries()) {
    expect(await store.session(id)).toMatchObject({ state: 'running', stop_reason: null })
    const kept = (await store.signals({ session: id, limit: 10_000 })).map((signal) => signal.id)
    expect(kept).toEqual(expect.arrayContaining([...(known[index] ?? [])]))
  }
}

it(`ends ${MARKETS} streams, sessions and a training within two seconds, and keeps all of it`, async () => {
  for (const ago of [300, 200, 100]) await mark(ago)
  await train({ model: 'instant', seed: 1 }, ({ status }) => status === 'COMPLETED')
  const sessions = await Promise.all(
    SESSIONS.map((base) =>
      ask<SessionOut>('/api/inference-sessions', { model: 'instant', symbol: `${base}/USDT` }),
    ),
  )
  const run = await train(
    { model: 'cnn', seed: 1, epochs: 10_000, views: 2 },
    ({ current_epoch: epoch }) => epoch > 0,
  )
  const signals = await Promise.all(sessions.map(signalsOf))
  await until('the streams beside the training', areStreaming, { limit: 60_000, every: 1000 })
  const known = await storedUntil()

  const { code, ms } = await server.stop()
  console.log(`ended in ${Math.round(ms)} ms`)
  expect(code, server.running.stderr()).toBe(0)
  expect(ms).toBeLessThan(patient(2000))

  expect(holderOf(workspace)).toBeNull()
  const open = openWorkspace({ workspace, clock: systemClock })
  try {
    await expectWhole(open, known)
    await expectLeft(open, sessions, signals)
    expect(await open.annotations.count()).toBe(3)
    expect(await open.training.get(run.id)).toMatchObject({ status: 'INTERRUPTED' })
  } finally {
    await open.close()
  }
  const { code: sound, stdout, stderr } = await annotate('doctor', '--workspace', workspace.root)
  expect(sound, stdout + stderr).toBe(0)
})
