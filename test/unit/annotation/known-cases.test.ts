// States of test cases cost what changed, not what there is: counted in market states asked for.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TestCases } from '../../../src/annotation/test-cases.ts'
import type { TestCaseState } from '../../../src/contract/annotations.ts'
import type { MarketReader } from '../../../src/market/provider.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { at, flat, markAt, MARKET, openFilledRoom, openRoom, START, type Room } from './fixture.ts'

const BY_TIME = { first: null, corrected: at('2030-01-01T00:00:00Z') }
const MARKS = 12

/** The room's test cases, and how many market states they have asked for. */
function counted({ database, workspace, store }: Room): { testCases: TestCases; asked: () => number } {
  const reader = createMarketReader(store)
  let slices = 0
  const counting: MarketReader = {
    markets: () => reader.markets(),
    candles: (request) => reader.candles(request),
    stored: (...of) => reader.stored(...of),
    coverage: (...of) => reader.coverage(...of),
    trades: (...of) => reader.trades(...of),
    takesNegativePrices: (of) => reader.takesNegativePrices(of),
    notPositive: (...of) => reader.notPositive(...of),
    slice: async (...of) => {
      slices += 1
      return reader.slice(...of)
    },
  }
  return {
    testCases: new TestCases({ database, workspace, reader: counting }),
    asked: () => slices,
  }
}

async function marked(): Promise<Room & ReturnType<typeof counted>> {
  const room = openFilledRoom()
  for (let n = 0; n < MARKS; n++) await room.annotations.create(markAt(300 + 10 * n, 5), MARKET)
  return { ...room, ...counted(room) }
}

/** Changes a minute candle before the marks. */
function revise({ store }: Pick<Room, 'store'>, volume: number): void {
  store.addCandles(MARKET, '1m', [{ ...flat(START - 60_000, 77), volume }], BY_TIME)
}

const kinds = (states: readonly TestCaseState[]): string[] => states.map(({ state }) => state)

describe('states of test cases', () => {
  it('are compared with the market once, and not again while nothing changes', async () => {
    const { testCases, asked } = await marked()
    expect(kinds(await testCases.list())).toEqual(Array(MARKS).fill('complete'))
    expect(asked()).toBe(MARKS)
    await testCases.list()
    await testCases.glance(100)
    expect(asked()).toBe(MARKS)
  })

  it('cost one comparison where one annotation is saved', async () => {
    const room = await marked()
    await room.testCases.list()
    await room.annotations.create(markAt(600), MARKET)
    const before = room.asked()
    expect(await room.testCases.list()).toHaveLength(MARKS + 1)
    expect(room.asked() - before).toBe(1)
  })

  it('do not mind data at or after the last entry, and are all compared where earlier data changed', async () => {
    const room = await marked()
    await room.testCases.list()
    room.store.addCandles(MARKET, '1m', [flat(START + 3_600_000, 78)], BY_TIME)
    await room.testCases.list()
    expect(room.asked()).toBe(MARKS)
    revise(room, 11)
    expect(kinds(await room.testCases.list())).toEqual(Array(MARKS).fill('revised'))
    expect(room.asked()).toBe(2 * MARKS)
  })

  it('are the same after a restart, without a comparison', async () => {
    const room = await marked()
    revise(room, 11)
    await room.testCases.list()
    const again = counted(room)
    expect(kinds(await again.testCases.list())).toEqual(Array(MARKS).fill('revised'))
    expect(again.asked()).toBe(0)
  })

  it('notice what another process changed', async () => {
    const room = await marked()
    await room.testCases.list()
    const other = openRoom(room.workspace.root)
    revise(other, 11)
    expect(kinds(await room.testCases.list())).toEqual(Array(MARKS).fill('revised'))
    revise(other, 10)
  })

  it('are told as they were known where one cannot wait, and how many are pending', async () => {
    const room = await marked()
    await room.testCases.list()
    revise(room, 11)
    const { states, pending } = await room.testCases.glance(5)
    expect(kinds(states)).toEqual([...Array(5).fill('revised'), ...Array(MARKS - 5).fill('complete')])
    expect(pending).toBe(MARKS - 5)
    const changed: TestCaseState[] = []
    while (await room.testCases.compareNext((state) => changed.push(state)));
    expect(kinds(changed)).toEqual(Array(MARKS - 5).fill('revised'))
    expect(await room.testCases.glance(0)).toMatchObject({ pending: 0 })
    expect(await room.testCases.compareNext(() => expect.unreachable())).toBe(false)
  })

  it('follow a file that is edited, mended or lost', async () => {
    const room = await marked()
    const [first] = await room.testCases.list()
    const path = join(room.workspace.testCases, `${first?.test_case_id}.json`)
    const good = readFileSync(path, 'utf8')
    writeFileSync(path, good.replace('"action": "BUY"', '"action": "SELL"'))
    expect(kinds(await room.testCases.list())[0]).toBe('broken')
    writeFileSync(path, good)
    expect(kinds(await room.testCases.list())[0]).toBe('complete')
  })
})
