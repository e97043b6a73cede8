// Files of other programs: read by their content, refused by name.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { candlesOf } from '../../../src/market/columns.ts'
import { importCandles } from '../../../src/market/importing/candles/import-candles.ts'
import { decodeLz4Frame } from '../../../src/market/importing/values/lz4-frame.ts'
import type { ImportReport } from '../../../src/market/importing/report.ts'
import { importTrades } from '../../../src/market/importing/trades/import-trades.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import type { Timeframe } from '../../../src/market/timeframe.ts'
import type { Candle } from '../../../src/market/types.ts'
import { at, candle, MARKET, openStore, span, temporaryFolder } from './fixture.ts'
import { FIXTURES, makeFiles, PYTHON } from './interchange/python.ts'

const T0 = at('2024-01-15T10:00:00Z')
const MINUTE = 60_000

/** What make.py writes. */
function made(count = 9000): Candle[] {
  return Array.from({ length: count }, (_, i) => {
    const open = (240_000 + (i % 97)) / 100
    return candle(T0 + i * MINUTE, [open, open + 1, open - 1, open + 0.5], ((i % 13) + 1) / 10)
  })
}

function write(content: string | Uint8Array, name = 'data'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}

const candles = (
  store: MarketStore,
  path: string,
  options: { timeframe?: Timeframe; timezone?: string } = {},
): Promise<ImportReport> =>
  importCandles({ path, market: MARKET, store, timeframe: '1m', sparse: false, ...options })

const trades = (store: MarketStore, path: string): Promise<ImportReport> =>
  importTrades({ path, market: MARKET, store })

const stored = (store: MarketStore, timeframe: Timeframe): Candle[] =>
  candlesOf(store.candles.read(store.open(MARKET), timeframe, span(0, 1e14)))

const zip = (files: Record<string, string>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])))

describe('feather and Parquet', () => {
  it('reads what pandas wrote with lz4, whose blocks refer to each other, whatever the file is called', async () => {
    const store = openStore()
    const path = join(temporaryFolder(), 'ETH_USDT-1m.csv')
    copyFileSync(join(FIXTURES, 'candles-lz4.feather'), path)
    const report = await candles(store, path)
    expect(report).toMatchObject({ format: 'feather', rows: 9000, added: 9000, refused_count: 0, gaps: [] })
    expect(stored(store, '1m')).toEqual(made())
    expect(await candles(store, path)).toMatchObject({ added: 0, already_present: 9000 })
  })

  it('reads the same from lz4, zstd and Parquet, blocks that would not shrink too', async () => {
    const files = ['noise-lz4.feather', 'noise-zstd.feather', 'noise-zstd.parquet']
    const read = await Promise.all(
      files.map(async (name) => {
        const store = openStore()
        expect(await candles(store, join(FIXTURES, name))).toMatchObject({ added: 200, refused_count: 0 })
        return stored(store, '1m')
      }),
    )
    expect(read[0]!.map(({ close }) => close)).toEqual(made(200).map(({ close }) => close))
    expect(new Set(read[0]!.map(({ volume }) => volume)).size).toBe(200)
    expect(read[1]).toEqual(read[0])
    expect(read[2]).toEqual(read[0])
  })

  it("reads freqtrade's trades, categories and missing values in them", async () => {
    const store = openStore()
    expect(await trades(store, join(FIXTURES, 'trades.feather'))).toMatchObject({ rows: 50, added: 50 })
    const read = await createMarketReader(store).trades(MARKET, span(T0, T0 + 9000))
    expect(read[3]).toMatchObject({ id: '1003', time: T0 + 300, side: 'sell', price: 2400.3, amount: 0.25 })
    expect(read[4]).toMatchObject({ id: '1004', side: 'buy' })
  })

  it.skipIf(PYTHON === null)(
    'reads every variant that pandas and pyarrow write here',
    { timeout: 120_000 },
    async () => {
      const folder = temporaryFolder()
      makeFiles(folder)
      const files = readdirSync(folder).filter((name) => name.startsWith('candles-'))
      expect(files.length).toBeGreaterThan(15)
      for (const name of files) {
        const store = openStore()
        const path = join(folder, name)
        const isNaive = name.startsWith('candles-naive')
        if (isNaive) await expect(candles(openStore(), path)).rejects.toThrow('without a zone')
        const timezone = isNaive ? { timezone: 'UTC' } : {}
        expect({ name, ...(await candles(store, path, timezone)) }).toMatchObject({
          name,
          added: 9000,
          refused_count: 0,
        })
        expect(stored(store, '1m')).toEqual(made())
      }
    },
  )

  it('is refused by name where it is damaged or lacks a column', async () => {
    const whole = readFileSync(join(FIXTURES, 'noise-lz4.feather'))
    const cut = write(whole.subarray(0, 5000), 'cut.feather')
    await expect(candles(openStore(), cut)).rejects.toMatchObject({
      code: 'unreadable_file',
      message: expect.stringContaining('cut.feather') as string,
    })
    const parquet = write(readFileSync(join(FIXTURES, 'noise-zstd.parquet')).subarray(0, 4000), 'cut.parquet')
    await expect(candles(openStore(), parquet)).rejects.toMatchObject({ code: 'unreadable_file' })
    await expect(candles(openStore(), join(FIXTURES, 'trades.feather'))).rejects.toMatchObject({
      code: 'bad_header',
    })
  })
})

