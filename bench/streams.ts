// Real markets under load: 50 symbols of an exchange through ccxt to stored candles, memory meanwhile, catching up after a break, bytes a candle.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { systemClock } from '../src/core/clock.ts'
import { openDatabase } from '../src/core/database.ts'
import { epochMs, HOUR, MINUTE, SECOND } from '../src/core/time.ts'
import { createExchangeSource } from '../src/market/exchange/exchange-source.ts'
import type { ExchangeSettings } from '../src/market/exchange/settings.ts'
import { ExchangePool } from '../src/market/exchange/shared-exchange.ts'
import { createDataProvider } from '../src/market/live-provider.ts'
import type { DataProvider } from '../src/market/provider.ts'
import { createMarketReader } from '../src/market/reader.ts'
import { rangeOf } from '../src/market/ranges.ts'
import { openMarketStore, type MarketStore } from '../src/market/store/market-store.ts'
import { marketMigrations } from '../src/market/store/schema.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'Streams'
export const onRequest = true

interface Work {
  readonly symbols: number
  readonly seconds: number
  /** Seconds before the measured ones. */
  readonly warmUp: number
  /** Length of the break that is caught up, ms. */
  readonly away: number
  readonly candles: number
}
const WORK: Readonly<Record<Effort, Work>> = {
  full: {
    symbols: Number(process.env['STREAMS_SYMBOLS'] ?? 50),
    /** Long enough to see whether memory grows: `STREAMS_SECONDS=600`. */
    seconds: Number(process.env['STREAMS_SECONDS'] ?? 60),
    warmUp: 15,
    away: HOUR,
    candles: 1_000_000,
  },
  short: { symbols: 2, seconds: 6, warmUp: 1, away: MINUTE, candles: 50_000 },
}
const RATE = 200
/** What ETH/USDT had in the recording. */
const USUAL_RATE = 22

export async function run(effort: Effort): Promise<Row[]> {
  const work = WORK[effort]
  return [...(await load(work)), ...(await catchUp(work)), ...size(work)]
}

interface Exchange {
  readonly process: ChildProcess
  readonly settings: ExchangeSettings
  readonly began: number
  readonly firstId: number
}

async function openExchange(symbols: number, rate: number): Promise<Exchange> {
  const file = fileURLToPath(new URL('load/exchange.ts', import.meta.url))
  const child = fork(file, [`${symbols}`, `${rate}`])
  const [hello] = (await once(child, 'message')) as [{ port: number; began: number; firstId: number }]
  const rest = `http://127.0.0.1:${hello.port}/api/v3`
  const socket = `ws://127.0.0.1:${hello.port}/stream/ws`
  const settings = {
    urls: { api: { public: rest, v1: rest, ws: { spot: socket } } },
    rateLimit: 1,
    timeout: 20_000,
  }
  return { process: child, settings, began: hello.began, firstId: hello.firstId }
}

interface Streaming {
  readonly provider: DataProvider
  readonly store: MarketStore
  readonly faults: unknown[]
  stop(): Promise<void>
}

