import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import { epochMs } from '../../../src/core/time.ts'
import { loadBookSlice } from '../../../src/market/book/book-slice.ts'
import { bookWindowAt, orderBookWindow } from '../../../src/market/book/order-book-window.ts'
import { decodeBlock, encodeBlock } from '../../../src/market/book/snapshot-codec.ts'
import type { TopSnapshot } from '../../../src/market/book/top-snapshot.ts'
import { BINANCE, openBookStore, START, top } from './book-fixture.ts'
import { span, temporaryFolder } from './fixture.ts'

const seconds = (from: number, to: number): TopSnapshot[] =>
  Array.from({ length: to - from }, (_, index) => top(from + index, 100 + (from + index) / 10))
const at = (second: number) => epochMs(START + 1000 * second)

describe('the book store', () => {
  it('keeps what was appended, across connections and minutes; reads by range and as of an instant', () => {
    const folder = temporaryFolder()
    const all = seconds(50, 190)
    expect(openBookStore(folder).append(BINANCE, all)).toMatchObject({ added: 140, present: 0, conflicts: 0 })
    const store = openBookStore(folder)
    expect(store.range(BINANCE, span(at(0), at(1000)))).toEqual(all)
    expect(store.range(BINANCE, span(at(119), at(121)))).toEqual(seconds(119, 121))
    expect(store.before(BINANCE, at(150), 100)).toEqual(seconds(51, 151))
    expect(store.before(BINANCE, epochMs(at(150) - 1), 2)).toEqual(seconds(148, 150))
    expect(store.before(BINANCE, at(55))).toEqual(seconds(50, 56))
    expect(store.before(BINANCE, at(49))).toEqual([])
    expect(store.recorded(BINANCE)).toEqual([span(at(50), at(190))])
    expect(store.size(BINANCE).seconds).toBe(140)
    expect(store.before({ venue: 'other', symbol: 'ETH/USDT' }, at(100))).toEqual([])
  })

  it('appended again adds nothing; a different snapshot of a stored second is counted and the first one stays', () => {
    const store = openBookStore()
    store.append(BINANCE, seconds(0, 10))
    const [changed] = [top(4, 300)]
    expect(store.append(BINANCE, [...seconds(8, 12), changed])).toMatchObject({
      added: 2,
      present: 2,
      conflicts: 1,
    })
    expect(store.range(BINANCE, span(at(0), at(20)))).toEqual(seconds(0, 12))
  })

  it('lists the seconds that are missing inside a minute', () => {
    const store = openBookStore()
    store.append(BINANCE, [...seconds(0, 3), ...seconds(7, 8), ...seconds(59, 61)])
    expect(store.recorded(BINANCE)).toEqual([span(at(0), at(3)), span(at(7), at(8)), span(at(59), at(61))])
  })

  it.each([
    ['time is no whole second', { time: epochMs(START + 1) }],
    ['not before it', { eventTime: epochMs(START + 1000) }],
    ['no level', { bids: [], asks: [] }],
    ['bids are no ladder', { bids: [99, 1, 99, 2] }],
    ['asks are no ladder', { asks: [101, 1, 100.5, 2] }],
    ['asks are no ladder', { asks: [101, 0] }],
    ['not below its best ask', { bids: [101, 1], asks: [101, 1] }],
    ['update number', { lastUpdateId: 2 ** 53 }],
  ])('refuses a snapshot: %s', (words, more) => {
    const store = openBookStore()
    expect(() => store.append(BINANCE, [top(5), top(1, 100, more)])).toThrow(words)
    expect(store.range(BINANCE, span(at(0), at(10)))).toEqual([])
  })

  it('a damaged block is an error with words, never a wrong book', () => {
    const bytes = encodeBlock(seconds(0, 5))
    expect(decodeBlock(bytes)).toEqual(seconds(0, 5))
    expect(() => decodeBlock(bytes.slice(0, -1))).toThrow(/ends too soon/)
    expect(() => decodeBlock(Uint8Array.from([9, 2, 2]))).toThrow(/layout is 9/)
    expect(() => decodeBlock(Uint8Array.from([1, 77, 2]))).toThrow(/scale/)
    expect(() => decodeBlock(Uint8Array.from([1, 2, 2, ...Array<number>(9).fill(255)]))).toThrow(/too long/)
  })
})

describe('the window of 100 seconds', () => {
  it('has the DeepLOB columns, oldest row first, the last row as of the instant itself', () => {
    const store = openBookStore()
    store.append(BINANCE, seconds(1, 140))
    const values = orderBookWindow(store, BINANCE, at(120))
    expect(values).toHaveLength(4000)
    const row = (index: number) => [...values.subarray(40 * index, 40 * index + 12)]
    // Two levels a side are recorded: the third and further ones repeat the second's price with amount 0.
    expect(row(0)).toEqual([102.6, 0.25, 101.6, 1.5, 103.1, 4, 101.1, 2, 103.1, 0, 101.1, 0])
    expect(row(99)).toEqual([112.5, 0.25, 111.5, 1.5, 113, 4, 111, 2, 113, 0, 111, 0])
    const last = [...values.subarray(3996)]
    expect(last).toEqual([113, 0, 111, 0])
    expect(orderBookWindow(store, BINANCE, epochMs(at(120) + 999))).toEqual(values)
  })

  it('fills a missing second with the last one before it and lists it', () => {
    const store = openBookStore()
    store.append(BINANCE, [...seconds(0, 1), ...seconds(40, 80), ...seconds(85, 140)])
    const slice = loadBookSlice(store, BINANCE, span(at(120), at(139)))
    const { values, gaps } = bookWindowAt(slice, at(120))
    expect(gaps).toEqual([span(at(21), at(40)), span(at(80), at(85))])
    expect(values[0]).toBe(100.5)
    expect([values[40 * (79 - 21)], values[40 * (84 - 21)], values[40 * (85 - 21)]]).toEqual([
      108.4, 108.4, 109,
    ])
  })

  it('an empty side takes the other side’s best price, amount 0', () => {
    const store = openBookStore()
    store.append(
      BINANCE,
      Array.from({ length: 100 }, (_, index) => top(index, 100, { bids: [] })),
    )
    expect([...orderBookWindow(store, BINANCE, at(99)).subarray(0, 8)]).toEqual([
      100.5, 0.25, 100.5, 0, 101, 4, 100.5, 0,
    ])
  })

  it('says no_order_book where a row has nothing to take', () => {
    const store = openBookStore()
    store.append(BINANCE, seconds(30, 140))
    const error = caught(() => orderBookWindow(store, BINANCE, at(128)))
    expect(error).toMatchObject({ code: 'no_order_book', status: 422, details: { have: 99, need: 100 } })
    expect(() => orderBookWindow(store, BINANCE, at(129))).not.toThrow()
    expect(caught(() => orderBookWindow(store, BINANCE, at(139 + 61)))).toMatchObject({
      code: 'no_order_book',
    })
    expect(caught(() => orderBookWindow(openBookStore(), BINANCE, at(0)))).toMatchObject({
      details: { have: 0, recorded: [] },
    })
  })
})

function caught(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}