describe('an LZ4 frame', () => {
  const frame = (...blocks: number[][]): Uint8Array =>
    Uint8Array.from([0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0xc0, ...blocks.flat(), 0, 0, 0, 0])
  const block = (...bytes: number[]): number[] => [bytes.length, 0, 0, 0, ...bytes]

  it('holds literals, matches that overlap themselves, blocks that reach back, and blocks kept as they are', () => {
    const input = frame(block(0x12, 7, 1, 0, 0x10, 9), block(0x01, 2, 0, 0x00), [2, 0, 0, 0x80, 5, 6])
    expect([...decodeLz4Frame(input, 15)]).toEqual([7, 7, 7, 7, 7, 7, 7, 9, 7, 9, 7, 9, 7, 5, 6])
  })

  it('throws where it is cut off, reaches before its begin, or is of another length', () => {
    const good = frame(block(0x10, 9))
    expect([...decodeLz4Frame(good, 1)]).toEqual([9])
    expect(() => decodeLz4Frame(good, 2)).toThrow(RangeError)
    expect(() => decodeLz4Frame(good.subarray(0, 11), 1)).toThrow(RangeError)
    expect(() => decodeLz4Frame(frame(block(0x10, 9, 5, 0, 0x10, 1)), 6)).toThrow(RangeError)
    expect(() => decodeLz4Frame(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]), 1)).toThrow(RangeError)
  })
})

