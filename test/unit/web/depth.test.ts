// The order book's panel without a browser: which seconds it keeps, and what the ladder and the heat strip show.
import { describe, expect, it } from 'vitest'
import type { OrderBookOut } from '../../../src/contract/order-book.ts'
import {
  amountDigits,
  amountText,
  heatOf,
  ladderOf,
  marksOf,
  mergedLadderOf,
  timeOf,
  withBook,
  type Books,
} from '../../../src/web/depth/books.ts'

const START = Date.parse('2026-01-15T10:30:00Z')

function book(second: number, more: Partial<OrderBookOut> = {}): OrderBookOut {
  const timestamp = new Date(START + second * 1000).toISOString()
  return {
    symbol: 'ETH/USDT',
    venue: 'demo-1',
    timestamp,
    event_time: timestamp,
    arrived_at: timestamp,
    bids: [
      [100, 1],
      [99.5, 4],
    ],
    asks: [
      [101, 2],
      [101.5, 1],
    ],
    spread: 1,
    mid: 100.5,
    imbalance: 0.25,
    ...more,
  }
}

const seconds = (books: Books | null): number[] | null =>
  books === null ? null : books.map((one) => (timeOf(one) - START) / 1000)

describe('the seconds that are kept', () => {
  it('are the last hundred', () => {
    let books: Books = [book(0)]
    for (let second = 1; second <= 150; second += 1) books = withBook(books, book(second))!
    expect(seconds(books)).toEqual(Array.from({ length: 100 }, (_, k) => k + 51))
  })

  it('do not change with a book that is there already or older', () => {
    const books = [book(0), book(1)]
    expect(withBook(books, book(1))).toBe(books)
    expect(withBook(books, book(0))).toBe(books)
  })

  it('have to be read anew where some are missing', () => {
    expect(withBook([], book(0))).toBeNull()
    expect(withBook([book(0)], book(2))).toBeNull()
  })
})

describe('the ladder', () => {
  it('measures both sides by the largest amount', () => {
    const { bids, asks, largest } = ladderOf(book(0))
    expect(largest).toBe(4)
    expect(bids.map(({ share }) => share)).toEqual([0.25, 1])
    expect(asks).toEqual([
      { price: 101, amount: 2, share: 0.5, venues: [] },
      { price: 101.5, amount: 1, share: 0.25, venues: [] },
    ])
  })

  it('writes amounts with digits that fit the largest', () => {
    const text = (amount: number, largest: number): string => amountText(amount, amountDigits(largest))
    expect(text(1204.4, 2000)).toBe('1,204')
    expect(text(0.5, 38)).toBe('0.50')
    expect(text(2.1, 2.1)).toBe('2.100')
    expect(text(0.0001, 5)).toBe('<0.001')
    expect(text(0.00021, 0.05)).toBe('0.00021')
  })
})

describe('the heat strip', () => {
  it('fills each level as far as the next one outwards, and leaves the spread dark', () => {
    const { cells, step } = heatOf([book(0)])!
    expect(step).toBe(0.5)
    expect(cells.map(({ side, low, high }) => [side, low, high])).toEqual([
      ['bid', 99.75, 100.25],
      ['bid', 99.25, 99.75],
      ['ask', 100.75, 101.25],
      ['ask', 101.25, 101.75],
    ])
    expect(cells.map(({ heat }) => heat)).toEqual([0.5, 1, Math.sqrt(0.5), 0.5])
  })

  it('counts ages from the last second and skips mids that do not exist', () => {
    const heat = heatOf([book(0), book(1, { asks: [], mid: null }), book(3)])!
    expect(heat.mids.map(({ age }) => age)).toEqual([3, 0])
    expect([...new Set(heat.cells.map(({ age }) => age))]).toEqual([3, 2, 0])
    expect([heat.low, heat.high]).toEqual([99.5, 101.5])
  })

  it('is nothing without a level', () => {
    expect(heatOf([])).toBeNull()
    expect(heatOf([book(0, { bids: [], asks: [], mid: null })])).toBeNull()
  })
})

describe('several venues as one', () => {
  const level = (price: number, ...venues: [string, number][]) => ({
    price,
    amount: venues.reduce((sum, [, amount]) => sum + amount, 0),
    venues: venues.map(([venue, amount]) => ({ venue, amount })),
  })

  it('keeps whose each level is, and shows ten a side', () => {
    const bids = Array.from({ length: 14 }, (_, k) => level(100 - k, ['binance', 1], ['kraken', k]))
    const ladder = mergedLadderOf({ bids, asks: [level(101, ['kraken', 4])] })
    expect(ladder.bids).toHaveLength(10)
    expect(ladder.largest).toBe(10)
    expect(ladder.asks[0]).toMatchObject({ price: 101, share: 0.4 })
    expect(ladder.bids[2]!.venues.map(({ venue }) => venue)).toEqual(['binance', 'kraken'])
  })

  it('gives venues that begin alike marks that differ', () => {
    const marks = marksOf(['binance', 'bitget', 'kraken', 'bitfinex'])
    expect([...marks.values()]).toEqual(['bi', 'bt', 'kr', 'bf'])
  })
})
