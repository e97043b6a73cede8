import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { effort } from '../../long.ts'
import { binanceFutures, binanceSpot } from '../../../src/market/exchange/binance/book-sequence.ts'
import type { BookMessage } from '../../../src/market/book/message.ts'
import { VenueBook } from '../../../src/market/book/venue-book.ts'
import { disturbances, disturbed, venueArbitrary, type TrueBook, type Venue } from './book-venue.ts'

const MARKET = { venue: 'test', symbol: 'ETH/USDT' }
const KINDS = [
  ['spot', false, binanceSpot],
  ['futures', true, binanceFutures],
] as const

/** Where a snapshot comes in: it was taken after diff `taken` and arrives `late` messages later. */
const snapshots = fc.array(fc.record({ taken: fc.nat(40), within: fc.nat(4), late: fc.nat(4) }), {
  minLength: 1,
  maxLength: 4,
})

function withSnapshots(
  venue: Venue,
  places: readonly { taken: number; within: number; late: number }[],
): BookMessage[] {
  const messages: BookMessage[] = []
  for (const [index, diff] of venue.diffs.entries()) {
    messages.push(diff)
    for (const { taken, within, late } of places) {
      const after = taken % venue.diffs.length
      if (after + late === index) messages.push(venue.snapshotAfter(after, within))
    }
  }
  return messages
}

/** Certain levels are the venue's, no more and no fewer; a book that was not cut is the venue's whole. */
function expectTrue(venue: VenueBook, truth: ReadonlyMap<number, TrueBook>): void {
  const book = truth.get(venue.book.lastUpdateId)
  expect(book).toBeDefined()
  for (const side of ['bids', 'asks'] as const) {
    const ours = venue.book[side]
    const depth = ours.cut ? ours.known : Number.POSITIVE_INFINITY
    expect(ours.top(depth)).toEqual(book![side].slice(0, depth))
  }
}

describe.each(KINDS)('a %s book', (_, futures, rule) => {
  it('whatever is dropped, repeated or moved: it is the venue’s exactly, or it asks for a snapshot', () => {
    let inStep = 0
    let resyncs = 0
    fc.assert(
      fc.property(venueArbitrary(futures), snapshots, disturbances, (truth, places, changes) => {
        const venue = new VenueBook({ market: MARKET, rule, minDepth: 1 })
        let asked = true
        for (const message of disturbed(withSnapshots(truth, places), changes)) {
          const outcome = venue.feed(message)
          if (outcome.kind === 'resync') asked = true
          if (outcome.kind === 'applied' && venue.inStep) asked = false
          expect(venue.inStep).toBe(!asked)
          if (!venue.inStep) continue
          inStep += 1
          expectTrue(venue, truth.truth)
        }
        resyncs += venue.counts.resyncs
      }),
      { numRuns: effort(150, 400) },
    )
    expect(inStep).toBeGreaterThan(effort(150, 500))
    expect(resyncs).toBeGreaterThan(effort(15, 50))
  })

  it('undisturbed, with a snapshot fetched at any time: it joins and stays in step to the end', () => {
    fc.assert(
      fc.property(venueArbitrary(futures), fc.nat(40), fc.nat(4), fc.nat(4), (truth, taken, within, late) => {
        const venue = new VenueBook({ market: MARKET, rule, minDepth: 0 })
        const place = { taken: taken % (truth.diffs.length - 4), within, late }
        let joined = false
        for (const message of withSnapshots(truth, [place])) {
          const outcome = venue.feed(message)
          if (message.kind === 'snapshot') joined = true
          expect(outcome.kind).not.toBe('resync')
          expect(venue.inStep).toBe(joined)
        }
        expect(venue.book.lastUpdateId).toBe(truth.diffs.at(-1)!.lastUpdateId)
        expectTrue(venue, truth.truth)
      }),
      { numRuns: effort(80, 200) },
    )
  })

  it('a diff that never comes is noticed at the next one', () => {
    fc.assert(
      fc.property(venueArbitrary(futures), fc.nat(100), (truth, place) => {
        const venue = new VenueBook({ market: MARKET, rule, minDepth: 0 })
        const lost = 1 + (place % (truth.diffs.length - 2))
        venue.feed(truth.diffs[0]!)
        venue.feed(truth.snapshotAfter(0, 0))
        for (const diff of truth.diffs.slice(1, lost)) expect(venue.feed(diff)).toMatchObject({ diffs: 1 })
        expect(venue.feed(truth.diffs[lost + 1]!)).toMatchObject({ kind: 'resync' })
        expect(venue.inStep).toBe(false)
      }),
      { numRuns: effort(80, 200) },
    )
  })
})
