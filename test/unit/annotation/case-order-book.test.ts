import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Annotations } from '../../../src/annotation/annotations.ts'
import { writeOrderBook } from '../../../src/annotation/case-order-book.ts'
import { caseArrays } from '../../../src/annotation/interchange/case-arrays.ts'
import { caseOrderBooksTable } from '../../../src/annotation/interchange/tables.ts'
import { TestCases } from '../../../src/annotation/test-cases.ts'
import type { TestCaseFile } from '../../../src/contract/annotations.ts'
import { epochMs, SECOND, toIso, type EpochMs } from '../../../src/core/time.ts'
import { loadSymbolBookSlice } from '../../../src/market/book/book-slice.ts'
import { BookStore } from '../../../src/market/book/book-store.ts'
import { bookWindowAt } from '../../../src/market/book/order-book-window.ts'
import { bookMigrations } from '../../../src/market/book/schema.ts'
import type { TopSnapshot } from '../../../src/market/book/top-snapshot.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import type { Market } from '../../../src/market/types.ts'
import { MARKET, markAt, openFilledRoom, second } from './fixture.ts'

/** The book as of the n-th second: prices that tell the second, `amount` at the touch. */
function bookAt(n: number, amount = 2): TopSnapshot {
  const time = second(n)
  const eventTime = epochMs(time - 1)
  const bids = [100 + n / 100, amount, 99.5 + n / 100, 3]
  return { time, eventTime, arrivedAt: eventTime, lastUpdateId: n, bids, asks: [101 + n / 100, 1] }
}

const books = (from: number, to: number): TopSnapshot[] =>
  Array.from({ length: to - from }, (_, i) => bookAt(from + i))

function openBookRoom() {
  const room = openFilledRoom()
  for (const { sql } of bookMigrations) room.sqlite.exec(sql)
  const store = new BookStore(room.sqlite)
  const reader = createMarketReader(room.store)
  const { database } = room
  const parts = { database, workspace: room.workspace, reader, books: store, clock: room.clock }
  return { ...room, books: store, annotations: new Annotations(parts), testCases: new TestCases(parts) }
}

const entry = (file: TestCaseFile): EpochMs => epochMs(Date.parse(file.timestamp))