async function stream(folder: string, exchange: Exchange, symbols: number): Promise<Streaming> {
  const pool = new ExchangePool(exchange.settings, systemClock)
  const names = Array.from({ length: symbols }, (_, index) => `S${index}/USDT`)
  const sources = await Promise.all(
    names.map((symbol) => createExchangeSource({ exchange: 'binance', symbol, pool, books: false })),
  )
  const { sqlite, close } = openDatabase(join(folder, 'annotate.db'), marketMigrations)
  const store = openMarketStore(sqlite)
  const faults: unknown[] = []
  const provider = createDataProvider({
    store,
    reader: createMarketReader(store),
    source: sources[0]!,
    others: sources.slice(1),
    onFault: (error) => faults.push(error),
  })
  await provider.start()
  const stop = async (): Promise<void> => {
    await provider.stop()
    await close()
  }
  return { provider, store, faults, stop }
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10
const isStreaming = (provider: DataProvider): boolean => provider.statuses().every(({ trades }) => trades > 0)

async function until(is: () => boolean, what: string, patience = 10 * MINUTE): Promise<void> {
  const end = performance.now() + patience
  while (!is()) {
    if (performance.now() > end) throw new Error(`${what} has not come`)
    await sleep(20)
  }
}

function load(work: Work): Promise<Row[]> {
  const { symbols, warmUp } = work
  return inFolder(async (folder) => {
    const exchange = await openExchange(symbols, RATE)
    const began = performance.now()
    const { provider, store, faults, stop } = await stream(folder, exchange, symbols)
    try {
      await until(() => isStreaming(provider), 'the stream')
      const ready = performance.now() - began
      await sleep(warmUp * SECOND)
      const measured = await measure(provider, work)
      await sleep(2 * SECOND)
      const wrong = check(store, exchange, { ...work, from: measured.from })
      const sum = (of: (status: ReturnType<DataProvider['status']>) => number): number =>
        provider.statuses().reduce((total, status) => total + of(status), 0)
      const faulty = [
        `${wrong} of the checked seconds wrong`,
        `${sum(({ connection }) => connection?.gaps ?? 0)} gaps`,
        `${sum(({ lateSeconds }) => lateSeconds)} late seconds`,
        `${faults.length} faults`,
      ].join(', ')
      return [
        {
          name: `${symbols} symbols, ${RATE} trades/s each, to stored candles`,
          value: Math.round(measured.trades / measured.seconds),
          unit: 'trades/s',
          note: `for ${Math.round(measured.seconds)} s; ${faulty}`,
        },
        {
          name: `memory (RSS) after ${warmUp} s`,
          value: measured.rss[0]!,
          unit: 'MB',
          note: measured.rss.join(' '),
        },
        { name: 'memory (RSS) at the end', value: measured.rss.at(-1)!, unit: 'MB' },
        { name: `of it kept (heap after gc) after ${warmUp} s`, value: measured.kept[0]!, unit: 'MB' },
        {
          name: 'the same, at the end',
          value: measured.kept.at(-1)!,
          unit: 'MB',
          note: measured.kept.join(' '),
        },
        {
          name: 'lag of the last confirmed second, half of them',
          value: measured.lag(0.5),
          unit: 'ms',
          note: '1 s at most by itself, and grace',
        },
        { name: 'the same, 99 of 100', value: measured.lag(0.99), unit: 'ms' },
        { name: 'of one core', value: Math.round(measured.cpu * 100), unit: '%' },
        {
          name: `from the start to all ${symbols} streaming, past fetched`,
          value: Math.round(ready),
          unit: 'ms',
        },
      ]
    } finally {
      await stop()
      exchange.process.disconnect()
    }
  })
}

/** RSS as it is, then what is kept: RSS alone does not tell a leak from garbage that waits to be collected. */
function weigh(rss: number[], kept: number[]): void {
  rss.push(megabytes(process.memoryUsage.rss()))
  collect()
  kept.push(megabytes(process.memoryUsage().heapUsed))
}

function collect(): void {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

async function measure(provider: DataProvider, { seconds: length }: Work) {
  const stored = (): number => provider.statuses().reduce((total, { trades }) => total + trades, 0)
  const [began, before, cpu, from] = [performance.now(), stored(), process.cpuUsage(), provider.clock.now()]
  const lags: number[] = []
  const rss: number[] = []
  const kept: number[] = []
  weigh(rss, kept)
  const points = 6
  for (let point = 1; point <= points; point += 1) {
    const end = began + (length * SECOND * point) / points
    while (performance.now() < end) {
      await sleep(Math.min(250, end - performance.now()))
      for (const { lagMs } of provider.statuses()) if (lagMs !== null) lags.push(lagMs)
    }
    weigh(rss, kept)
    const seconds = Math.round((performance.now() - began) / SECOND)
    process.stderr.write(`  ${seconds} s, RSS ${rss.at(-1)!} MB, kept ${kept.at(-1)!} MB\n`)
  }
  const seconds = (performance.now() - began) / SECOND
  const used = process.cpuUsage(cpu)
  const sorted = lags.toSorted((a, b) => a - b)
  return {
    seconds,
    from: from as number,
    trades: stored() - before,
    rss,
    kept,
    cpu: (used.user + used.system) / 1e6 / seconds,
    lag: (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0,
  }
}

/** Seconds of three symbols, of the whole run, whose trades are not the exchange's: 0, if all is well. */
function check(
  store: MarketStore,
  { began, firstId }: Exchange,
  { symbols, seconds, from }: Work & { readonly from: number },
): number {
  let wrong = 0
  for (const index of [0, Math.floor(symbols / 2), symbols - 1]) {
    const id = store.open({ venue: 'binance', symbol: `S${index}/USDT` })
    const start = Math.ceil(from / SECOND) * SECOND
    for (let second = start; second < start + (seconds - 5) * SECOND; second += SECOND) {
      const trades = store.trades.read(id, rangeOf(second, second + SECOND))
      const first = firstId + Math.ceil(((second - began) * RATE) / 1000)
      const isWhole = trades.length === RATE && trades.every(({ sequence }, k) => sequence === first + k)
      const candle = store.candles.read(id, '1s', rangeOf(second, second + SECOND))
      if (!isWhole || candle.length !== 1) wrong += 1
    }
  }
  return wrong
}

function catchUp({ away }: Work): Promise<Row[]> {
  return inFolder(async (folder) => {
    const exchange = await openExchange(1, USUAL_RATE)
    const { provider, store, stop } = await stream(folder, exchange, 1)
    try {
      await until(() => isStreaming(provider), 'the stream')
      await sleep(5 * SECOND)
      const before = provider.status().trades
      exchange.process.send({ jump: away })
      const began = performance.now()
      const market = provider.status().market
      const target = epochMs(Date.now() + away)
      const isThere = (): boolean => (store.coverage.byTrades(store.open(market)).at(-1)?.to ?? 0) >= target
      await until(isThere, 'catching up')
      const took = performance.now() - began
      const gaps = store.coverage.byTrades(store.open(market)).length - 1
      return [
        {
          name: `from the end of a break of ${away / MINUTE} minutes to no hole`,
          value: Math.round(took),
          unit: 'ms',
          note: `${provider.status().trades - before} trades by REST, ${gaps} gaps; reconnecting is in it; a real exchange's rate limit is not`,
        },
      ]
    } finally {
      await stop()
      exchange.process.disconnect()
    }
  })
}

function size({ candles: count }: Work): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-'))
  try {
    const { sqlite, close } = openDatabase(join(folder, 'annotate.db'), marketMigrations)
    const store = openMarketStore(sqlite)
    const market = { venue: 'bench', symbol: 'ETH/USDT' }
    const start = Date.UTC(2024, 0, 1)
    for (let from = 0; from < count; from += 50_000) {
      const candles = Array.from({ length: 50_000 }, (_, k) => {
        const n = from + k
        const price = 2000 + ((n * 7919) % 1000) / 100
        return {
          openTime: epochMs(start + n * SECOND),
          open: price,
          high: price + 0.5,
          low: price - 0.5,
          close: price + 0.1,
          volume: ((n % 97) + 1) / 1000,
        }
      })
      store.addCandles(market, '1s', candles, { first: null, corrected: epochMs(start) })
    }
    sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    const pages = (name: string): number =>
      (sqlite.prepare(`PRAGMA ${name}`).raw().all() as [number][])[0]![0]
    const bytes = pages('page_count') * pages('page_size')
    void close()
    return [
      {
        name: 'store, per million 1s candles',
        value: megabytes((bytes * 1e6) / count),
        unit: 'MB',
        note: `${bytes / count} bytes a candle`,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
