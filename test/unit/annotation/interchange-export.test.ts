// Annotations and test cases for Python: read back here, and by NumPy and pandas where they are.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { parquetReadObjects } from 'hyparquet'
import { afterEach, describe, expect, it } from 'vitest'
import { caseArrays } from '../../../src/annotation/interchange/case-arrays.ts'
import { npyBytes, npzBytes } from '../../../src/annotation/interchange/npy.ts'
import { annotationsTable, caseCandlesTable, casesTable } from '../../../src/annotation/interchange/tables.ts'
import type { AnnotationOut, TestCaseFile } from '../../../src/contract/annotations.ts'
import { parquetBytes } from '../../../src/market/exporting/parquet.ts'
import { TIMEFRAMES } from '../../../src/market/timeframe.ts'
import { python, PYTHON } from '../market/interchange/python.ts'
import { MARKET, markAt, openFilledRoom, openFolder } from './fixture.ts'

async function marked(): Promise<{ annotations: AnnotationOut[]; cases: TestCaseFile[] }> {
  const room = openFilledRoom()
  await room.annotations.create(
    markAt(300, 60, { tags: ['flag', 'a;b'], notes: 'ä€😀 "quoted"\nline' }),
    MARKET,
  )
  await room.annotations.create(markAt(555, 30, { direction: 'SHORT' }), MARKET)
  const annotations = await room.annotations.list()
  const cases: TestCaseFile[] = []
  for (const { test_case_id: id } of annotations) {
    cases.push(await room.testCases.file(id))
  }
  // One of the four timeframes with a gap, as a case with missing candles has it.
  const { timestamps } = cases[0]!.market_state.ohlcv_1m
  const gaps = [{ timeframe: '1m' as const, from: timestamps[5]!, to: timestamps[7]! }]
  return { annotations, cases: [{ ...cases[0]!, gaps }, cases[1]!] }
}

/** What np.load does, for float64, int64, bool and text. */
function readNpy(bytes: Uint8Array): { shape: number[]; values: unknown[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = 10 + view.getUint16(8, true)
  expect(start % 64).toBe(0)
  const header = new TextDecoder().decode(bytes.subarray(10, start))
  const [, descr, sizes] = /'descr': '([^']+)', 'fortran_order': False, 'shape': \(([^)]*)\)/.exec(header)!
  const shape = sizes!
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number)
  const body = bytes.slice(start).buffer
  if (descr === '<f8') return { shape, values: [...new Float64Array(body)] }
  if (descr === '<i8') return { shape, values: [...new BigInt64Array(body)] }
  if (descr === '|b1') return { shape, values: [...new Uint8Array(body)] }
  const width = Number(descr!.slice(2))
  const points = [...new Uint32Array(body)]
  const texts = Array.from({ length: points.length / width }, (_, index) =>
    points.slice(index * width, (index + 1) * width),
  )
  return { shape, values: texts.map((text) => String.fromCodePoint(...text.filter((point) => point !== 0))) }
}

