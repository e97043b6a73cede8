import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { candlesOf } from '../../../src/market/columns.ts'
import { importCandles } from '../../../src/market/importing/candles/import-candles.ts'
import type { ImportReport } from '../../../src/market/importing/report.ts'
import { importTrades } from '../../../src/market/importing/trades/import-trades.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import type { Timeframe } from '../../../src/market/timeframe.ts'
import type { Candle } from '../../../src/market/types.ts'
import { at, candle, MARKET, openStore, span, temporaryFolder } from './fixture.ts'

const T0 = at('2024-01-15T10:00:00Z')

function file(lines: readonly string[], { gzip = false, name = 'data.csv' } = {}): string {
  const path = join(temporaryFolder(), name)
  const text = `${lines.join('\n')}\n`
  writeFileSync(path, gzip ? gzipSync(text) : text)
  return path
}

const trades = (store: MarketStore, lines: readonly string[], options = {}): Promise<ImportReport> =>
  importTrades({ path: file(lines, options), market: MARKET, store })

const candles = (
  store: MarketStore,
  lines: readonly string[],
  { timeframe = '1m', sparse = false }: { timeframe?: Timeframe; sparse?: boolean } = {},
): Promise<ImportReport> => importCandles({ path: file(lines), market: MARKET, store, timeframe, sparse })

const stored = (store: MarketStore, timeframe: Timeframe): Candle[] =>
  candlesOf(store.candles.read(store.open(MARKET), timeframe, span(0, 1e14)))

const prices =
  'expected more than 0; a market that does trade there, as spreads may, is imported with --negative-prices'
const times =
  'expected UTC seconds (10 digits), milliseconds (13), microseconds (16) or nanoseconds (19), or a date such as 2024-08-09T00:00:05Z'
const widen = ': high and low are widened to hold it by --widen'

