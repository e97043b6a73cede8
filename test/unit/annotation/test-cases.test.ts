// Test cases on disk: their states, and what a start puts right after a crash, a deleted file or a clumsy edit.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readTestCase } from '../../../src/annotation/case-files.ts'
import type { TestCaseFile, TestCaseState } from '../../../src/contract/annotations.ts'
import {
  flat,
  markAt,
  MARKET,
  openFilledRoom,
  openRoom,
  range,
  second,
  START,
  tradeSeconds,
  type Room,
} from './fixture.ts'

const BY_TIME = { first: null, corrected: second(100_000) }

function pathOf(room: Room, id: string): string {
  return join(room.workspace.testCases, `annotation_${id}.json`)
}

function edit(path: string, change: (content: TestCaseFile) => void): void {
  const content = JSON.parse(readFileSync(path, 'utf8')) as TestCaseFile
  change(content)
  writeFileSync(path, JSON.stringify(content))
}

async function only(room: Room): Promise<TestCaseState> {
  const states = await room.testCases.list()
  expect(states).toHaveLength(1)
  return states[0]!
}

describe('states of test cases', () => {
  it('is complete where every candle is there', async () => {
    const room = openFilledRoom()
    const { id } = await room.annotations.create(markAt(300), MARKET)
    expect(await only(room)).toEqual({
      test_case_id: `annotation_${id}`,
      annotation_id: id,
      symbol: 'ETH/USDT',
      venue: 'test',
      timestamp: '2024-08-09T00:00:00Z',
      action: 'BUY',
      profit_loss_pct: ((103.59 - 102.99) / 102.99) * 100,
      net_profit_loss_pct: ((103.59 * (1 - 0.1 / 100) - 102.99 * (1 + 0.1 / 100)) / 102.99) * 100,
      state: 'complete',
      gap_share_pct: 0,
      order_book_gap_share_pct: null,
      left_out: null,
      detail: null,
    })
  })

  it('names gaps, and leaves the case out beyond 5 % of a timeframe', async () => {
    const room = openFilledRoom()
    // Coverage goes on after a hole of 6 seconds, which is 6 % of the 100.
    tradeSeconds(room.store, 906, 1100)
    const few = await room.annotations.create(markAt(1005), MARKET)
    const many = await room.annotations.create(markAt(1000), MARKET)
    const states = await room.testCases.list()
    expect(states.map(({ state, gap_share_pct, left_out }) => [state, gap_share_pct, left_out])).toEqual([
      ['gaps', 6, '6 % of the candles of a timeframe are missing, more than 5 %'],
      ['gaps', 1, null],
    ])
    expect(many.warnings[0]).toContain('6 % of the candles')
    expect(few.warnings).toEqual([])
    const { gaps } = await room.testCases.get(many.test_case_id)
    expect(gaps).toEqual([
      { timeframe: '1s', from: '2024-08-09T00:10:00Z', to: '2024-08-09T00:10:06Z' },
      { timeframe: '1m', from: '2024-08-09T00:10:00Z', to: '2024-08-09T00:11:00Z' },
      { timeframe: '1h', from: '2024-08-09T00:10:00Z', to: '2024-08-09T00:11:00Z' },
      { timeframe: '1d', from: '2024-08-09T00:10:00Z', to: '2024-08-09T00:11:00Z' },
    ])
  })

  it('is revised where a gap appears before the entry, and where one is filled', async () => {
    const room = openFilledRoom()
    await room.annotations.create(markAt(300), MARKET)
    // Trades turn out to be missing: what was known is taken back.
    room.store.uncover(MARKET, range(second(280), second(282)), room.clock.now())
    expect(await only(room)).toMatchObject({
      state: 'revised',
      detail: expect.stringMatching(/changed since/),
    })
    tradeSeconds(room.store, 280, 282)
    expect(await only(room)).toMatchObject({ state: 'complete', detail: null })

    const gappy = openFilledRoom()
    tradeSeconds(gappy.store, 906, 1100)
    await gappy.annotations.create(markAt(1005), MARKET)
    expect(await only(gappy)).toMatchObject({ state: 'gaps' })
    tradeSeconds(gappy.store, 900, 906)
    expect(await only(gappy)).toMatchObject({
      state: 'revised',
      detail: expect.stringMatching(/changed since/),
    })
  })

  it('is revised where seconds without a trade turn out to be unknown, though no candle changes', async () => {
    const room = openFilledRoom()
    await room.annotations.create(markAt(530), MARKET)
    expect(await only(room)).toMatchObject({ state: 'complete' })
    room.store.uncover(MARKET, range(second(505), second(510)), room.clock.now())
    expect(await only(room)).toMatchObject({ state: 'revised' })
  })

  it('is left out, with the reason, where the mark loses before fees', async () => {
    const room = openFilledRoom()
    await room.annotations.create(markAt(300, 60, { exit: { timestamp: second(360), price: 102 } }), MARKET)
    expect((await only(room)).left_out).toBe('a loss of 0.96 % before fees')
  })

  it('is revised where data before the entry changed, and keeps its bytes', async () => {
    const room = openFilledRoom()
    const { id } = await room.annotations.create(markAt(300), MARKET)
    const before = readFileSync(pathOf(room, id), 'utf8')
    room.store.addCandles(MARKET, '1m', [flat(START - 60_000, 77)], BY_TIME)
    expect(await only(room)).toMatchObject({ state: 'complete', detail: null })
    room.store.addCandles(MARKET, '1m', [{ ...flat(START - 60_000, 77), volume: 11 }], BY_TIME)
    expect(await only(room)).toMatchObject({
      state: 'revised',
      left_out: null,
      detail: 'Market data before the entry changed since: ohlcv_1m.',
    })
    expect((await room.testCases.get(`annotation_${id}`)).state).toBe('revised')
    expect(await room.testCases.list({}, { revisions: false })).toMatchObject([{ state: 'complete' }])
    expect(readFileSync(pathOf(room, id), 'utf8')).toBe(before)
  })

  it('does not mind data at or after the entry', async () => {
    const room = openFilledRoom()
    await room.annotations.create(markAt(300), MARKET)
    room.store.addCandles(MARKET, '1m', [flat(second(300), 77)], BY_TIME)
    room.store.addCandles(MARKET, '1d', [flat(second(300), 77)], BY_TIME)
    expect(await only(room)).toMatchObject({ state: 'complete' })
  })

  it('names a broken file and its fault, and leaves it alone', async () => {
    const room = openFilledRoom()
    const { id, test_case_id } = await room.annotations.create(markAt(300), MARKET)
    const path = pathOf(room, id)
    const faults: [(content: TestCaseFile) => void, string][] = [
      [(content) => (content.test_case_id = 'annotation_x'), 'its test_case_id is annotation_x'],
      [(content) => (content.action = 'SELL'), 'SELL is not LONG'],
      [(content) => (content.timestamp = '2024-08-09T00:00:01Z'), 'ohlcv_1s has 2024-08-08T23:58:20Z where'],
      [(content) => (content.market_state.ohlcv_1h.low[7] = 1e9), 'ohlcv_1h has an impossible candle'],
      [(content) => (content.market_state.ohlcv_1d.volume[0] = -1), 'ohlcv_1d has a negative volume'],
      [(content) => content.market_state.ohlcv_1m.close.pop(), 'market_state.ohlcv_1m.close'],
      [
        (content) => (content.expected_outcome.entry_price = 0),
        'entry_price of expected_outcome is not above 0',
      ],
    ]
    const good = readFileSync(path, 'utf8')
    for (const [change, fault] of faults) {
      writeFileSync(path, good)
      edit(path, change)
      const state = await only(room)
      expect(state).toMatchObject({ state: 'broken', timestamp: '2024-08-09T00:00:00Z' })
      expect(state.left_out).toBe('the file can not be used')
      expect(state.detail).toContain(`annotation_${id}.json can not be used`)
      expect(state.detail).toContain(fault)
    }
    writeFileSync(path, 'nonsense {')
    await expect(room.testCases.get(test_case_id)).rejects.toMatchObject({
      code: 'broken_test_case',
      status: 422,
    })
    const { faults: reported, rebuilt } = await room.testCases.repair()
    expect(reported).toMatchObject([{ test_case_id }])
    expect(reported[0]!.detail).toContain('it is no JSON')
    expect(rebuilt).toEqual([])
    expect(readFileSync(path, 'utf8')).toBe('nonsense {')
  })

  it('lists files that belong to no annotation, and does not count on them', async () => {
    const room = openFilledRoom()
    const { id } = await room.annotations.create(markAt(300), MARKET)
    const stray = '7d444840-9dc0-11d1-b245-5ffdce74fad2'
    const text = readFileSync(pathOf(room, id), 'utf8').replace(id, stray)
    writeFileSync(pathOf(room, stray), text)
    writeFileSync(pathOf(room, 'copy'), text)
    expect((await room.testCases.list()).slice(1)).toMatchObject([
      { annotation_id: stray, state: 'complete', left_out: 'it belongs to no annotation' },
      { annotation_id: 'copy', state: 'broken', left_out: 'it belongs to no annotation' },
    ])
    expect((await room.testCases.repair()).faults.map(({ test_case_id }) => test_case_id)).toEqual([
      `annotation_${stray}`,
      'annotation_copy',
    ])
    expect(readdirSync(room.workspace.testCases)).toHaveLength(3)
  })

  it('knows no case that is not there', async () => {
    const room = openFilledRoom()
    const { id, test_case_id } = await room.annotations.create(markAt(300), MARKET)
    const unknown = { code: 'unknown_test_case', status: 404 }
    await expect(room.testCases.get('annotation_nobody')).rejects.toMatchObject(unknown)
    await expect(room.testCases.get('../../annotate')).rejects.toMatchObject(unknown)
    await expect(readTestCase('/nowhere/annotation_x.json')).rejects.toMatchObject(unknown)
    await room.annotations.remove(id)
    await expect(room.testCases.get(test_case_id)).rejects.toMatchObject(unknown)
    expect(await room.testCases.list()).toEqual([])
  })
})

