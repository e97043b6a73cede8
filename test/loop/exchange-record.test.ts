// What `annotate record` wrote, replayed, is what a live server saw at the same time: the same states and the same signals, bit for bit.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SignalOut } from '../../src/contract/inference.ts'
import { systemClock } from '../../src/core/clock.ts'
import { epochMs, type EpochMs } from '../../src/core/time.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { marketStateAt } from '../../src/market-state/state.ts'
import { createApp, type App } from '../../src/server/app.ts'
import type { SourceOptions } from '../../src/server/source.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { annotate, start, stop, type Running } from '../unit/cli/annotate.ts'
import { EAGER, publishUntrained } from '../unit/inference/checkpoint.ts'
import { until } from '../patience.ts'

const MARKET = { venue: 'binance', symbol: 'ETH/USDT' }
const OTHER = { venue: 'binance', symbol: 'BTC/USDT' }
const LIVE_SECONDS = 12

let exchange: LocalBinance
let folder: string
let settings: string
beforeAll(async () => {
  exchange = await new LocalBinance({ symbols: ['ETHUSDT', 'BTCUSDT'] }).open()
  folder = await mkdtemp(join(tmpdir(), 'annotate-record-'))
  settings = join(folder, 'settings.json')
  await writeFile(settings, JSON.stringify(exchange.settings()))
})
afterAll(async () => {
  await exchange.close()
  await rm(folder, { recursive: true, force: true })
})

/** What a second came to: the state's bytes, and the signal as far as it does not depend on when it was made. */
interface Seen {
  readonly states: Map<EpochMs, string>
  readonly signals: Map<EpochMs, string>
}

async function watch(root: string, source: SourceOptions): Promise<{ app: App; seen: Seen }> {
  const workspace = workspaceAt(root)
  await publishUntrained(workspace.checkpoints, { rule: EAGER, calibration: null })
  const log = pino({ level: 'silent' })
  const app = await createApp({
    workspace,
    clock: systemClock,
    source,
    exchangeSettings: exchange.settings(),
    log,
  })
  const seen: Seen = { states: new Map(), signals: new Map() }
  app.bus.on('signal', (signal) => seen.signals.set(epochMs(Date.parse(signal.timestamp)), essence(signal)))
  app.provider.onSecond(MARKET, async (second) => {
    const slice = await app.provider.slice(MARKET, { from: second, to: second })
    if (slice.series['1s'].covered.at(-1)?.to !== second) return
    seen.states.set(second, JSON.stringify(stateOf(slice, second)))
  })
  await app.inference.start({ model: 'cnn', ...MARKET })
  await app.start()
  return { app, seen }
}

function stateOf(slice: Parameters<typeof marketStateAt>[0], second: EpochMs): unknown {
  const { candles, gaps } = marketStateAt(slice, second)
  const columns = Object.entries(candles).map(([timeframe, of]) => [
    timeframe,
    Object.entries(of).map(([name, values]) => [name, [...(values as Float64Array)]]),
  ])
  return { columns, gaps }
}

function essence({ timestamp, action, scores, price, reason }: SignalOut): string {
  return JSON.stringify({ timestamp, action, scores, price, reason })
}

interface Recorded {
  symbol: string
  from: string
  to: string
  trades: number
  gaps: unknown[]
  late_seconds: number
}

const recording = (place: string, ...args: string[]): Running =>
  start('record', '--exchange-settings', settings, '--workspace', join(folder, place), '--json', ...args)

