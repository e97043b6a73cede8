// Imports the recorded data of real exchanges and compares what is composed with what the exchanges say. Skipped where the folder is absent.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { candlesOf } from '../../src/market/columns.ts'
import { importCandles } from '../../src/market/importing/candles/import-candles.ts'
import type { ImportReport } from '../../src/market/importing/report.ts'
import { importTrades } from '../../src/market/importing/trades/import-trades.ts'
import { createMarketReader } from '../../src/market/reader.ts'
import type { MarketStore } from '../../src/market/store/market-store.ts'
import { durationOf, type Timeframe } from '../../src/market/timeframe.ts'
import type { Candle, Market } from '../../src/market/types.ts'
import { at, openStore, span } from '../unit/market/fixture.ts'

const DATA = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/data')
const present = existsSync(join(DATA, 'README.md'))
if (!present) console.warn(`Skipped: ${DATA} is not here, so nothing is compared with recorded data.`)

const market = (symbol: string): Market => ({ venue: 'recorded', symbol })
const trades = (store: MarketStore, name: string, symbol: string): Promise<ImportReport> =>
  importTrades({ path: join(DATA, 'trades', name), market: market(symbol), store })
const candles = (
  store: MarketStore,
  name: string,
  symbol: string,
  timeframe: Timeframe,
  sparse = false,
): Promise<ImportReport> =>
  importCandles({ path: join(DATA, 'candles', name), market: market(symbol), store, timeframe, sparse })

function all(store: MarketStore, symbol: string, timeframe: Timeframe): Candle[] {
  return candlesOf(store.candles.read(store.open(market(symbol)), timeframe, span(0, 1e14)))
}

/** Candles that both have by open time, and how many of them differ in any of their values. */
function compare(
  composed: readonly Candle[],
  native: readonly Candle[],
): { both: number; different: Candle[] } {
  const byTime = new Map(native.map((candle) => [candle.openTime, candle]))
  const both = composed.filter(({ openTime }) => byTime.has(openTime))
  const different = both.filter((candle) => {
    return JSON.stringify(candle) !== JSON.stringify(byTime.get(candle.openTime))
  })
  return { both: both.length, different }
}

describe.skipIf(!present)('recorded data', () => {
  it('Binance ETH/USDT: 14,515 trades make the exchange’s own minutes to the last digit', async () => {
    const [composed, native] = [openStore(), openStore()]
    const report = await trades(composed, 'binance-ETHUSDT-2024-08-08.csv.gz', 'ETH/USDT')
    expect(report).toMatchObject({
      rows: 14_515,
      added: 14_515,
      refused_count: 0,
      repeats: 0,
      out_of_order: 0,
    })
    expect(report.coverage).toEqual(span(at('2024-08-08T23:54:16Z'), at('2024-08-09T00:05:05Z')))
    const seconds = await createMarketReader(composed).coverage(market('ETH/USDT'), '1s')
    expect(seconds).toEqual([report.coverage])
    await candles(native, 'binance-ETHUSDT-1m-2024.csv.gz', 'ETH/USDT', '1m')
    const minutes = all(composed, 'ETH/USDT', '1m')
    expect(minutes).toHaveLength(10)
    expect(compare(minutes, all(native, 'ETH/USDT', '1m'))).toEqual({ both: 10, different: [] })
    const again = await trades(composed, 'binance-ETHUSDT-2024-08-08.csv.gz', 'ETH/USDT')
    expect(again).toMatchObject({ rows: 14_515, added: 0, already_present: 14_515, conflicts: 0 })
  })

  it('Binance ETH/USDT: minutes make hours and hours make days as the exchange has them', async () => {
    const [fromMinutes, fromHours, native] = [openStore(), openStore(), openStore()]
    await candles(fromMinutes, 'binance-ETHUSDT-1m-2024.csv.gz', 'ETH/USDT', '1m')
    await candles(fromHours, 'binance-ETHUSDT-1h.csv.gz', 'ETH/USDT', '1h')
    await candles(native, 'binance-ETHUSDT-1h.csv.gz', 'ETH/USDT', '1h')
    await candles(native, 'binance-ETHUSDT-1d.csv.gz', 'ETH/USDT', '1d')
    const hours = compare(all(fromMinutes, 'ETH/USDT', '1h'), all(native, 'ETH/USDT', '1h'))
    const days = compare(all(fromHours, 'ETH/USDT', '1d'), all(native, 'ETH/USDT', '1d'))
    expect(hours).toEqual({ both: 719, different: [] })
    expect(days).toEqual({ both: 1095, different: [] })
  })

  it('the other recorded pairs: hours make days, minutes make hours', async () => {
    const pairs: [string, string, Timeframe, Timeframe, number][] = [
      ['binance-BTCUSDT-1h', 'binance-BTCUSDT-1d', '1h', '1d', 729],
      ['binance-ETHUSDT-1m-2018-07', 'binance-ETHUSDT-1h-2018-07', '1m', '1h', 8],
      ['binance-ETHUSDT-1h-2018-07', 'binance-ETHUSDT-1d-2018-07', '1h', '1d', 18],
    ]
    for (const [lower, higher, from, to, count] of pairs) {
      const [composed, native] = [openStore(), openStore()]
      await candles(composed, `${lower}.csv.gz`, 'X/Y', from)
      await candles(native, `${higher}.csv.gz`, 'X/Y', to)
      const result = compare(all(composed, 'X/Y', to), all(native, 'X/Y', to))
      expect(result).toEqual({ both: count, different: [] })
    }
  })

  it('Binance XRP/ETH, a thin market: every whole minute of its sparse file', async () => {
    const [composed, native] = [openStore(), openStore()]
    await trades(composed, 'binance-XRPETH-2019-10-11.csv.gz', 'XRP/ETH')
    await candles(native, 'binance-XRPETH-1m.csv.gz', 'XRP/ETH', '1m', true)
    const minutes = all(composed, 'XRP/ETH', '1m')
    expect(compare(minutes, all(native, 'XRP/ETH', '1m'))).toEqual({ both: 2467, different: [] })
  })

  it('Coinbase BTC/USD: 1s makes its minutes, the first and the last partly covered', async () => {
    const [composed, native] = [openStore(), openStore()]
    await candles(composed, 'coinbase-BTCUSD-1s.csv.gz', 'BTC/USD', '1s')
    await candles(native, 'coinbase-BTCUSD-1m.csv.gz', 'BTC/USD', '1m')
    const minutes = all(composed, 'BTC/USD', '1m')
    expect(compare(minutes, all(native, 'BTC/USD', '1m'))).toEqual({ both: 4214, different: [] })
  })

  it('Coinbase BTC/USD 1h, dirty as found: imported, its anomalies counted', async () => {
    const store = openStore()
    const report = await candles(store, 'coinbase-BTCUSD-1h.csv.gz', 'BTC/USD', '1h')
    expect(report).toMatchObject({
      rows: 17_583,
      added: 17_583,
      out_of_order: 5,
      refused_count: 0,
      repeats: 0,
    })
    // In the file's order hours seem to be missing; by open time every one is there.
    expect(report.gaps).toEqual([])
    const opens = all(store, 'BTC/USD', '1h').map(({ openTime }) => openTime)
    expect(opens.at(-1)! - opens[0]!).toBe((17_583 - 1) * durationOf('1h'))
  })
})
