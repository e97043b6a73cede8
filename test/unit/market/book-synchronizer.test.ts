import { describe, expect, it } from 'vitest'
import { binanceFutures, binanceSpot } from '../../../src/market/exchange/binance/book-sequence.ts'
import { createSynchronizer } from '../../../src/market/book/synchronizer.ts'
import type { TopSnapshot } from '../../../src/market/book/top-snapshot.ts'
import { VenueBook } from '../../../src/market/book/venue-book.ts'
import { BINANCE, diff, snapshot, START } from './book-fixture.ts'

describe('Binance spot', () => {
  it('buffers, drops u ≤ lastUpdateId, joins at U ≤ lastUpdateId + 1 ≤ u, goes on at U = previous u + 1', () => {
    const sync = createSynchronizer(binanceSpot)
    const [old, first, second] = [diff([1, 5]), diff([6, 12]), diff([13, 20])]
    expect(sync.feed(old)).toEqual({ kind: 'buffered' })
    expect(sync.feed(first)).toEqual({ kind: 'buffered' })
    expect(sync.inStep).toBe(false)
    const base = snapshot(5)
    expect(sync.feed(base)).toEqual({ kind: 'apply', messages: [base, first], dropped: 1 })
    expect(sync.feed(second)).toEqual({ kind: 'apply', messages: [second], dropped: 0 })
    expect(sync.feed(second)).toEqual({ kind: 'ignored', reason: 'duplicate' })
    expect(sync.feed(snapshot(20))).toEqual({ kind: 'ignored', reason: 'old_snapshot' })
    expect(sync.inStep).toBe(true)
  })

  it('a snapshot inside a diff joins it; one that ends before the first diff is too old, and the diffs stay for the next', () => {
    const sync = createSynchronizer(binanceSpot)
    const kept = diff([10, 20])
    sync.feed(kept)
    expect(sync.feed(snapshot(8))).toMatchObject({ kind: 'resync', reason: 'snapshot_too_old' })
    expect(sync.feed(snapshot(15))).toMatchObject({ kind: 'apply', messages: [snapshot(15), kept] })
  })

  it('a missing diff, or one that overtook another, is a gap; the later snapshot joins what came since', () => {
    const sync = createSynchronizer(binanceSpot)
    sync.feed(snapshot(5))
    sync.feed(diff([6, 8]))
    expect(sync.feed(diff([10, 11]))).toMatchObject({
      kind: 'resync',
      reason: 'gap',
      message: 'After update 8 came diff 10–11: a message is missing or late.',
    })
    expect(sync.feed(diff([9, 9]))).toEqual({ kind: 'buffered' })
    expect(sync.feed(diff([12, 14]))).toEqual({ kind: 'buffered' })
    expect(sync.feed(snapshot(12))).toEqual({
      kind: 'apply',
      messages: [snapshot(12), diff([12, 14])],
      dropped: 2,
    })
  })

  it('a diff that overlaps what is applied is a break, not a guess', () => {
    const sync = createSynchronizer(binanceSpot)
    sync.feed(snapshot(5))
    sync.feed(diff([6, 8]))
    expect(sync.feed(diff([8, 10]))).toMatchObject({ kind: 'resync', reason: 'gap' })
  })

  it('a venue that counts anew is noticed: an older number at a later time is no duplicate', () => {
    const sync = createSynchronizer(binanceSpot)
    sync.feed(snapshot(500))
    sync.feed(diff([501, 508]))
    expect(sync.feed(diff([1, 3], { time: START + 509 }))).toMatchObject({
      kind: 'resync',
      reason: 'ids_went_back',
    })
  })

  it('a snapshot that no diff ever joins is given up after ten seconds', () => {
    const sync = createSynchronizer(binanceSpot)
    sync.feed(snapshot(500))
    expect(sync.feed(diff([1, 3], { time: START + 1000 }))).toEqual({
      kind: 'ignored',
      reason: 'before_snapshot',
    })
    expect(sync.feed(diff([4, 5], { time: START + 20_000 }))).toMatchObject({ reason: 'never_joined' })
    expect(sync.inStep).toBe(false)
  })
})