describe('JSON', () => {
  const rows = made(3).map((c) => [c.openTime, c.open, c.high, c.low, c.close, c.volume])

  it("is read as ccxt's and freqtrade's arrays, as objects, as our own answer, and in gzip or zip", async () => {
    const text = JSON.stringify(rows)
    const objects = rows.map(([timestamp, open, high, low, close, volume]) => ({
      close,
      high,
      low,
      open,
      timestamp,
      volume,
    }))
    const variants: (string | Uint8Array)[] = [
      text,
      `\n  ${JSON.stringify(rows, null, 2)}`,
      JSON.stringify(objects),
      JSON.stringify({ candles: rows, gaps: [] }),
      gzipSync(text),
      zip({ 'ETH_USDT-1m.json': text }),
    ]
    for (const content of variants) {
      const store = openStore()
      expect(await candles(store, write(content))).toMatchObject({
        format: 'json',
        added: 3,
        refused_count: 0,
      })
      expect(stored(store, '1m')).toEqual(made(3))
    }
  })

  it("is read as freqtrade's and ccxt's trades", async () => {
    const freqtrade = [
      [T0, '7', null, 'sell', 10, 2, 20],
      [T0 + 1000, '8', null, 'buy', 11, 1, 11],
    ]
    const ccxt = freqtrade.map(([timestamp, id, , side, price, amount]) => ({
      info: {},
      id,
      timestamp,
      datetime: 'x',
      symbol: 'ETH/USDT',
      side,
      price,
      amount,
      fee: null,
    }))
    for (const list of [freqtrade, ccxt]) {
      const store = openStore()
      expect(await trades(store, write(JSON.stringify(list)))).toMatchObject({ added: 2, refused_count: 0 })
      const read = await createMarketReader(store).trades(MARKET, span(T0, T0 + 9000))
      expect(read.map(({ id, side, price, amount }) => [id, side, price, amount])).toEqual([
        ['7', 'sell', 10, 2],
        ['8', 'buy', 11, 1],
      ])
    }
  })

  it('refuses rows by their number, and what is no list of rows by name', async () => {
    const report = await candles(
      openStore(),
      write(JSON.stringify([rows[0], [T0 + MINUTE, 1, 2, 3, null, 5], rows[2]])),
    )
    expect(report).toMatchObject({
      added: 2,
      refused: [{ line: 2, reason: 'close is missing: expected a number' }],
    })
    const message = expect.stringContaining('x.json') as string
    for (const text of ['{"a": 1}', '[1, 2]'])
      await expect(candles(openStore(), write(text, 'x.json'))).rejects.toMatchObject({
        code: 'unknown_format',
        message,
      })
    await expect(candles(openStore(), write('[[1,2', 'x.json'))).rejects.toMatchObject({
      code: 'unreadable_file',
      message,
    })
    await expect(candles(openStore(), write('[]'))).rejects.toMatchObject({ code: 'no_usable_rows' })
  })
})

describe('Binance dumps', () => {
  const kline = (i: number, unit = 1): string => {
    const { openTime, open, high, low, close, volume } = made(i + 1)[i]!
    const closing = (openTime + MINUTE) * unit - 1
    return [openTime * unit, open, high, low, close, volume, closing, '12.5', 3, '1.0', '2.0', 0].join(',')
  }
  const header =
    'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore'

  it('reads klines of 12 columns out of a zip, in milliseconds and microseconds, with a header and without', async () => {
    const variants = [
      [kline(0), kline(1)],
      [kline(0, 1000), kline(1, 1000)],
      [header, kline(0), kline(1)],
    ]
    for (const lines of variants) {
      const store = openStore()
      const path = write(zip({ 'ETHUSDT-1m-2024-01-15.csv': `${lines.join('\n')}\n` }))
      expect(await candles(store, path)).toMatchObject({
        format: 'csv',
        added: 2,
        refused_count: 0,
        checksum_verified: false,
      })
      expect(stored(store, '1m')).toEqual(made(2))
    }
  })

  it('reads trades and aggTrades, spot and futures: the taker sold where the buyer was the maker', async () => {
    const micro = `${T0 + 1000}000`
    const variants = [
      [`11,10.5,2,21,${T0},True,True`, `12,10.6,3,31.8,${micro},False,True`],
      [`11,10.5,2,5,6,${T0},true,true`, `12,10.6,3,7,7,${micro},false,true`],
      [`11,10.5,2,21,${T0},true`, `12,10.6,3,31.8,${micro},false`],
      [
        'id,price,qty,quote_qty,time,is_buyer_maker',
        `11,10.5,2,21,${T0},true`,
        `12,10.6,3,31.8,${micro},false`,
      ],
      [
        'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker',
        `11,10.5,2,5,6,${T0},true`,
        `12,10.6,3,7,7,${micro},false`,
      ],
    ]
    for (const lines of variants) {
      const store = openStore()
      expect(await trades(store, write(zip({ 'a.csv': lines.join('\n') })))).toMatchObject({
        added: 2,
        refused_count: 0,
      })
      const read = await createMarketReader(store).trades(MARKET, span(T0, T0 + 9000))
      expect(read.map(({ id, time, side, price, amount }) => [id, time, side, price, amount])).toEqual([
        ['11', T0, 'sell', 10.5, 2],
        ['12', T0 + 1000, 'buy', 10.6, 3],
      ])
    }
  })

  it('verifies the checksum file beside it, before anything is stored', async () => {
    const content = zip({ 'a.csv': `${kline(0)}\n${kline(1)}\n` })
    const path = write(content, 'a.zip')
    const sha256 = createHash('sha256').update(content).digest('hex')
    writeFileSync(`${path}.CHECKSUM`, `${sha256}  a.zip\n`)
    expect(await candles(openStore(), path)).toMatchObject({ checksum_verified: true, sha256 })
    const store = openStore()
    writeFileSync(
      `${path}.CHECKSUM`,
      `${sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))}  a.zip\n`,
    )
    await expect(candles(store, path)).rejects.toMatchObject({ code: 'bad_checksum' })
    writeFileSync(`${path}.CHECKSUM`, 'not found')
    await expect(candles(store, path)).rejects.toMatchObject({ code: 'bad_checksum' })
    expect(store.markets()).toEqual([])
  })

  it('says so where the file is of the other kind', async () => {
    const expected = { code: 'wrong_kind', message: expect.stringContaining('Binance trades') as string }
    await expect(candles(openStore(), write(`11,10.5,2,21,${T0},True,True`))).rejects.toMatchObject(expected)
    await expect(trades(openStore(), write(kline(0)))).rejects.toMatchObject({ code: 'wrong_kind' })
  })
})