describe('repair at the start', () => {
  it('writes a deleted file anew, byte for byte', async () => {
    const room = openFilledRoom()
    const { id } = await room.annotations.create(markAt(300), MARKET)
    const before = readFileSync(pathOf(room, id), 'utf8')
    rmSync(pathOf(room, id))
    expect(await only(room)).toMatchObject({ state: 'missing', left_out: 'the file is missing' })
    const after = openRoom(room.workspace.root)
    expect(await after.testCases.repair()).toEqual({
      rebuilt: [`annotation_${id}`],
      removed: [],
      faults: [],
    })
    expect(readFileSync(pathOf(room, id), 'utf8')).toBe(before)
    expect(await after.testCases.repair()).toEqual({ rebuilt: [], removed: [], faults: [] })
  })

  it('brings row and file together wherever a crash fell between', async () => {
    const room = openFilledRoom()
    const made = []
    for (const n of [300, 310, 320, 330]) made.push(await room.annotations.create(markAt(n), MARKET))
    const [created, replaced, deleted, restored] = made.map(({ id }) => id) as [
      string,
      string,
      string,
      string,
    ]
    const replacedText = readFileSync(pathOf(room, replaced), 'utf8')
    const deletedText = readFileSync(pathOf(room, deleted), 'utf8')
    const restoredText = readFileSync(pathOf(room, restored), 'utf8')
    // Created: the row is there, the file not yet.
    room.sqlite.prepare('UPDATE annotation SET file_pending = 1 WHERE id = ?').run([created])
    rmSync(pathOf(room, created))
    // Replaced: the row is the new one, the file the old.
    await room.annotations.replace(replaced, markAt(400), MARKET)
    room.sqlite.prepare('UPDATE annotation SET file_pending = 1 WHERE id = ?').run([replaced])
    writeFileSync(pathOf(room, replaced), replacedText)
    // Deleted: the row is marked, the file still there.
    await room.annotations.remove(deleted)
    room.sqlite.prepare('UPDATE annotation SET file_pending = 1 WHERE id = ?').run([deleted])
    writeFileSync(pathOf(room, deleted), deletedText)
    // Restored: the row stands again, the file is not back yet.
    await room.annotations.remove(restored)
    room.sqlite
      .prepare('UPDATE annotation SET file_pending = 1, deleted_at = NULL WHERE id = ?')
      .run([restored])

    const after = openRoom(room.workspace.root)
    const report = await after.testCases.repair()
    expect(new Set(report.rebuilt)).toEqual(
      new Set([`annotation_${created}`, `annotation_${replaced}`, `annotation_${restored}`]),
    )
    expect(report.removed).toEqual([`annotation_${deleted}`])
    expect(report.faults).toEqual([])
    const states = await after.testCases.list()
    expect(states.map(({ annotation_id, timestamp, state }) => [annotation_id, timestamp, state])).toEqual([
      [created, '2024-08-09T00:00:00Z', 'complete'],
      [restored, '2024-08-09T00:00:30Z', 'complete'],
      [replaced, '2024-08-09T00:01:40Z', 'complete'],
    ])
    expect(readFileSync(pathOf(room, restored), 'utf8')).toBe(restoredText)
    await after.annotations.restore(deleted)
    expect(readFileSync(pathOf(room, deleted), 'utf8')).toBe(deletedText)
    expect(await after.testCases.repair()).toEqual({ rebuilt: [], removed: [], faults: [] })
  })

  it('says why a case can not be written anew, and goes on with the others', async () => {
    const room = openFilledRoom()
    const [first, second_] = [
      await room.annotations.create(markAt(300), MARKET),
      await room.annotations.create(markAt(500), MARKET),
    ]
    rmSync(pathOf(room, first.id))
    rmSync(pathOf(room, second_.id))
    room.sqlite.prepare("UPDATE annotation SET venue = 'gone' WHERE id = ?").run([first.id])
    const report = await room.testCases.repair()
    expect(report.rebuilt).toEqual([second_.test_case_id])
    expect(report.faults[0]).toMatchObject({ test_case_id: first.test_case_id })
    expect(report.faults[0]!.detail).toContain('0 of the 100 candles of 1s')
  })

  it('needs no market data to leave good files alone', async () => {
    const room = openFilledRoom()
    await room.annotations.create(markAt(300), MARKET)
    room.sqlite.exec('DELETE FROM candle; DELETE FROM coverage; DELETE FROM trade;')
    const after = openRoom(room.workspace.root)
    expect(await after.testCases.repair()).toEqual({ rebuilt: [], removed: [], faults: [] })
    expect(await after.testCases.list()).toMatchObject([
      { state: 'revised', detail: 'The market data before the entry are no longer stored.' },
    ])
  })
})