describe('Binance futures', () => {
  it('drops u < lastUpdateId, joins at U ≤ lastUpdateId ≤ u, goes on at pu = previous u whatever U is', () => {
    const sync = createSynchronizer(binanceFutures)
    const [old, first] = [diff([100, 150], { pu: 90 }), diff([170, 200], { pu: 150 })]
    sync.feed(old)
    sync.feed(first)
    expect(sync.feed(snapshot(200))).toEqual({ kind: 'apply', messages: [snapshot(200), first], dropped: 1 })
    const next = diff([260, 300], { pu: 200 })
    expect(sync.feed(next)).toMatchObject({ kind: 'apply', messages: [next] })
    expect(sync.feed(next)).toEqual({ kind: 'ignored', reason: 'duplicate' })
    expect(sync.feed(diff([301, 310], { pu: 299 }))).toMatchObject({ kind: 'resync', reason: 'gap' })
  })

  it('joins where the snapshot was taken right after the diff before it (pu = lastUpdateId)', () => {
    const sync = createSynchronizer(binanceFutures)
    sync.feed(snapshot(200))
    expect(sync.feed(diff([260, 300], { pu: 200 }))).toMatchObject({ kind: 'apply' })
    const other = createSynchronizer(binanceFutures)
    other.feed(snapshot(201))
    expect(other.feed(diff([260, 300], { pu: 200 }))).toMatchObject({ reason: 'snapshot_too_old' })
  })
})

describe('a venue’s book', () => {
  it('that is crossed after a message in its place is out of step and says so', () => {
    const venue = new VenueBook({ market: BINANCE, rule: binanceSpot })
    venue.feed(snapshot(5))
    expect(venue.feed(diff([6, 6], { bids: [101, 1] }))).toEqual({
      kind: 'resync',
      reason: 'crossed',
      message: 'Best bid 101 is not below best ask 101 after update 6.',
    })
    expect([venue.inStep, venue.counts.crossed, venue.counts.resyncs]).toEqual([false, 1, 1])
    expect(venue.feed(snapshot(7))).toMatchObject({ kind: 'applied' })
    expect(venue.inStep).toBe(true)
  })

  it('asks for a new snapshot when the certain levels run out', () => {
    const venue = new VenueBook({ market: BINANCE, rule: binanceSpot, minDepth: 2 })
    venue.feed(snapshot(5, { bids: [99, 1, 98, 2, 97, 3], cut: true }))
    expect(venue.feed(diff([6, 6], { bids: [99, 0, 96, 1] }))).toMatchObject({ kind: 'applied' })
    expect(venue.feed(diff([7, 7], { bids: [97, 0] }))).toMatchObject({
      kind: 'resync',
      reason: 'depth_exhausted',
    })
  })

  it('after a broken connection waits for a snapshot', () => {
    const venue = new VenueBook({ market: BINANCE, rule: binanceSpot })
    venue.feed(snapshot(5))
    expect(venue.reset('The connection closed.')).toMatchObject({ reason: 'reset' })
    expect([venue.inStep, venue.feed(diff([6, 6]))]).toEqual([false, { kind: 'buffered' }])
  })
})

describe('snapshots a second', () => {
  const rule = binanceSpot
  const begin = (options: { quietLimit?: number } = {}) => {
    const seconds: TopSnapshot[] = []
    const venue = new VenueBook({ market: BINANCE, rule, onSecond: (one) => seconds.push(one), ...options })
    venue.feed(snapshot(5, { bids: [99, 1], asks: [101, 1] }))
    venue.feed(diff([6, 6], { bids: [98, 6], time: START + 500 }))
    return { seconds, venue }
  }

  it('hold every event before their second and none at or after it', () => {
    const { seconds, venue } = begin()
    venue.feed(diff([7, 7], { bids: [98, 7], time: START + 999 }))
    venue.feed(diff([8, 8], { bids: [98, 8], time: START + 1000 }))
    venue.feed(diff([9, 9], { bids: [98, 9], time: START + 3100 }))
    expect(seconds.map(({ time, bids, eventTime }) => [time - START, bids[3], eventTime - START])).toEqual([
      [1000, 7, 999],
      [2000, 8, 1000],
      [3000, 8, 1000],
    ])
  })

  it('are taken live when the second is decided; what comes later for it is in the next one', () => {
    const { seconds, venue } = begin()
    venue.tick((START + 1000) as never)
    venue.feed(diff([7, 7], { bids: [98, 7], time: START + 999 }))
    venue.tick((START + 2000) as never)
    venue.tick((START + 2000) as never)
    expect(seconds.map(({ time, bids }) => [time - START, bids[3]])).toEqual([
      [1000, 6],
      [2000, 7],
    ])
  })

  it('stop where the chain breaks and where the venue says nothing for too long', () => {
    const { seconds, venue } = begin({ quietLimit: 2000 })
    venue.feed(diff([7, 7], { time: START + 9_500 }))
    venue.feed(diff([9, 9], { time: START + 11_000 }))
    venue.tick((START + 12_000) as never)
    venue.feed(snapshot(20, { arrived: START + 14_000 }))
    venue.feed(diff([21, 21], { time: START + 15_200 }))
    venue.tick((START + 16_000) as never)
    expect(seconds.map(({ time }) => (time - START) / 1000)).toEqual([1, 2, 16])
  })
})
