// The field cases about candles and trades, each with its right value. Skipped where their folder is absent.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { meantMarket } from '../../../../src/market/importing/identity/known-market.ts'
import type { ImportReport } from '../../../../src/market/importing/report.ts'
import type { MarketStore } from '../../../../src/market/store/market-store.ts'
import type { Timeframe } from '../../../../src/market/timeframe.ts'
import { at, MARKET, openStore } from '../fixture.ts'
import { candles, known, MINUTE, stored, T0, trades } from './files.ts'

const FIELD = fileURLToPath(new URL('../../../../../shared/field/', import.meta.url))
const present = existsSync(FIELD)
if (!present) console.warn(`Skipped: ${FIELD} is not here.`)

const SECOND = 1000
/** `open time,open,high,low,close,volume` of each. */
const rowsOf = (store: MarketStore, timeframe: Timeframe): string[] =>
  stored(store, timeframe).map(({ openTime, open, high, low, close, volume }) =>
    [openTime, open, high, low, close, volume].join(),
  )
const read = async (
  file: string,
  options: Parameters<typeof candles>[2] = {},
): Promise<{ report: ImportReport; rows: string[]; store: MarketStore }> => {
  const store = openStore()
  const report = await candles(`${FIELD}${file}`, store, options)
  return { report, rows: rowsOf(store, options.timeframe ?? '1m'), store }
}
const tape = async (file: string): Promise<{ report: ImportReport; rows: string[]; store: MarketStore }> => {
  const store = openStore()
  const report = await trades(`${FIELD}${file}`, store)
  return { report, rows: rowsOf(store, '1s'), store }
}
const FIRST = `${T0},100,100.1,99.8,99.9,5`

describe.skipIf(!present)('field cases about candles', () => {
  it('cryptodatadownload: read as it is downloaded, volume that of the base', async () => {
    const { report, rows } = await read('cryptodatadownload/cdd.csv')
    expect(report).toMatchObject({ added: 10, recognised: 'CryptoDataDownload' })
    expect(rows.slice(0, 2)).toEqual([FIRST, `${T0 + MINUTE},99.9,100.02,99.8,99.92,6.25`])
    expect(rows.at(-1)).toBe(`${T0 + 9 * MINUTE},99.63,99.73,99.42,99.52,7.5`)
  })

  it('minutes-as-seconds, own-export-renamed, wrong-import-no-way-back: a contradiction is refused', async () => {
    for (const [file, timeframe, words] of [
      ['minutes-as-seconds/m120.csv', '1s', /60 s apart: a 1m file\? Import with --timeframe 1m/],
      ['own-export-renamed/own.parquet', '1m', /is from binance.*--venue is test/],
      ['wrong-import-no-way-back/other-symbol.csv', '1m', /holds BTC\/USDT.*--symbol is ETH\/USDT/],
    ] as const)
      await expect(read(file, { timeframe, sparse: true })).rejects.toThrow(words)
    const { rows } = await read('wrong-import-no-way-back/right.csv')
    expect([rows.length, rows[0]]).toEqual([10, FIRST])
  })

  it('two-symbols: the rows of the market alone, the others counted', async () => {
    const { report, rows } = await read('two-symbols/two-symbols.csv')
    expect(report).toMatchObject({ added: 10, elsewhere: 10, conflicts: 0 })
    expect([rows.length, rows[0]]).toEqual([10, FIRST])
  })

  it('symbol-spelling: the market that is known is meant', async () => {
    const { store } = await read('symbol-spelling/tv-iso.csv')
    for (const symbol of ['eth/usdt', ' ETH/USDT'])
      expect(meantMarket(store, { ...MARKET, symbol }).market).toEqual(MARKET)
    expect(meantMarket(store, { ...MARKET, symbol: 'ETH-USDT' }).note).toMatch(
      /There is ETH\/USDT on test already/,
    )
  })

  it('parquet-decimal: to the last digit', async () => {
    expect((await read('parquet-decimal/dec38.parquet')).rows).toEqual([
      '1723154400000,100,100.1,99.9,100.07,5.5',
      '1723154460000,61234.01,61234.02,61234,61234.01,6.5',
      '1723154520000,0.1,0.3,0.1,0.2,7.00000001',
      '1723154580000,2683.33,2683.34,2683.32,2683.33,0.12345678',
      '1723154640000,1.005,1.015,1.005,1.015,1000',
    ])
  })

  it('negative-price: refused with the true reason, and taken where the market is said to trade there', async () => {
    const refused = await read('negative-price/wti.csv', { timeframe: '1d' })
    expect(refused.report).toMatchObject({ added: 1, refused_count: 2 })
    expect(refused.report.refused[0]?.reason).toMatch(/low is -40.32.*--negative-prices/)
    const { rows } = await read('negative-price/wti.csv', { timeframe: '1d', negativePrices: true })
    expect(rows[1]).toBe(`${at('2020-04-20T00:00:00Z')},17.73,17.85,-40.32,-37.63,200000`)
  })

  it('no-volume: says how, and 0 is stored then', async () => {
    for (const file of ['no-volume/nullvol.json', 'no-volume/tv-novol.csv']) {
      await expect(read(file)).rejects.toThrow(/without volume is imported with --no-volume/)
      const { rows } = await read(file, { noVolume: true })
      expect([rows.length, rows[0]]).toEqual([10, `${T0},100,100.1,99.8,99.9,0`])
    }
  })

  it('refusal-says-the-wrong-thing: old days are read, and what is no day says so', async () => {
    const { rows } = await read('refusal-says-the-wrong-thing/old.csv', { timeframe: '1d' })
    expect(rows.slice(0, 2)).toEqual([
      `${at('1970-01-02T00:00:00Z')},92.06,93.54,91.79,93,8050000`,
      `${at('1972-06-30T00:00:00Z')},107,108,106,107.14,12860000`,
    ])
    const { report } = await read('refusal-says-the-wrong-thing/far.csv', { timeframe: '1d' })
    const reasons = report.refused.map(({ line, reason }) => `${line}: ${reason}`).join('\n')
    expect(reasons).toMatch(/^4: .*second 60/m)
    expect(reasons).toMatch(/^5: .*no such day/m)
    expect(reasons).not.toContain('offset')
  })

  it('rows-mostly-refused: as a whole, with the order of the columns', async () => {
    await expect(read('rows-mostly-refused/kucoin-order.csv')).rejects.toThrow(
      /8 of 10 rows: are the columns time, open, close, high, low\?/,
    )
  })

  it('stock-sessions: says what to do', async () => {
    await expect(read('stock-sessions/yf-60m.csv', { timeframe: '1h' })).rejects.toThrow(
      /hours here open on the hour.*Import the minutes/,
    )
  })

  it('times-without-zone: by a zone that is named; a bare date is the UTC day', async () => {
    await expect(read('times-without-zone/t-naive.csv')).rejects.toThrow(/--timezone/)
    const { rows } = await read('times-without-zone/t-naive.csv', { timezone: 'America/New_York' })
    expect(rows[0]).toBe(FIRST.replace(`${T0}`, `${at('2024-08-09T02:00:00Z')}`))
    const days = await read('times-without-zone/tv-daily.csv', { timeframe: '1d' })
    expect(days.rows[0]).toBe(`${at('2024-07-01T00:00:00Z')},100,100.3,99.9,100.2,5`)
  })

  it('unix-seconds: read, and minutes without a row are gaps unless they are said to be quiet', async () => {
    const { report, rows } = await read('unix-seconds/kraken.csv')
    expect([rows.length, rows[0], report.gaps.length]).toEqual([8, FIRST, 1])
    expect((await read('unix-seconds/kraken.csv', { sparse: true })).report.gaps).toEqual([])
    expect((await read('unix-seconds/tv-unix.csv')).rows[0]).toBe(FIRST)
  })
})

