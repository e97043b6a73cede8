// A book that someone else keeps in step: sampled once a second by the times of its messages, dropped when it crosses or breaks.
import { describe, expect, it } from 'vitest'
import { epochMs, type EpochMs } from '../../../src/core/time.ts'
import { ConsolidatedBook } from '../../../src/market/book/consolidated-book.ts'
import { MirroredBook, type BookState } from '../../../src/market/book/mirrored-book.ts'
import type { TopSnapshot } from '../../../src/market/book/top-snapshot.ts'

const START = 1_700_000_000_000
const at = (ms: number): EpochMs => epochMs(START + ms)

function state(ms: number | null, bid: number, ask: number): BookState {
  const eventTime = ms === null ? null : at(ms)
  const arrivedAt = at((ms ?? 0) + 20)
  return { eventTime, arrivedAt, lastUpdateId: 7, bids: [bid, 1, bid - 1, 2], asks: [ask, 3, ask + 1, 4] }
}

function mirrored(venue = 'kraken'): { book: MirroredBook; seconds: TopSnapshot[] } {
  const seconds: TopSnapshot[] = []
  const market = { venue, symbol: 'ETH/USD' }
  const book = new MirroredBook({ market, onSecond: (snapshot) => seconds.push(snapshot) })
  return { book, seconds }
}

describe('a mirrored book', () => {
  it('gives each second the book before the first message at or after it', () => {
    const { book, seconds } = mirrored()
    for (const [ms, bid] of [
      [100, 10],
      [999, 11],
      [1000, 12],
      [3500, 13],
    ] as const)
      expect(book.see(state(ms, bid, 20))).toBeNull()
    expect(seconds.map(({ time, eventTime, bids }) => [time, eventTime, bids[0]])).toEqual([
      [at(1000), at(999), 11],
      [at(2000), at(1000), 12],
      [at(3000), at(1000), 12],
    ])
  })

  it('waits for a message with a time, and takes a quiet second when it is told to', () => {
    const { book, seconds } = mirrored()
    book.see(state(null, 10, 20))
    book.tick(at(1000))
    expect(seconds).toEqual([])
    book.see(state(1500, 11, 20))
    book.tick(at(2000))
    expect(seconds.map(({ time, bids }) => [time, bids[0]])).toEqual([[at(2000), 11]])
  })

  it('is out of step once it crosses or breaks, and records nothing until it is seen anew', () => {
    const { book, seconds } = mirrored()
    book.see(state(100, 10, 20))
    expect(book.see(state(200, 20, 20))).toMatchObject({ reason: 'crossed' })
    expect(book.inStep).toBe(false)
    book.tick(at(1000))
    book.see(state(2100, 10, 20))
    expect(book.reset('The connection broke.')).toMatchObject({ reason: 'reset' })
    book.tick(at(3000))
    book.see(state(4100, 12, 20))
    book.tick(at(5000))
    expect(seconds.map(({ time, bids }) => [time, bids[0]])).toEqual([[at(5000), 12]])
    expect(book.counts).toEqual({ applied: 4, resyncs: 2, crossed: 1 })
  })

  it('takes part in a consolidated book as long as it is in step', () => {
    const [a, b] = [mirrored('kraken').book, mirrored('okx').book]
    a.see(state(100, 10, 20))
    b.see(state(200, 10, 21))
    const both = new ConsolidatedBook([a, b])
    expect(both.at(at(1000)).bids[0]).toEqual({
      price: 10,
      amount: 2,
      venues: [
        { venue: 'kraken', amount: 1 },
        { venue: 'okx', amount: 1 },
      ],
    })
    b.reset('The connection broke.')
    const one = both.at(at(1000))
    expect(one.bids[0]!.amount).toBe(1)
    expect(one.venues.map(({ venue, state: is }) => [venue, is])).toEqual([
      ['kraken', 'live'],
      ['okx', 'out_of_step'],
    ])
  })
})