describe('test cases as NPZ', () => {
  const zone = process.env['TZ']
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })

  it('are the same bytes in every time zone', async () => {
    const bytesIn = async (name: string): Promise<string> => {
      process.env['TZ'] = name
      const bytes = await npzBytes({ one: { kind: 'float64', shape: [1], values: Float64Array.of(1) } })
      return Buffer.from(bytes).toString('hex')
    }
    const atHome = await bytesIn('UTC')
    expect(await bytesIn('Pacific/Apia')).toBe(atHome)
    expect(await bytesIn('America/St_Johns')).toBe(atHome)
  })

  it('hold every number of the files, in the shape of the models’ inputs', async () => {
    const { cases } = await marked()
    const files = unzipSync(await npzBytes(caseArrays(cases)))
    const array = (name: string) => readNpy(files[`${name}.npy`]!)
    expect(array('test_case_id').values).toEqual(cases.map((one) => one.test_case_id))
    expect(array('action').values).toEqual(['BUY', 'SELL'])
    expect(array('timestamp').values).toEqual(cases.map(({ timestamp }) => BigInt(Date.parse(timestamp))))
    expect(array('net_profit_loss_pct').values).toEqual(cases.map((one) => one.net_profit_loss_pct))
    for (const timeframe of TIMEFRAMES) {
      const state = array(`ohlcv_${timeframe}`)
      expect(state.shape).toEqual([2, 100, 5])
      expect(state.values).toEqual(
        cases.flatMap((one) => {
          const { timestamps, open, high, low, close, volume } = one.market_state[`ohlcv_${timeframe}`]
          return timestamps.flatMap((_, i) => [open[i], high[i], low[i], close[i], volume[i]])
        }),
      )
      const opens = cases.flatMap((one) =>
        one.market_state[`ohlcv_${timeframe}`].timestamps.map((time) => BigInt(Date.parse(time))),
      )
      expect(array(`open_time_${timeframe}`)).toEqual({ shape: [2, 100], values: opens })
    }
    const missing = array('missing_1m').values
    expect(missing.flatMap((flag, index) => (flag === 1 ? [index] : []))).toEqual([5, 6])
  })

  it('are the same bytes for the same cases; none are arrays of length 0', async () => {
    const { cases } = await marked()
    expect(await npzBytes(caseArrays(cases))).toEqual(await npzBytes(caseArrays(cases)))
    expect(readNpy(npyBytes(caseArrays([])['ohlcv_1s']!))).toEqual({ shape: [0, 100, 5], values: [] })
    expect(readNpy(npyBytes({ kind: 'text', shape: [2], values: ['ä€😀', ''] })).values).toEqual(['ä€😀', ''])
  })

  it.skipIf(PYTHON === null)('are loaded by NumPy without pickle', { timeout: 60_000 }, async () => {
    const { cases } = await marked()
    const path = join(openFolder(), 'cases.npz')
    writeFileSync(path, await npzBytes(caseArrays(cases)))
    const script = `
import sys, json, numpy as np
z = np.load(sys.argv[1], allow_pickle=False)
print(json.dumps({"ids": z["test_case_id"].tolist(), "shape": z["ohlcv_1h"].shape, "close": z["ohlcv_1s"][1, :, 3].tolist(), "missing": int(z["missing_1m"].sum()), "type": str(z["missing_1m"].dtype), "last": int(z["open_time_1s"][1, -1])}))`
    const { timestamps, close } = cases[1]!.market_state.ohlcv_1s
    expect(python(script, path)).toEqual({
      ids: cases.map((one) => one.test_case_id),
      shape: [2, 100, 5],
      close,
      missing: 2,
      type: 'bool',
      last: Date.parse(timestamps.at(-1)!),
    })
  })
})

describe('annotations and test cases as Parquet', () => {
  const read = async (bytes: Uint8Array) => parquetReadObjects({ file: bytes.buffer as ArrayBuffer })

  it('hold what the annotations and the files say', async () => {
    const { annotations, cases } = await marked()
    const rows = await read(await parquetBytes(annotationsTable(annotations)))
    expect(rows).toMatchObject(
      annotations.map((a) => ({
        id: a.id,
        direction: a.direction,
        entry_timestamp: new Date(a.entry.timestamp),
        entry_price: a.entry.price,
        exit_timestamp: new Date(a.exit.timestamp),
        exit_price: a.exit.price,
        notes: a.notes,
        tags: JSON.stringify(a.tags),
      })),
    )
    const scalars = await read(await parquetBytes(casesTable(cases)))
    expect(scalars[1]).toMatchObject({
      test_case_id: cases[1]!.test_case_id,
      action: 'SELL',
      profit_loss_pct: cases[1]!.expected_outcome.profit_loss_pct,
    })
    expect(scalars.map((row) => JSON.parse(row['gaps'] as string) as unknown)).toEqual(
      cases.map(({ gaps }) => gaps),
    )
    const candles = await read(await parquetBytes(caseCandlesTable(cases)))
    expect(candles).toHaveLength(800)
    const hours = candles.filter(
      (row) => row['test_case_id'] === cases[1]!.test_case_id && row['timeframe'] === '1h',
    )
    const { timestamps, volume, open } = cases[1]!.market_state.ohlcv_1h
    expect(hours.map((row) => row['date'] as Date)).toEqual(timestamps.map((time) => new Date(time)))
    expect(hours.map((row) => [row['open'], row['volume']])).toEqual(
      open.map((price, i) => [price, volume[i]]),
    )
  })

  it.skipIf(PYTHON === null)('are read by pandas', { timeout: 60_000 }, async () => {
    const { annotations, cases } = await marked()
    const folder = openFolder()
    const tables = { a: annotationsTable(annotations), c: caseCandlesTable(cases) }
    for (const [name, table] of Object.entries(tables))
      writeFileSync(join(folder, `${name}.parquet`), await parquetBytes(table))
    const script = `
import sys, json, pandas as pd
a, c = (pd.read_parquet(sys.argv[1] + "/" + n + ".parquet") for n in "ac")
print(json.dumps([a["notes"].tolist(), str(a["entry_timestamp"].dtype), [json.loads(t) for t in a["tags"]], c.groupby(["test_case_id", "timeframe"]).size().tolist()]))`
    expect(python(script, folder)).toEqual([
      annotations.map(({ notes }) => notes),
      'datetime64[ms, UTC]',
      annotations.map(({ tags }) => tags),
      Array(8).fill(100),
    ])
  })

  it('may be empty', async () => {
    const rows = await read(await parquetBytes(annotationsTable([])))
    expect(rows).toEqual([])
  })
})