describe('a file of trades', () => {
  const header = 'timestamp_ms,price,amount,side'
  const rows = [`${T0},10,1,buy`, `${T0 + 1500},11,2,sell`, `${T0 + 1500},11,2,sell`, `${T0 + 2200},12,3,buy`]

  it('is read plain or gzipped, by content, with or without a header, in any order of columns', async () => {
    const expected = [candle(T0, [10, 10, 10, 10], 1), candle(T0 + 1000, [11, 11, 11, 11], 4)]
    const swapped = rows.map((row) => row.split(',').toReversed().join(';'))
    const variants: [string[], object][] = [
      [[header, ...rows], {}],
      [rows, {}],
      [[header, ...rows], { gzip: true, name: 'zipped.csv' }],
      [['side;amount;price;Timestamp', ...swapped], {}],
      [['\uFEFF"timestamp","price","amount","side"', ...rows.map((row) => `${row}\r`)], {}],
      [rows.map((row) => row.replace(/^\d+/, (ms) => `${ms}123`)), {}],
    ]
    for (const [lines, options] of variants) {
      const store = openStore()
      const report = await trades(store, lines, options)
      expect(report).toMatchObject({ rows: 4, added: 4, refused_count: 0 })
      expect(report.coverage).toEqual(span(T0, T0 + 2000))
      expect(stored(store, '1s')).toEqual(expected)
    }
  })

  it('counts equal rows without an id as separate trades, and adds only what an overlapping file has more', async () => {
    const store = openStore()
    await trades(store, [header, ...rows])
    expect(await trades(store, [header, ...rows])).toMatchObject({ added: 0, already_present: 4 })
    const longer = await trades(store, [
      ...rows.slice(1, 3),
      rows[2]!,
      ...rows.slice(3),
      `${T0 + 3100},13,1,buy`,
    ])
    expect(longer).toMatchObject({ rows: 5, added: 2, already_present: 3 })
    expect(await createMarketReader(store).trades(MARKET, span(T0, T0 + 9000))).toHaveLength(6)
    expect(stored(store, '1s').map(({ volume }) => volume)).toEqual([1, 6, 3])
  })

  it('takes ids where there are some: the same id again is a repeat, with other values a conflict', async () => {
    const store = openStore()
    const lines = ['time,price,qty,id', `${T0},10,1,a`, `${T0},10,1,b`, `${T0},10,1,a`, `${T0 + 1000},12,1,c`]
    expect(await trades(store, lines)).toMatchObject({
      added: 3,
      repeats: 1,
      conflicts: 0,
      already_present: 0,
    })
    const other = ['time,price,qty,id', `${T0},11,5,a`, `${T0 + 1000},12,1,c`]
    expect(await trades(store, other)).toMatchObject({ added: 0, conflicts: 1, already_present: 1 })
    expect(stored(store, '1s')[0]).toEqual(candle(T0, [10, 11, 10, 11], 6))
  })

  it('refuses nonsense row by row, with line numbers, and keeps the rest', async () => {
    const store = openStore()
    const bad = [
      'NaN,10,1,buy',
      `${T0},-1,1,buy`,
      `${T0},10,0,buy`,
      `${T0},ten,1,buy`,
      `${T0},10`,
      '17053128,10,1,buy',
    ]
    const report = await trades(store, [
      header,
      rows[0]!,
      '',
      ...bad,
      `${T0},10,1,maybe`,
      '9999999999999,1,1,buy',
      rows[3]!,
    ])
    expect(report).toMatchObject({ rows: 10, added: 2, refused_count: 8 })
    expect(report.refused).toEqual([
      { line: 4, reason: `timestamp is "NaN": ${times}` },
      { line: 5, reason: `price is -1: ${prices}` },
      { line: 6, reason: 'amount is 0: expected more than 0' },
      { line: 7, reason: 'price is "ten": expected a number' },
      { line: 8, reason: 'amount is missing: expected a number' },
      { line: 9, reason: `timestamp is 17053128: ${times}` },
      { line: 10, reason: 'side is "maybe": expected buy or sell' },
      { line: 11, reason: 'timestamp 2286-11-20T17:46:39.999Z lies in the future' },
    ])
  })

  it('covers from the first whole second after its first row to the last whole second', async () => {
    const store = openStore()
    const report = await trades(store, [`${T0 + 1},10,1,buy`, `${T0 + 3999},11,1,buy`])
    expect(report.coverage).toEqual(span(T0 + 1000, T0 + 3000))
    expect(stored(store, '1s')).toEqual([])
    const one = await trades(openStore(), [`${T0 + 1},10,1,buy`])
    expect(one.coverage).toBeNull()
  })

  it('counts rows out of order and orders them', async () => {
    const store = openStore()
    const report = await trades(store, rows.toReversed())
    expect(report).toMatchObject({ added: 4, out_of_order: 3 })
    expect(stored(store, '1s').map(({ close }) => close)).toEqual([10, 11])
  })

  it('keys rows that come very late in a long file as it would in order', async () => {
    const store = openStore()
    const many = Array.from({ length: 110_000 }, (_, index) => `${T0 + index * 2},10,1,buy`)
    const report = await trades(store, [...many, `${T0},10,1,buy`])
    expect(report).toMatchObject({ rows: 110_001, added: 110_001, out_of_order: 1 })
    expect(stored(store, '1s')[0]?.volume).toBe(501)
  })

  it('is an error where it cannot be read or holds nothing, and then nothing is stored', async () => {
    const store = openStore()
    await expect(trades(store, [header])).rejects.toMatchObject({ code: 'no_usable_rows' })
    await expect(trades(store, [header, 'x,1,1,buy'])).rejects.toMatchObject({ code: 'no_usable_rows' })
    const unknown = ['time,cost,amount', `${T0},1,1`]
    await expect(trades(store, unknown)).rejects.toMatchObject({ code: 'bad_header' })
    const missing = importTrades({ path: '/nowhere/t.csv', market: MARKET, store })
    await expect(missing).rejects.toMatchObject({ code: 'unreadable_file' })
    const path = file(['x'])
    writeFileSync(path, gzipSync(`${rows.join('\n')}\n`).subarray(0, 40))
    const broken = importTrades({ path, market: MARKET, store })
    await expect(broken).rejects.toMatchObject({ code: 'unreadable_file' })
    expect(store.markets()).toEqual([])
  })

  it('tells its progress', async () => {
    const seen: number[] = []
    const path = file([header, ...rows])
    const onProgress = ({ bytes, totalBytes }: { bytes: number; totalBytes: number }) =>
      void seen.push(bytes / totalBytes)
    await importTrades({ path, market: MARKET, store: openStore(), onProgress })
    expect(seen.at(-1)).toBe(1)
  })
})

