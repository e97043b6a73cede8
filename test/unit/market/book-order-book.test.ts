import { describe, expect, it } from 'vitest'
import { bookMessageOf, parseRecordedBookLine } from '../../../src/market/exchange/binance/book-messages.ts'
import { decimalOf } from '../../../src/market/book/decimal-text.ts'
import { OrderBook } from '../../../src/market/book/order-book.ts'
import { epochMs } from '../../../src/core/time.ts'
import { diff, snapshot, START } from './book-fixture.ts'

describe('an order book', () => {
  it('takes a snapshot, changes levels, removes those whose amount is 0, and ignores the removal of one that is not there', () => {
    const book = new OrderBook()
    book.load(snapshot(5, { bids: [99, 1, 98, 2, 97, 3], asks: [101, 1, 102, 2] }))
    book.apply(
      diff([6, 9], { bids: [98, 0, 99, 7, 98.5, 4, 50, 0], asks: [100.5, 0.1, 101, 0], time: START + 70 }),
    )
    expect(book.top(3)).toEqual({
      bids: [
        [99, 7],
        [98.5, 4],
        [97, 3],
      ],
      asks: [
        [100.5, 0.1],
        [102, 2],
      ],
    })
    expect(book.top(1)).toEqual({ bids: [[99, 7]], asks: [[100.5, 0.1]] })
    expect([book.bestBid, book.bestAsk]).toEqual([
      [99, 7],
      [100.5, 0.1],
    ])
    expect(book).toMatchObject({ lastUpdateId: 9, eventTime: START + 70, version: 2, crossing: null })
    expect([book.bids.amountOf(98.5), book.bids.amountOf(98)]).toEqual([4, 0])
  })

  it('reports a crossed and a locked book, and an empty side as neither', () => {
    const book = new OrderBook()
    book.load(snapshot(1))
    book.apply(diff([2, 2], { bids: [101, 1] }))
    expect(book.crossing).toEqual({ bid: 101, ask: 101 })
    book.apply(diff([3, 3], { bids: [103, 1] }))
    expect(book.crossing).toEqual({ bid: 103, ask: 101 })
    book.apply(diff([4, 4], { asks: [101, 0, 102, 0] }))
    expect(book.crossing).toBeNull()
    expect(book.bestAsk).toBeNull()
  })

  it('knows how many levels are certain below a snapshot that was cut', () => {
    const book = new OrderBook()
    book.load(snapshot(1, { cut: true }))
    expect(book.knownDepth).toBe(2)
    book.apply(diff([2, 2], { bids: [90, 5, 99.5, 1], asks: [101, 0] }))
    expect([book.bids.length, book.bids.known, book.asks.known, book.knownDepth]).toEqual([4, 3, 1, 1])
    book.load(snapshot(3, { cut: false }))
    expect(book.knownDepth).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('messages of Binance', () => {
  it('are read from the wire and from recorded lines; a side of 1,000 levels counts as cut, one of 999 does not', () => {
    const levels = Array.from({ length: 1000 }, (_, index) => [String(100 - index / 100), '1.50000000'])
    const message = { lastUpdateId: 7, bids: levels, asks: levels.slice(1).toReversed() }
    expect(bookMessageOf(message, epochMs(START))).toMatchObject({ bidsCut: true, asksCut: false })
    const line = `{"type":"update","recv_ns":1723161254036052868,"E":1723161255308,"U":5,"u":9,"pu":4,"b":[["2683.80000000","3.02920000"]],"a":[]}`
    expect(parseRecordedBookLine(line)).toEqual({
      kind: 'diff',
      firstUpdateId: 5,
      lastUpdateId: 9,
      previousUpdateId: 4,
      eventTime: 1723161255308,
      arrivedAt: 1723161254036,
      bids: [2683.8, 3.0292],
      asks: [],
    })
  })

  it.each([
    ['{"recv_ns":1', 'no JSON'],
    ['17', 'no JSON object'],
    ['{"E":1723161255308,"U":5,"u":9,"b":[],"a":[]}', 'recv_ns'],
    ['{"recv_ns":1723161254036052868,"U":5,"u":9,"b":[],"a":[]}', 'E is missing'],
    ['{"recv_ns":1723161254036052868,"E":1723161255308,"U":9,"u":5,"b":[],"a":[]}', 'above'],
    ['{"recv_ns":1723161254036052868,"E":1723161255308,"U":"5","u":9,"b":[],"a":[]}', 'U is "5"'],
    ['{"recv_ns":1723161254036052868,"E":1723161255308,"U":5,"u":9,"b":[["",1]],"a":[]}', 'level ["",1]'],
    ['{"recv_ns":1723161254036052868,"E":1723161255308,"U":5,"u":9,"b":[["1","-2"]],"a":[]}', '["1","-2"]'],
    ['{"recv_ns":1723161254036052868,"E":1723161255308,"U":5,"u":9,"b":[],"a":{}}', 'a is missing'],
  ])('%s is refused: %s', (line, words) => {
    expect(() => parseRecordedBookLine(line)).toThrow(words)
  })

  it.each(['', ' 1', '0x10', '1e', '-1', '+1', '.5', '1.2.3', 'NaN', 'Infinity', null, undefined, {}])(
    '%j is no decimal',
    (text) => expect(decimalOf(text)).toBeNaN(),
  )
})