describe('the order book of a test case', () => {
  it('is the last 100 snapshots as of T, by names, stamped as the 1s candles are', async () => {
    const room = openBookRoom()
    room.books.append(MARKET, books(150, 320))
    const { test_case_id: id } = await room.annotations.create(markAt(300), MARKET)
    const file = await room.testCases.file(id)
    const part = file.order_book!
    expect(part.timestamps).toEqual(file.market_state.ohlcv_1s.timestamps)
    expect(part.timestamps.at(-1)).toBe(toIso(epochMs(entry(file) - SECOND)))
    expect([part.venues, part.gaps]).toEqual([['test'], []])
    expect(part.levels.bid_price_1.at(-1)).toBe(103)
    expect(part.levels.bid_price_1[0]).toBe(102.01)
    expect([part.levels.ask_price_1.at(-1), part.levels.ask_amount_1.at(-1)]).toEqual([104, 1])
    expect([part.levels.bid_price_2.at(-1), part.levels.bid_amount_3.at(-1)]).toEqual([102.5, 0])
    const range = { from: entry(file), to: entry(file) }
    const window = bookWindowAt(loadSymbolBookSlice(room.books, MARKET, range), entry(file))
    const values = new Float64Array(4000)
    writeOrderBook(part, values)
    expect(values).toEqual(window.values)
  })

  it('changes no byte of a case where none is recorded', async () => {
    const room = openBookRoom()
    const plain = openFilledRoom()
    const { test_case_id: id } = await room.annotations.create(markAt(300), MARKET)
    const other = await plain.annotations.create(markAt(300), MARKET)
    const text = (folder: string, name: string): string =>
      readFileSync(join(folder, `${name}.json`), 'utf8').replaceAll(name, 'ID')
    expect(text(room.workspace.testCases, id)).toBe(text(plain.workspace.testCases, other.test_case_id))
  })

  it('lists seconds that are missing, which repeat the one before', async () => {
    const room = openBookRoom()
    room.books.append(MARKET, [...books(150, 250), ...books(253, 320)])
    const { test_case_id: id } = await room.annotations.create(markAt(300), MARKET)
    const { order_book: part } = await room.testCases.file(id)
    const gap = { from: toIso(epochMs(second(250) - SECOND)), to: toIso(epochMs(second(253) - SECOND)) }
    expect(part!.gaps).toEqual([gap])
    const row = part!.timestamps.indexOf(gap.from)
    expect(part!.levels.bid_price_1.slice(row - 1, row + 4)).toEqual([102.49, 102.49, 102.49, 102.49, 102.53])
    expect(await room.testCases.list()).toMatchObject([{ state: 'complete', order_book_gap_share_pct: 3 }])
  })

  it('merges the venues of a symbol, and of a simulated market takes its own alone', async () => {
    const room = openBookRoom()
    const other: Market = { venue: 'other', symbol: MARKET.symbol }
    room.books.append(MARKET, books(150, 320))
    room.books.append(
      other,
      books(240, 320).map((book) => ({ ...book, bids: [book.bids[0]!, 5] })),
    )
    room.books.append(
      { ...MARKET, venue: 'demo-1' },
      books(150, 320).map((book) => ({ ...book, bids: [1, 1] })),
    )
    const { test_case_id: id } = await room.annotations.create(markAt(300), MARKET)
    const { venues, levels } = (await room.testCases.file(id)).order_book!
    expect(venues).toEqual(['other', 'test'])
    // 60 of the 100 seconds have both: amounts at one price add up.
    expect(levels.bid_amount_1.filter((amount) => amount === 7)).toHaveLength(61)
    expect(levels.bid_amount_1.filter((amount) => amount === 2)).toHaveLength(39)
    const own = loadSymbolBookSlice(
      room.books,
      { ...MARKET, venue: 'demo-1' },
      { from: second(300), to: second(300) },
    )
    expect(own.mixes).toEqual([['demo-1']])
  })

  it('is frozen: a book recorded since makes the case revised, and saving again puts it in', async () => {
    const room = openBookRoom()
    const { id, test_case_id } = await room.annotations.create(markAt(300), MARKET)
    expect(await room.testCases.list()).toMatchObject([{ state: 'complete', order_book_gap_share_pct: null }])
    room.books.append(MARKET, books(150, 320))
    expect(await room.testCases.list()).toMatchObject([
      { state: 'revised', detail: expect.stringContaining('save the annotation again') as string },
    ])
    expect((await room.testCases.file(test_case_id)).order_book).toBeUndefined()
    await room.annotations.replace(id, markAt(300), MARKET)
    expect(await room.testCases.list()).toMatchObject([{ state: 'complete', order_book_gap_share_pct: 0 }])
    // Deleted and brought back it is the same bytes.
    const path = join(room.workspace.testCases, `${test_case_id}.json`)
    const before = readFileSync(path, 'utf8')
    await room.annotations.remove(id)
    await room.annotations.restore(id)
    expect(readFileSync(path, 'utf8') === before).toBe(true)
  })

  it('is part of what repair writes anew', async () => {
    const room = openBookRoom()
    room.books.append(MARKET, books(150, 320))
    const { test_case_id: id } = await room.annotations.create(markAt(300), MARKET)
    const path = join(room.workspace.testCases, `${id}.json`)
    const before = readFileSync(path, 'utf8')
    rmSync(path)
    expect((await room.testCases.repair()).rebuilt).toEqual([id])
    expect(readFileSync(path, 'utf8') === before).toBe(true)
  })

  it.each([
    ['timestamps.3', (file: TestCaseFile) => (file.order_book!.timestamps[3] = file.timestamp), 'belongs'],
    [
      'a price of 0',
      (file: TestCaseFile) => (file.order_book!.levels.ask_price_2[7] = 0),
      'impossible ask_price_2',
    ],
    [
      'a negative amount',
      (file: TestCaseFile) => (file.order_book!.levels.bid_amount_1[0] = -1),
      'bid_amount_1',
    ],
    ['99 seconds', (file: TestCaseFile) => file.order_book!.levels.bid_price_4.pop(), 'bid_price_4'],
  ])('edited into nonsense (%s) it is named and left alone', async (_name, edit, words) => {
    const room = openBookRoom()
    room.books.append(MARKET, books(150, 320))
    const { test_case_id: id } = await room.annotations.create(markAt(300), MARKET)
    const file = await room.testCases.file(id)
    edit(file)
    const path = join(room.workspace.testCases, `${id}.json`)
    writeFileSync(path, JSON.stringify(file))
    const [fault] = (await room.testCases.repair()).faults
    expect(fault!.detail).toContain('order_book')
    expect(fault!.detail).toContain(words)
  })

  it('goes into NPZ and Parquet, NaN for a case without one', async () => {
    const room = openBookRoom()
    room.books.append(MARKET, books(150, 320))
    const made = [
      await room.annotations.create(markAt(300), MARKET),
      await room.annotations.create(markAt(600), MARKET),
    ]
    const files = await Promise.all(made.map(({ test_case_id: id }) => room.testCases.file(id)))
    const arrays = caseArrays(files)
    expect(arrays['order_book']!.shape).toEqual([2, 100, 40])
    const values = arrays['order_book']!.values as Float64Array
    expect([...values.subarray(3960, 3964)]).toEqual([104, 1, 103, 2])
    expect(values.subarray(4000).every(Number.isNaN)).toBe(true)
    const table = caseOrderBooksTable(files)
    expect(table.columns.map(({ name }) => name).slice(0, 6)).toEqual([
      'test_case_id',
      'date',
      'ask_price_1',
      'ask_amount_1',
      'bid_price_1',
      'bid_amount_1',
    ])
    expect(table.columns[2]!.values).toHaveLength(100)
    expect(caseArrays([files[1]!])['order_book']).toBeUndefined()
  })
})