describe.skipIf(!present)('field cases about trades', () => {
  it('json-first-object-lacks-keys: ids of the others are kept', async () => {
    const { store } = await tape('json-first-object-lacks-keys/tr-hetero.json')
    const again = await trades(`${FIELD}json-first-object-lacks-keys/tr-bigid-str.json`, store)
    expect(again).toMatchObject({ added: 1, already_present: 19 })
    expect(stored(store, '1s')[0]?.volume).toBe(2.5)
  })

  it('json-long-ids: four trades of a millisecond stay four', async () => {
    const { report, rows } = await tape('json-long-ids/tr-bigid2.json')
    expect(report).toMatchObject({ added: 20, conflicts: 0 })
    expect(rows).toEqual([`${T0},2680,2680.7,2680,2680.7,4`, `${T0 + SECOND},2680.8,2681.1,2680.8,2681.1,2`])
  })

  it('refused-trade-second-known: the second of a row that could not be read is not known', async () => {
    const { rows, store } = await tape('refused-trade-second-known/zero.csv')
    expect(rows.filter((row) => row.startsWith(`${T0 + 3 * SECOND},`))).toEqual([])
    expect(known(store, '1s')).toEqual([
      { from: T0 + SECOND, to: T0 + 3 * SECOND },
      { from: T0 + 4 * SECOND, to: T0 + 7 * SECOND },
    ])
  })

  it('trades-newest-first: the same candles in either order', async () => {
    for (const file of ['tr-asc.csv', 'tr-desc.csv'])
      expect((await tape(`trades-newest-first/${file}`)).rows).toEqual([
        '1723154401000,2679.78,2680.85,2679.78,2680.85,4.8765',
        '1723154402000,2681.06,2681.48,2681.06,2681.12,3.4516',
        '1723154403000,2681.56,2681.56,2680.46,2680.46,4.3087',
        '1723154404000,2680.09,2680.53,2680.09,2680.38,3.2997',
      ])
  })
})
