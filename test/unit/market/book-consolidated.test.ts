import { describe, expect, it } from 'vitest'
import { epochMs } from '../../../src/core/time.ts'
import { binanceSpot } from '../../../src/market/exchange/binance/book-sequence.ts'
import { consolidate, ConsolidatedBook } from '../../../src/market/book/consolidated-book.ts'
import { VenueBook } from '../../../src/market/book/venue-book.ts'
import { diff, snapshot, START, top } from './book-fixture.ts'

const NOW = epochMs(START + 1000)

describe('the consolidated book', () => {
  it('merges by price, each level knowing its venues; amounts are exact decimal sums', () => {
    const tops = [
      { venue: 'kraken', top: top(1, 100, { bids: [99, 0.2, 98, 1], asks: [101, 3] }) },
      { venue: 'binance', top: top(1, 100, { bids: [99, 0.1], asks: [100.5, 2, 101, 4] }) },
    ]
    const book = consolidate(tops, NOW)
    expect(book.bids).toEqual([
      {
        price: 99,
        amount: 0.3,
        venues: [
          { venue: 'binance', amount: 0.1 },
          { venue: 'kraken', amount: 0.2 },
        ],
      },
      { price: 98, amount: 1, venues: [{ venue: 'kraken', amount: 1 }] },
    ])
    expect(book.asks.map(({ price, amount, venues }) => [price, amount, venues.length])).toEqual([
      [100.5, 2, 1],
      [101, 7, 2],
    ])
    expect(book).toMatchObject({ crossed: false, locked: false, time: NOW })
  })

  it('says that it is crossed or locked across venues, which is normal', () => {
    const a = { venue: 'a', top: top(1, 100) }
    expect(consolidate([a, { venue: 'b', top: top(1, 102) }], NOW)).toMatchObject({
      crossed: true,
      locked: false,
    })
    expect(consolidate([a, { venue: 'b', top: top(1, 101) }], NOW)).toMatchObject({
      crossed: false,
      locked: true,
    })
  })

  it('drops venues that are stale, out of step or crossed in themselves, and lists them', () => {
    const old = epochMs(NOW - 5_001)
    const tops = [
      { venue: 'live', top: top(1, 100, { eventTime: epochMs(NOW - 5_000) }) },
      { venue: 'stale', top: top(1, 90, { eventTime: old }) },
      { venue: 'syncing', top: null },
      { venue: 'wrong', top: top(1, 100, { bids: [105, 1], asks: [104, 1] }) },
    ]
    const book = consolidate(tops, NOW)
    expect(book.venues).toEqual([
      { venue: 'live', state: 'live', eventTime: NOW - 5_000 },
      { venue: 'stale', state: 'stale', eventTime: old },
      { venue: 'syncing', state: 'out_of_step', eventTime: null },
      { venue: 'wrong', state: 'out_of_step', eventTime: NOW - 40 },
    ])
    expect(book.bids.flatMap(({ venues }) => venues.map(({ venue }) => venue))).toEqual(['live', 'live'])
    expect(consolidate(tops, NOW, { staleAfter: 6_000 }).venues[1]).toMatchObject({ state: 'live' })
    expect(consolidate([], NOW)).toMatchObject({ bids: [], asks: [], crossed: false, locked: false })
  })

  it('follows live books', () => {
    const [a, b] = ['a', 'b'].map((venue) => {
      return new VenueBook({ market: { venue, symbol: 'ETH/USDT' }, rule: binanceSpot })
    }) as [VenueBook, VenueBook]
    const cob = new ConsolidatedBook([a, b])
    a.feed(snapshot(1))
    a.feed(diff([2, 2], { time: START + 500 }))
    expect(cob.at(NOW).venues.map(({ state }) => state)).toEqual(['live', 'out_of_step'])
    b.feed(snapshot(1, { bids: [99.5, 3], asks: [101, 5], time: START + 400 }))
    expect(cob.at(NOW).bids.map(({ price }) => price)).toEqual([99.5, 99, 98])
    expect(cob.at(NOW).asks[0]).toMatchObject({ price: 101, amount: 6 })
    b.reset('gone')
    expect(cob.at(NOW).bids.map(({ price }) => price)).toEqual([99, 98])
  })

  it('is of one symbol', () => {
    const books = ['ETH/USDT', 'ETH/USD'].map((symbol) => {
      return new VenueBook({ market: { venue: 'a', symbol }, rule: binanceSpot })
    })
    expect(() => new ConsolidatedBook(books)).toThrow(/ETH\/USDT, ETH\/USD/)
  })
})
