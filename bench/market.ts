// The market room: trades into candles beside ccxt, market states from a store of five million seconds, import and backfill.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ccxt from 'ccxt'
import { openDatabase } from '../src/core/database.ts'
import { DAY, HOUR, epochMs, floorTo, SECOND } from '../src/core/time.ts'
import { TradeAggregator } from '../src/market/aggregation.ts'
import { createDemoMarket } from '../src/market/demo/demo-market.ts'
import { importCandles } from '../src/market/importing/candles/import-candles.ts'
import { importTrades } from '../src/market/importing/trades/import-trades.ts'
import { rangeOf } from '../src/market/ranges.ts'
import { createMarketReader } from '../src/market/reader.ts'
import { createDemoSource } from '../src/market/sources/demo.ts'
import { openMarketStore, type MarketStore } from '../src/market/store/market-store.ts'
import { marketMigrations } from '../src/market/store/schema.ts'
import type { Candle, Market, Trade } from '../src/market/types.ts'
import { marketStateAt } from '../src/market-state/state.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'Market'

const MARKET: Market = { venue: 'bench', symbol: 'ETH/USDT' }
const START = epochMs(Date.UTC(2024, 0, 1))
/** Of the simulated market's trades aggregated; 1s candles stored; reads timed; rows imported. */
interface Work {
  readonly aggregated: number
  readonly seconds: number
  readonly reads: number
  readonly imported: number
}
const WORK: Readonly<Record<Effort, Work>> = {
  full: { aggregated: DAY / 4, seconds: 5_000_000, reads: 5000, imported: 300_000 },
  short: { aggregated: HOUR / 4, seconds: 100_000, reads: 50, imported: 2000 },
}

export async function run(effort: Effort): Promise<Row[]> {
  const work = WORK[effort]
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-'))
  try {
    return [
      ...aggregation(work),
      ...(await states(folder, work)),
      ...(await imports(folder, work)),
      await demoStart(folder),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Best of five, in ms: what the machine can do when it is not disturbed. */
function best(work: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now()
    work()
    return performance.now() - began
  })
  return Math.min(...times)
}

function aggregation({ aggregated }: Work): Row[] {
  const trades = createDemoMarket({ seed: 1, symbol: 'ETH/USDT' }).tradesIn(
    rangeOf(START, START + aggregated),
  )
  const exchange = new ccxt.Exchange()
  const theirs = trades.map(({ time, price, amount }) => ({ timestamp: time, price, amount }))
  const ours = (timeframe: '1s' | '1m') => (): void => {
    const aggregator = new TradeAggregator(timeframe)
    for (const trade of trades) aggregator.add(trade)
    aggregator.candles()
  }
  const rate = (ms: number): number => Math.round((trades.length / ms) * 1000)
  return (['1s', '1m'] as const).map((timeframe): Row => {
    const value = rate(best(ours(timeframe)))
    const peer = rate(
      best(() => void exchange.buildOHLCVC(theirs as never, timeframe, 0, Number.MAX_SAFE_INTEGER)),
    )
    const name = `trades aggregated into ${timeframe}`
    const note = `${trades.length.toLocaleString('en')} trades; ours in any order, with exact volumes`
    return { name, value, unit: 'trades/s', peer: { name: 'ccxt', value: peer }, note }
  })
}

async function states(folder: string, work: Work): Promise<Row[]> {
  const { sqlite, close } = openDatabase(join(folder, 'states.db'), marketMigrations)
  const store = openMarketStore(sqlite)
  fillSeconds(store, work)
  const reader = createMarketReader(store)
  const slices = await timed(work, async (asOf) => void (await reader.slice(MARKET, rangeOf(asOf, asOf))))
  const made = await timed(work, async (asOf) => {
    marketStateAt(await reader.slice(MARKET, rangeOf(asOf, asOf)), asOf)
  })
  await close()
  const note = `random instants in ${work.seconds.toLocaleString('en')} stored 1s candles`
  return [
    { name: 'slices read', value: perSecond(slices), unit: 'slices/s', note },
    { name: 'slice p50', value: quantile(slices, 0.5), unit: 'ms' },
    { name: 'slice p99', value: quantile(slices, 0.99), unit: 'ms' },
    { name: 'market states', value: perSecond(made), unit: 'states/s', note },
    { name: 'market state p50', value: quantile(made, 0.5), unit: 'ms' },
    { name: 'market state p99', value: quantile(made, 0.99), unit: 'ms', note: 'target: under 1 ms' },
  ]
}

/** 1s candles and what is composed of them; before them 105 days of hours and of minutes, so that every timeframe has its 100 candles. */
function fillSeconds(store: MarketStore, { seconds }: Work): void {
  const when = { first: null, corrected: START }
  const before = rangeOf(START - 105 * DAY, START)
  const market = createDemoMarket({ seed: 1, symbol: 'ETH/USDT' })
  store.addCandles(MARKET, '1m', market.candles('1m', before), when)
  store.cover(MARKET, '1m', 'sparse', [before])
  store.recompose(MARKET, '1h', before, when)
  const batch = 100_000
  let price = 3000
  for (let done = 0; done < seconds; done += batch) {
    const range = rangeOf(START + done * SECOND, START + (done + batch) * SECOND)
    const candles = Array.from({ length: batch }, (_, index): Candle => {
      const open = price
      price = Math.max(1, Math.round(price * 100 + 40 * Math.sin(index * index)) / 100)
      const [high, low] = [Math.max(open, price), Math.min(open, price)]
      const openTime = epochMs(range.from + index * SECOND)
      return { openTime, open, high, low, close: price, volume: (1 + (index % 9999)) / 10_000 }
    })
    store.addCandles(MARKET, '1s', candles, when)
    store.cover(MARKET, '1s', 'candles', [range])
    store.recompose(MARKET, '1m', range, when)
  }
}

/** Milliseconds of each of the reads at instants spread over the stored seconds, ascending; a tenth more go before, unmeasured. */
async function timed(
  { seconds, reads: count }: Work,
  read: (asOf: ReturnType<typeof epochMs>) => Promise<void>,
): Promise<number[]> {
  const times: number[] = []
  for (let index = -count / 10; index < count; index += 1) {
    const place = ((index + count) * 2_654_435_761) % (seconds - 200)
    const asOf = floorTo(START + (place + 150) * SECOND, SECOND)
    const began = performance.now()
    await read(asOf)
    if (index >= 0) times.push(performance.now() - began)
  }
  return times.toSorted((a, b) => a - b)
}

function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))]!
}