describe('a file that is refused', () => {
  it('is named, with what it is and what was expected', async () => {
    const cases: [Uint8Array | string, RegExp][] = [
      ['FEA1....', /version 1/],
      [Uint8Array.from([0x89, 0x48, 0x44, 0x46]), /HDF5.*freqtrade/],
      ['SQLite format 3\0', /SQLite/],
      [Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 1]), /zstd/],
      [Uint8Array.from([1, 0, 2, 0]), /no format known/],
    ]
    for (const [content, words] of cases) {
      const refusal = candles(openStore(), write(content, 'odd.csv'))
      await expect(refusal).rejects.toMatchObject({ code: 'unknown_format' })
      await expect(refusal).rejects.toThrow(
        /^odd\.csv is .*Expected CSV, JSON, JSON Lines, Parquet or feather/,
      )
      await expect(refusal).rejects.toThrow(words)
    }
  })

  it('is a zip of several files, of none, or a damaged one', async () => {
    const several = write(zip({ 'a.csv': '1', 'b.csv': '2' }), 'ab.zip')
    await expect(candles(openStore(), several)).rejects.toThrow(
      /ab\.zip is a zip of 2 files \(a\.csv, b\.csv\)/,
    )
    const rows = Array.from({ length: 3 }, (_, i) => `${T0 + i * MINUTE},1,1,1,1,7777`).join('\n')
    const content = zipSync({ 'a.csv': [strToU8(rows), { level: 0 }] })
    const place = Buffer.from(content).lastIndexOf('7777')
    const flipped = Uint8Array.from(content, (byte, index) => (index === place ? byte ^ 1 : byte))
    expect(await candles(openStore(), write(content))).toMatchObject({ added: 3 })
    for (const bytes of [flipped, content.subarray(0, content.length - 10)])
      await expect(candles(openStore(), write(bytes, 'bad.zip'))).rejects.toMatchObject({
        code: 'unreadable_file',
      })
  })
})

describe('CSV', () => {
  it('takes dates with an offset, and refuses those without', async () => {
    const store = openStore()
    const lines = [
      'date,open,high,low,close,volume',
      '2024-01-15 10:00:00+00:00,10,12,9,11,5',
      '2024-01-15 10:01:00,10,12,9,11,5',
    ]
    const report = await candles(store, write(lines.join('\n')))
    expect(report).toMatchObject({ added: 1, refused_count: 1 })
    expect(report.refused[0]).toMatchObject({
      line: 3,
      reason: expect.stringContaining('expected an offset') as string,
    })
    expect(stored(store, '1m')[0]?.openTime).toBe(T0)
  })
})