describe('record', () => {
  const live: Seen = { states: new Map(), signals: new Map() }
  let recorded: Recorded[]

  it('writes several symbols, tells how it goes, and ends within two seconds with everything durable', async () => {
    const record = recording(
      'recorded',
      '--exchange',
      'binance',
      '--symbol',
      'ETH/USDT',
      '--symbol',
      'BTC/USDT',
    )
    await until('the stream', () => record.stderr().includes('2 of 2 markets stream'))
    const { app, seen } = await watch(join(folder, 'live'), { kind: 'exchange', markets: [MARKET] })
    await until('signals', () => seen.signals.size >= LIVE_SECONDS)
    for (const [second, text] of seen.states) live.states.set(second, text)
    for (const [second, text] of seen.signals) live.signals.set(second, text)
    expect(app.provider.status().lateSeconds).toBe(0)
    await app.stop()
    await sleep(500)
    const { code, ms } = await stop(record)
    expect([code, ms < 2000]).toEqual([0, true])
    recorded = (JSON.parse(record.stdout()) as { recorded: Recorded[] }).recorded
    expect(recorded.map(({ symbol }) => symbol)).toEqual(['ETH/USDT', 'BTC/USDT'])
    for (const each of recorded) expect(each).toMatchObject({ gaps: [], late_seconds: 0 })
  })

  it('holds every trade of each symbol', async () => {
    for (const [index, market] of [MARKET, OTHER].entries()) {
      const { from, to, trades } = recorded[index]!
      const truth = exchange
        .tradesOf(index === 0 ? 'ETHUSDT' : 'BTCUSDT')
        .filter(({ time }) => time >= Date.parse(from) && time < Date.parse(to))
      expect(truth.length).toBeGreaterThan(20)
      expect(trades).toBeGreaterThanOrEqual(truth.length)
      const source: SourceOptions = { kind: 'replay', ...market, from: epochMs(Date.parse(from)), speed: 1 }
      const log = pino({ level: 'silent' })
      const app = await createApp({
        workspace: workspaceAt(join(folder, 'recorded')),
        clock: systemClock,
        source,
        log,
      })
      const range = { from: epochMs(Date.parse(from)), to: epochMs(Date.parse(to)) }
      const stored = await app.provider.trades(market, range)
      expect(stored.map(({ id, price, amount }) => [id, price, amount])).toEqual(
        truth.map(({ id, price, amount }) => [String(id), Number(price), Number(amount)]),
      )
      await app.stop()
    }
  })

  it('replays to the states and signals that a live server had in those seconds', async () => {
    // What a server did not answer because it was still connecting, a replay knows: it begins where the answers do, as the calls depend on that.
    const answered = [...live.signals].filter(([, text]) => text.includes('"reason":null'))
    const from = epochMs(Math.min(...answered.map(([second]) => second)))
    const { app, seen } = await watch(join(folder, 'recorded'), {
      kind: 'replay',
      ...MARKET,
      from,
      speed: 1000,
    })
    await until('the end', () => app.provider.status().state === 'ended')
    await app.stop()
    expect(answered.length).toBeGreaterThan(LIVE_SECONDS / 2)
    expect(live.states.size).toBeGreaterThan(LIVE_SECONDS / 2)
    for (const [second, text] of answered) expect(seen.signals.get(second)).toBe(text)
    for (const [second, text] of live.states) if (second >= from) expect(seen.states.get(second)).toBe(text)
  })

  it('ends by itself after --seconds, and goes on in the same workspace', async () => {
    const again = recording('recorded', '--market', 'binance:BTC/USDT', '--seconds', '4')
    const code = await new Promise((resolve) => again.process.on('close', resolve))
    expect(code).toBe(0)
    const [btc] = (JSON.parse(again.stdout()) as { recorded: Recorded[] }).recorded
    expect(btc).toMatchObject({ symbol: 'BTC/USDT', gaps: [] })
    expect(btc!.trades).toBeGreaterThan(0)
  })

  it.each([
    [[], 'Nothing to record'],
    [['--symbol', 'ETH/USDT'], '--exchange'],
    [['--exchange', 'binance', '--symbol', 'ETH/EUR'], 'no ETH/EUR on Binance'],
  ])('refuses %j in words', async (args, words) => {
    const place = ['--exchange-settings', settings, '--workspace', join(folder, 'wrong')]
    const { code, stderr } = await annotate('record', ...place, ...args)
    expect(code).toBe(1)
    expect(stderr).toContain(words)
  })
})
