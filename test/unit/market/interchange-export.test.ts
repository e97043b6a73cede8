// Candles written for other programs: importing them gives them back, and pandas reads them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CANDLE_FORMATS, exportCandles, type CandleFormat } from '../../../src/market/exporting/candles.ts'
import { featherBytes } from '../../../src/market/exporting/feather.ts'
import { parquetBytes } from '../../../src/market/exporting/parquet.ts'
import type { OutTable } from '../../../src/market/exporting/table.ts'
import { importCandles } from '../../../src/market/importing/candles/import-candles.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import type { Candle } from '../../../src/market/types.ts'
import { at, candle, MARKET, openStore, span, temporaryFolder } from './fixture.ts'
import { python, PYTHON } from './interchange/python.ts'

const T0 = at('2024-01-15T10:00:00Z')
const NOW = at('2030-01-01T00:00:00Z')
const MINUTE = 60_000
/** The shortest decimals that doubles need, and sums that are no decimals. */
const PRICES = [2683.01, 0.1 + 0.2, 1e-7, 61_234.010000000002]

const minute = (i: number): Candle => candle(T0 + i * MINUTE, [1, 1e5, 1e-8, PRICES[i % 4]!], i / 3)

/** Minutes 0 to 9 and 20 to 29. */
async function filled(): Promise<MarketStore> {
  const store = openStore()
  const candles = [...Array(10).keys(), ...Array.from({ length: 10 }, (_, i) => 20 + i)].map(minute)
  const path = join(temporaryFolder(), 'in.json')
  const rows = candles.map((c) => [c.openTime, c.open, c.high, c.low, c.close, c.volume])
  writeFileSync(path, JSON.stringify(rows))
  await importCandles({ path, market: MARKET, store, timeframe: '1m', sparse: false })
  return store
}

const write = (store: MarketStore, format: CandleFormat, options: object = {}) =>
  exportCandles({
    reader: createMarketReader(store),
    market: MARKET,
    timeframe: '1m',
    asOf: NOW,
    path: join(temporaryFolder(), `out.${format}`),
    format,
    ...options,
  })

const all = async (store: MarketStore) =>
  createMarketReader(store).candles({
    market: MARKET,
    timeframe: '1m',
    limit: 1000,
    asOf: NOW,
    forming: false,
  })

describe('candles', () => {
  it.each(CANDLE_FORMATS)('round-trip through %s: the same doubles, the same gap', async (format) => {
    const store = await filled()
    const report = await write(store, format)
    expect(report).toMatchObject({
      rows: 20,
      gaps: [{ timeframe: '1m', ...span(T0 + 10 * MINUTE, T0 + 20 * MINUTE) }],
    })
    const back = openStore()
    const found = await importCandles({
      path: report.path,
      market: MARKET,
      store: back,
      timeframe: '1m',
      sparse: false,
    })
    expect(found).toMatchObject({ format, added: 20, refused_count: 0 })
    expect(await all(back)).toEqual(await all(store))
    const again = await write(back, format)
    expect(readFileSync(again.path).equals(readFileSync(report.path))).toBe(true)
  })

  it('are those from ≤ open < to; none is an error that names the market', async () => {
    const store = await filled()
    expect(await write(store, 'csv', span(T0 + MINUTE, T0 + 3 * MINUTE))).toMatchObject({ rows: 2, gaps: [] })
    const missing = write(store, 'csv', span(T0 + 500 * MINUTE, T0 + 600 * MINUTE))
    await expect(missing).rejects.toMatchObject({
      code: 'no_candles',
      message: expect.stringContaining('ETH/USDT') as string,
    })
  })

  it.skipIf(PYTHON === null)(
    'are read by pandas with their types and their market',
    { timeout: 60_000 },
    async () => {
      const store = await filled()
      const files = [await write(store, 'parquet'), await write(store, 'feather')].map(({ path }) => path)
      const script = `
import sys, json, pandas as pd, pyarrow.parquet as pq, pyarrow.feather as pf
out = []
for path, frame, schema in [(sys.argv[1], pd.read_parquet(sys.argv[1]), pq.read_schema(sys.argv[1])), (sys.argv[2], pd.read_feather(sys.argv[2]), pf.read_table(sys.argv[2]).schema)]:
    out.append([str(frame.dtypes['date']), list(frame.columns), frame['close'].tolist(), [int(t.timestamp() * 1000) for t in frame['date']], schema.metadata[b'symbol'].decode()])
print(json.dumps(out))`
      const { candles } = await all(store)
      const expected = [
        'datetime64[ms, UTC]',
        ['date', 'open', 'high', 'low', 'close', 'volume'],
        candles.map(({ close }) => close),
        candles.map(({ openTime }) => openTime),
        'ETH/USDT',
      ]
      expect(python(script, ...files)).toEqual([expected, expected])
    },
  )
})

describe('a table', () => {
  const table: OutTable = {
    about: { of: 'tests' },
    columns: [
      { name: 'time', kind: 'instant', values: [T0, null] },
      { name: 'whole', kind: 'integer', values: [2 ** 53 - 1, null] },
      { name: 'text', kind: 'text', values: ['ä€😀', null] },
      { name: 'yes', kind: 'boolean', values: [true, false] },
    ],
  }

  it('keeps its types, missing values and letters in Parquet and feather', async () => {
    const { parquetReadObjects } = await import('hyparquet')
    const { tableFromIPC } = await import('@uwdata/flechette')
    const bytes = await parquetBytes(table)
    const rows = await parquetReadObjects({ file: bytes.buffer as ArrayBuffer })
    expect(rows).toEqual([
      { time: new Date(T0), whole: BigInt(2 ** 53 - 1), text: 'ä€😀', yes: true },
      { time: null, whole: null, text: null, yes: false },
    ])
    const arrow = tableFromIPC(await featherBytes(table), { useBigInt: true, useDate: true }).toArray()
    expect(arrow.map((row) => ({ ...row }))).toEqual(rows)
  })
})
