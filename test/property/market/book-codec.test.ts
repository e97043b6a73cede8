import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs } from '../../../src/core/time.ts'
import { BookSide } from '../../../src/market/book/book-side.ts'
import { consolidate, consolidateRecorded } from '../../../src/market/book/consolidated-book.ts'
import { decimalOf } from '../../../src/market/book/decimal-text.ts'
import { decodeBlock, encodeBlock } from '../../../src/market/book/snapshot-codec.ts'
import type { TopSnapshot } from '../../../src/market/book/top-snapshot.ts'
import { ladderPair, snapshotSeries } from './book-snapshots.ts'

describe('the snapshot codec', () => {
  it('gives back every number, and the same bytes for what it gave back', () => {
    fc.assert(
      fc.property(snapshotSeries(), (snapshots) => {
        const bytes = encodeBlock(snapshots)
        const decoded = decodeBlock(bytes)
        expect(decoded).toEqual(snapshots)
        expect(encodeBlock(decoded)).toEqual(bytes)
      }),
      { numRuns: 300 },
    )
  })

  it('writes no more than a few bytes for a second in which nothing moved', () => {
    fc.assert(
      fc.property(snapshotSeries({ decimals: true }), (snapshots) => {
        const [first] = snapshots
        const still = Array.from({ length: 60 }, (_, index): TopSnapshot => {
          const time = epochMs(first!.time + 1000 * index)
          return { ...first!, time, eventTime: epochMs(time - 1), arrivedAt: epochMs(time - 1) }
        })
        const bytes = encodeBlock(still).length - encodeBlock(still.slice(0, 1)).length
        expect(bytes / 59).toBeLessThanOrEqual(7)
      }),
      { numRuns: 50 },
    )
  })
})

describe('decimal text', () => {
  it('becomes the double that Number makes of it', () => {
    const digits = fc.string({
      unit: fc.constantFrom(...Array.from({ length: 10 }, (_, digit) => String(digit))),
      minLength: 1,
      maxLength: 22,
    })
    fc.assert(
      fc.property(digits, fc.option(digits), (whole, fraction) => {
        const text = fraction === null ? whole : `${whole}.${fraction}`
        expect(decimalOf(text)).toBe(Number(text))
      }),
      { numRuns: 1000 },
    )
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(decimalOf(String(value))).toBe(value)
      }),
    )
  })
})

describe('a side of the book', () => {
  const changes = fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom(0, 0, 1, 2.5, 3)), {
    maxLength: 300,
    size: 'max',
  })

  it.each(['bids', 'asks'] as const)('%s: is what a sorted map is', (side) => {
    fc.assert(
      fc.property(changes, fc.nat(100), (list, depth) => {
        const ours = new BookSide(side)
        const naive = new Map<number, number>()
        for (const [price, amount] of list) {
          ours.set(price / 10, amount)
          if (amount === 0) naive.delete(price / 10)
          else naive.set(price / 10, amount)
        }
        const sorted = [...naive].sort(([a], [b]) => (side === 'bids' ? b - a : a - b))
        expect(ours.length).toBe(sorted.length)
        expect(ours.best).toBe(sorted[0]?.[0] ?? Number.NaN)
        expect(ours.top(depth)).toEqual(sorted.slice(0, depth))
        expect(ours.topFlat(depth)).toEqual(sorted.slice(0, depth).flat())
      }),
      { numRuns: 200 },
    )
  })

  it('keeps 20,000 levels', () => {
    const side = new BookSide('asks')
    for (let price = 20_000; price > 0; price -= 1) side.set(price, price)
    for (let price = 1; price <= 20_000; price += 2) side.set(price, 0)
    expect([side.length, side.best, side.priceAt(9_999), side.amountAt(9_999)]).toEqual([
      10_000, 2, 20_000, 20_000,
    ])
  })
})

describe('the consolidated book', () => {
  const time = epochMs(1_705_312_800_000)
  const venues = fc.array(ladderPair(30), { minLength: 1, maxLength: 4 })

  it('of the best n levels of each venue is the best n levels of the whole books', () => {
    fc.assert(
      fc.property(venues, fc.integer({ min: 1, max: 12 }), (ladders, levels) => {
        const whole = ladders.map((ladder, index) => ({
          venue: `venue-${index}`,
          top: { time, eventTime: epochMs(time - 1), arrivedAt: time, lastUpdateId: 1, ...ladder },
        }))
        const cut = whole.map(({ venue, top }) => ({
          venue,
          top: { ...top, bids: top.bids.slice(0, 2 * levels), asks: top.asks.slice(0, 2 * levels) },
        }))
        const merged = consolidate(whole, time, { levels })
        expect(consolidate(cut, time, { levels })).toEqual(merged)
        const prices = new Set(ladders.flatMap(({ bids }) => bids.filter((_, index) => index % 2 === 0)))
        expect(merged.bids.map(({ price }) => price)).toEqual(
          [...prices].sort((a, b) => b - a).slice(0, levels),
        )
        const recordings = new Map(whole.map(({ venue, top }) => [venue, [top]]))
        expect(consolidateRecorded(recordings, { levels })).toEqual([merged])
      }),
      { numRuns: 200 },
    )
  })
})
