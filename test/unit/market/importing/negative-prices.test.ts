// Markets that trade at 0 and below: taken where the market is said to, from the file to the chart and out again; never read by a model.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../../src/core/clock.ts'
import { BookStore } from '../../../../src/market/book/book-store.ts'
import { CANDLE_FORMATS, exportCandles } from '../../../../src/market/exporting/candles.ts'
import { importCandles } from '../../../../src/market/importing/candles/import-candles.ts'
import { importTrades } from '../../../../src/market/importing/trades/import-trades.ts'
import type { ImportReport } from '../../../../src/market/importing/report.ts'
import { createMarketReader } from '../../../../src/market/reader.ts'
import { forgetImport } from '../../../../src/market/store/forget-import.ts'
import type { MarketStore } from '../../../../src/market/store/market-store.ts'
import type { Timeframe } from '../../../../src/market/timeframe.ts'
import { at, openStore, temporaryFolder } from '../fixture.ts'
import { write } from './files.ts'

const CRUDE = { venue: 'nymex', symbol: 'CLK20' }
const NOW = at('2030-01-01T00:00:00Z')
/** The front month of WTI crude around its last day but one, as vendors publish it. */
const DAYS = [
  'timestamp,open,high,low,close,volume',
  '2020-04-16T00:00:00Z,20.14,20.52,19.20,19.87,100000.0',
  '2020-04-17T00:00:00Z,25.03,25.92,17.33,18.27,100000.0',
  '2020-04-20T00:00:00Z,17.73,17.85,-40.32,-37.63,200000.0',
  '2020-04-21T00:00:00Z,-14,13.86,-16.74,10.01,300000.0',
]
const MINUTES = [
  'Time;Open;High;Low;Close;Volume',
  '2020-04-20 18:08:00 UTC;0,06;0,06;-0,01;0,00;120',
  '2020-04-20 18:09:00 UTC;0,00;0,00;-1,43;-1,43;310',
]
const TRADES = [
  'time,price,amount,side,id',
  `${at('2020-04-20T18:29:58.100Z')},-37.60,3,sell,11`,
  `${at('2020-04-20T18:29:59.200Z')},0,1,buy,12`,
  `${at('2020-04-20T18:29:59.900Z')},-37.63,2,sell,13`,
  `${at('2020-04-20T18:30:00.500Z')},-35,1,buy,14`,
]

interface Said {
  negativePrices?: boolean
}

const candles = (
  store: MarketStore,
  path: string,
  timeframe: Timeframe,
  said: Said = {},
): Promise<ImportReport> => importCandles({ path, market: CRUDE, store, timeframe, sparse: false, ...said })

const trades = (store: MarketStore, said: Said = {}): Promise<ImportReport> =>
  importTrades({ path: write(TRADES), market: CRUDE, store, ...said })

async function shown(store: MarketStore, timeframe: Timeframe): Promise<number[][]> {
  const request = { market: CRUDE, timeframe, limit: 100, asOf: NOW, forming: false }
  const { candles: rows } = await createMarketReader(store).candles(request)
  return rows.map(({ open, high, low, close, volume }) => [open, high, low, close, volume])
}

describe('prices of 0 and below', () => {
  it('are refused by line, with the flag that takes them, in a market that is not said to have them', async () => {
    const store = openStore()
    const { refused, mostly_refused: words } = await candles(store, write(DAYS), '1d')
    expect(refused).toMatchObject([
      { line: 4, reason: expect.stringMatching(/^low is -40.32: .*--negative-prices$/) as string },
      { line: 5, reason: expect.stringMatching(/^open is -14: .*--negative-prices$/) as string },
    ])
    expect(words).toContain('--negative-prices')
    await expect(trades(store)).rejects.toThrow(/price is -37.6.*--negative-prices/s)
    expect(store.takesNegativePrices(CRUDE)).toBe(false)
  })

  it('are what charts show of candles and of trades, to the last digit, where it is', async () => {
    const store = openStore()
    const report = await candles(store, write(DAYS), '1d', { negativePrices: true })
    expect(report).toMatchObject({ added: 4, refused_count: 0 })
    expect(await shown(store, '1d')).toEqual([
      [20.14, 20.52, 19.2, 19.87, 100000],
      [25.03, 25.92, 17.33, 18.27, 100000],
      [17.73, 17.85, -40.32, -37.63, 200000],
      [-14, 13.86, -16.74, 10.01, 300000],
    ])
    expect(await trades(store)).toMatchObject({ added: 4, refused_count: 0 })
    // Composed of trades: the extremes are of signed numbers.
    expect(await shown(store, '1s')).toEqual([[0, 0, -37.63, -37.63, 3]])
  })

  it('are remembered with the market: later files need not say it, and another market is not meant', async () => {
    const store = openStore()
    await candles(store, write(DAYS), '1d', { negativePrices: true })
    expect(await candles(store, write(MINUTES), '1m')).toMatchObject({ added: 2, refused_count: 0 })
    expect(await shown(store, '1m')).toEqual([
      [0.06, 0.06, -0.01, 0, 120],
      [0, 0, -1.43, -1.43, 310],
    ])
    const other = { ...CRUDE, symbol: 'CLM20' }
    const path = write(DAYS)
    const report = await importCandles({ path, market: other, store, timeframe: '1d', sparse: false })
    expect(report).toMatchObject({ added: 2, refused_count: 2 })
  })

  it('are no longer taken once all of the market is forgotten', async () => {
    const store = openStore()
    const { import: id } = await candles(store, write(DAYS), '1d', { negativePrices: true })
    await forgetImport(id, { store, clock: new ManualClock(NOW), books: new BookStore(store.sqlite) })
    expect(store.markets()).toEqual([])
    expect(store.takesNegativePrices(CRUDE)).toBe(false)
  })

  it('still need a candle that makes sense', async () => {
    const upside = [...DAYS, '2020-04-22T00:00:00Z,-14,-16.74,-13.86,-15,1']
    const report = await candles(openStore(), write(upside), '1d', { negativePrices: true })
    expect(report.refused).toMatchObject([{ line: 6, reason: 'high -16.74 is below low -13.86' }])
  })

  it.each(CANDLE_FORMATS)('go out as %s and come back the same', async (format) => {
    const store = openStore()
    await candles(store, write(DAYS), '1d', { negativePrices: true })
    const path = join(temporaryFolder(), `out.${format}`)
    const reader = createMarketReader(store)
    await exportCandles({ reader, market: CRUDE, timeframe: '1d', asOf: NOW, path, format })
    const again = openStore()
    await candles(again, path, '1d', { negativePrices: true })
    expect(await shown(again, '1d')).toEqual(await shown(store, '1d'))
    expect(readFileSync(path).length).toBeGreaterThan(0)
  })
})
