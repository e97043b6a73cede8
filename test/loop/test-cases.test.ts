// Twenty annotations on the recorded market: every candle of their cases is confirmed to the last digit by a second computation from the CSV files.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Annotations } from '../../src/annotation/annotations.ts'
import { readTestCase } from '../../src/annotation/case-files.ts'
import { annotationMigrations } from '../../src/annotation/schema.ts'
import { TestCases } from '../../src/annotation/test-cases.ts'
import type { AnnotationBody, TestCaseFile } from '../../src/contract/annotations.ts'
import { ManualClock } from '../../src/core/clock.ts'
import { openDatabase } from '../../src/core/database.ts'
import { epochMs } from '../../src/core/time.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { testCaseSpans } from '../../src/market-state/availability.ts'
import { createMarketReader } from '../../src/market/reader.ts'
import { marketMigrations } from '../../src/market/store/schema.ts'
import { openMarketStore } from '../../src/market/store/market-store.ts'
import { NaiveMarket, TFS, type NaiveState } from '../property/market-state/naive-state.ts'
import { BINANCE, hasRecordedData, importRecorded, rawRecorded, skipReason } from './recorded.ts'

const at = (iso: string): number => Date.parse(iso)
const FIRST = at('2024-08-08T23:55:56Z')
const LAST = at('2024-08-09T00:05:05Z')

async function openRecorded() {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-recorded-'))
  const workspace = workspaceAt(folder)
  const database = openDatabase(workspace.database, [...marketMigrations, ...annotationMigrations])
  const store = openMarketStore(database.sqlite)
  await importRecorded(store)
  const reader = createMarketReader(store)
  const clock = new ManualClock(epochMs(at('2024-08-10T00:00:00Z')))
  return {
    workspace,
    reader,
    annotations: new Annotations({ database, workspace, reader, clock }),
    testCases: new TestCases({ database, workspace, reader }),
    close() {
      void database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function mark(asOf: number, holding = 20): AnnotationBody {
  return {
    symbol: 'ETH/USDT',
    direction: 'LONG',
    entry: { timestamp: new Date(asOf).toISOString(), price: 2680 },
    exit: { timestamp: asOf + holding * 1000, price: 2690 },
  }
}

/** The case's candles as the naive computation writes them. */
function candlesOf({ market_state }: TestCaseFile): NaiveState['candles'] {
  const candles = {} as NaiveState['candles']
  for (const tf of TFS) {
    const { timestamps, open, high, low, close, volume } = market_state[`ohlcv_${tf}`]
    candles[tf] = timestamps.map((text, i) => [
      Date.parse(text),
      open[i]!,
      high[i]!,
      low[i]!,
      close[i]!,
      volume[i]!,
    ])
  }
  return candles
}

describe.skipIf(!hasRecordedData)(`test cases of recorded data${skipReason}`, () => {
  let room: Awaited<ReturnType<typeof openRecorded>>
  let naive: NaiveMarket
  beforeAll(async () => {
    room = await openRecorded()
    naive = new NaiveMarket(rawRecorded())
  })
  afterAll(() => room.close())

  it('gives 20 valid cases between 23:56 and 00:05, confirmed to the last digit', async () => {
    const step = (at('2024-08-09T00:05:00Z') - at('2024-08-08T23:56:00Z')) / 19
    const instants = Array.from(
      { length: 20 },
      (_, n) => at('2024-08-08T23:56:00Z') + Math.round((n * step) / 1000) * 1000,
    )
    for (const asOf of instants) await room.annotations.create(mark(asOf), BINANCE)
    const states = await room.testCases.list()
    expect(states).toHaveLength(20)
    expect(states.every(({ state, left_out }) => state === 'complete' && left_out === null)).toBe(true)
    for (const [n, { test_case_id, timestamp }] of states.entries()) {
      expect(Date.parse(timestamp!)).toBe(instants[n])
      const content = await readTestCase(join(room.workspace.testCases, `${test_case_id}.json`))
      const expected = naive.stateAt(instants[n]!)!
      expect(candlesOf(content)).toEqual(expected.candles)
      expect([content.gaps, expected.gaps]).toEqual([[], []])
    }
  })

  it('is possible from 23:55:56 to 00:05:05, and not a second before or after', async () => {
    expect(await testCaseSpans(room.reader, BINANCE)).toEqual([{ from: FIRST, to: LAST }])
    for (const asOf of [FIRST, LAST]) {
      const { test_case_id } = await room.annotations.create(mark(asOf), BINANCE)
      const content = await room.testCases.get(test_case_id)
      expect(candlesOf(content)).toEqual(naive.stateAt(asOf)!.candles)
    }
    const early = {
      code: 'not_enough_candles',
      status: 422,
      details: { timeframe: '1s', have: 99, need: 100 },
    }
    await expect(room.annotations.create(mark(FIRST - 1000), BINANCE)).rejects.toMatchObject(early)
    await expect(room.annotations.create(mark(LAST + 1000), BINANCE)).rejects.toMatchObject(early)
    expect(await room.testCases.count()).toBe(22)
  })

  it('writes times as ISO 8601 UTC and numbers as they stand in the files', async () => {
    const { test_case_id } = await room.annotations.create(mark(at('2024-08-09T00:00:05Z')), BINANCE)
    const text = readFileSync(join(room.workspace.testCases, `${test_case_id}.json`), 'utf8')
    const { market_state: state } = JSON.parse(text) as TestCaseFile
    expect(state.ohlcv_1s.timestamps.at(-1)).toBe('2024-08-09T00:00:04Z')
    expect(state.ohlcv_1m.timestamps.slice(-2)).toEqual(['2024-08-08T23:59:00Z', '2024-08-09T00:00:00Z'])
    expect(state.ohlcv_1d.timestamps.slice(-2)).toEqual(['2024-08-08T00:00:00Z', '2024-08-09T00:00:00Z'])
    // The row of 2024-08-08 in the 1d file.
    expect([state.ohlcv_1d.open.at(-2), state.ohlcv_1d.close.at(-2)]).toEqual([2342.79, 2682.5])
  })
})