describe('a file of candles', () => {
  const header = 'open_time_ms,open,high,low,close,volume'
  const row = (minute: number, values: string): string => `${T0 + minute * 60_000},${values}`
  const good = [row(0, '10,12,9,11,5'), row(1, '11,11,11,11,1'), row(4, '11,13,11,12,2')]

  it('refuses nonsense row by row and keeps the rest', async () => {
    const store = openStore()
    const bad = [
      row(2, '10,9,11,10,1'),
      row(2, '20,12,9,11,1'),
      row(2, '10,12,9,8,1'),
      row(2, '10,12,9,11,-1'),
    ]
    const more = [`${T0 + 1000},10,12,9,11,5`, row(2, '0,12,0,11,5'), row(2, '10,12,9,,5')]
    const report = await candles(store, [header, ...good, ...bad, ...more])
    expect(report).toMatchObject({ rows: 10, added: 3, refused_count: 7 })
    expect(report.refused.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '5: high 9 is below low 11',
      `6: open 20 is outside low 9 to high 12${widen}`,
      `7: close 8 is outside low 9 to high 12${widen}`,
      '8: volume is -1: expected 0 or more',
      `9: open time ${T0 + 1000} is not a multiple of 1m (60000 ms)`,
      `10: open is 0: ${prices}`,
      '11: close is missing: expected a number',
    ])
    expect(report.gaps).toEqual([{ ...span(T0 + 120_000, T0 + 240_000), missing: 2 }])
    expect(report.coverage).toEqual(span(T0, T0 + 300_000))
  })

  it('has no gaps where it is sparse; 1s files always are', async () => {
    const store = openStore()
    expect((await candles(store, good, { sparse: true })).gaps).toEqual([])
    expect(await createMarketReader(store).coverage(MARKET, '1m')).toEqual([span(T0, T0 + 300_000)])
    const seconds = openStore()
    const lines = [`${T0},1,1,1,1,1`, `${T0 + 5000},1,1,1,1,1`]
    expect((await candles(seconds, lines, { timeframe: '1s' })).gaps).toEqual([])
    expect(await createMarketReader(seconds).coverage(MARKET, '1s')).toEqual([span(T0, T0 + 6000)])
  })

  it('adds only what is missing, keeps the fuller of two rows, and counts repeats of the file', async () => {
    const store = openStore()
    expect(await candles(store, [...good, good[1]!])).toMatchObject({ added: 3, repeats: 1, out_of_order: 1 })
    const second = await candles(store, [...good, row(1, '11,12,11,11,3'), row(2, '11,11,11,11,1')])
    expect(second).toMatchObject({ added: 1, already_present: 2, conflicts: 2 })
    expect(stored(store, '1m')[1]).toEqual(candle(T0 + 60_000, [11, 12, 11, 11], 3))
    const third = await candles(store, good)
    expect(third).toMatchObject({ added: 0, already_present: 2, conflicts: 1 })
    expect(stored(store, '1m')[1]?.volume).toBe(3)
  })

  it('refuses a candle that has not closed yet', async () => {
    const now = Date.now()
    const open = now - (now % 86_400_000)
    const report = await candles(openStore(), [`${open - 86_400_000},1,1,1,1,1`, `${open},1,1,1,1,1`], {
      timeframe: '1d',
    })
    expect(report).toMatchObject({ added: 1, refused_count: 1 })
    expect(report.refused[0]?.reason).toContain('has not closed yet')
  })

  it('is entered in the ledger with its hash', async () => {
    const store = openStore()
    const report = await candles(store, good)
    const rows = store.sqlite.prepare('SELECT file, sha256, rows, added, timeframe FROM import').all()
    expect(rows).toMatchObject([
      { file: 'data.csv', sha256: report.sha256, rows: 3, added: 3, timeframe: 60 },
    ])
    expect(report.sha256).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('an import that crashed', () => {
  it('leaves a state that importing again repairs', async () => {
    // More lines than are read at a time, and candles by the day: two batches, three days.
    const rows = Array.from({ length: 12_000 }, (_, index) => `${T0 + index * 15_000},10,1,buy`)
    const path = file(rows)
    const run = (store: MarketStore, batchRows: number): Promise<ImportReport> =>
      importTrades({ path, market: MARKET, store, batchRows })
    const whole = openStore()
    await run(whole, 20_000)
    const crashed = openStore()
    const recompose = crashed.recompose.bind(crashed)
    let days = 0
    crashed.recompose = (...given) => {
      if (++days === 2) throw new Error('planted crash')
      recompose(...given)
    }
    await expect(run(crashed, 6000)).rejects.toThrow('planted crash')
    const midnight = at('2024-01-16T00:00:00Z')
    expect(await createMarketReader(crashed).coverage(MARKET, '1s')).toEqual([span(T0, midnight)])
    expect(stored(crashed, '1s').at(-1)?.openTime).toBe(midnight - 15_000)
    crashed.recompose = recompose
    expect(await run(crashed, 6000)).toMatchObject({ added: 0, already_present: 12_000 })
    for (const timeframe of ['1s', '1m', '1h', '1d'] as const) {
      expect(stored(crashed, timeframe)).toEqual(stored(whole, timeframe))
    }
    expect(stored(whole, '1h')).toHaveLength(49)
  })
})