function perSecond(times: readonly number[]): number {
  return Math.round((times.length / times.reduce((sum, time) => sum + time, 0)) * 1000)
}

async function imports(folder: string, { imported }: Work): Promise<Row[]> {
  const { sqlite, close } = openDatabase(join(folder, 'imports.db'), marketMigrations)
  const store = openMarketStore(sqlite)
  const trades: Trade[] = createDemoMarket({ seed: 2, symbol: 'ETH/USDT' })
    .tradesIn(rangeOf(START, START + DAY))
    .slice(0, imported)
  const tradeFile = join(folder, 'trades.csv')
  const candleFile = join(folder, 'candles.csv')
  const tradeLines = trades.map(({ time, price, amount, side }) => `${time},${price},${amount},${side}`)
  writeFileSync(tradeFile, tradeLines.join('\n'))
  const candleLines = Array.from({ length: imported }, (_, index) => {
    return `${START + index * SECOND},${3000 + (index % 7)},3010,2990,${3000 + ((index + 1) % 7)},1.5`
  })
  writeFileSync(candleFile, candleLines.join('\n'))
  const perSecondOf = ({ rows, duration_ms: ms }: { rows: number; duration_ms: number }): number =>
    Math.round((rows / ms) * 1000)
  const first = await importTrades({ path: tradeFile, market: MARKET, store })
  const again = await importTrades({ path: tradeFile, market: MARKET, store })
  const other = { ...MARKET, venue: 'bench-candles' }
  const candles = await importCandles({
    path: candleFile,
    market: other,
    store,
    timeframe: '1s',
    sparse: false,
  })
  await close()
  const note = 'parsed, checked, stored, composed into all timeframes, durable'
  return [
    { name: 'import of trades', value: perSecondOf(first), unit: 'rows/s', note },
    { name: 'import of the same trades again', value: perSecondOf(again), unit: 'rows/s' },
    { name: 'import of 1s candles', value: perSecondOf(candles), unit: 'rows/s', note },
  ]
}

async function demoStart(folder: string): Promise<Row> {
  const { sqlite, close } = openDatabase(join(folder, 'demo.db'), marketMigrations)
  const began = performance.now()
  await createDemoSource({ seed: 1, symbol: 'ETH/USDT' }).backfill!(openMarketStore(sqlite))
  const value = performance.now() - began
  await close()
  const note = '105 days of 1d, 1h and 1m, two days of 1s; target: under 2,000 ms'
  return { name: 'demo market’s past at first start', value, unit: 'ms', note }
}
