// The order book that models read: a function of each second's snapshots alone, the same for one instant and for many, blind to the future.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs, SECOND } from '../../../src/core/time.ts'
import { loadSymbolBookSlice } from '../../../src/market/book/book-slice.ts'
import { bookWindowIn, writeBookWindow } from '../../../src/market/book/order-book-window.ts'
import type { TopSnapshot } from '../../../src/market/book/top-snapshot.ts'
import type { Market } from '../../../src/market/types.ts'
import { BOOK_ROW } from '../../../src/market-state/tensors.ts'
import { START, openBookStore, top } from '../../unit/market/book-fixture.ts'

/** Venues that record the same symbol; each run has a symbol of its own. */
let runs = 0
const newSymbol = (): string => `COIN-${(runs += 1)}/USDT`
const VENUES = ['binance', 'kraken', 'okx'] as const

/** Seconds of one venue: small gaps, now and then a long one, so that parts of an hour begin anywhere; old events make it stale. */
const recording = fc
  .array(
    fc.record({
      skip: fc.oneof(
        { arbitrary: fc.constantFrom(0, 0, 0, 0, 1, 5), weight: 120 },
        { arbitrary: fc.constantFrom(70, 1700), weight: 1 },
      ),
      move: fc.integer({ min: -9, max: 9 }),
      age: fc.constantFrom(1, 1, 1, 4000, 9000),
    }),
    { minLength: 150, maxLength: 260 },
  )
  .map((steps) => {
    let [second, middle] = [0, 100]
    return steps.map(({ skip, move, age }): TopSnapshot => {
      second += 1 + skip
      middle = Math.round(100 * middle + move) / 100
      const snapshot = top(second, middle)
      const eventTime = epochMs(snapshot.time - age)
      return { ...snapshot, eventTime, arrivedAt: eventTime }
    })
  })
const recordings = fc.array(recording, { minLength: 1, maxLength: 3 })

function record(store: ReturnType<typeof openBookStore>, books: readonly (readonly TopSnapshot[])[]): Market {
  const symbol = newSymbol()
  for (const [index, snapshots] of books.entries()) store.append({ venue: VENUES[index]!, symbol }, snapshots)
  return { venue: VENUES[0], symbol }
}

describe('the order book that models read', () => {
  it('is the same whether one instant is loaded or hours, bit for bit', () => {
    const store = openBookStore()
    let windows = 0
    fc.assert(
      fc.property(recordings, (books) => {
        const market = record(store, books)
        const last = Math.max(...books.map((snapshots) => snapshots.at(-1)!.time))
        const range = { from: epochMs(START + 100 * SECOND), to: epochMs(last + 90 * SECOND) }
        const all = loadSymbolBookSlice(store, market, range)
        const values = new Float64Array(BOOK_ROW + 7)
        for (let asOf = range.from as number; asOf <= range.to; asOf += 61 * SECOND) {
          const at = epochMs(asOf)
          const one = bookWindowIn(loadSymbolBookSlice(store, market, { from: at, to: at }), at)
          expect(bookWindowIn(all, at)).toEqual(one)
          const filled = writeBookWindow(all, at, values, 7)
          expect(filled === null).toBe(one === null)
          if (one === null) continue
          expect(values.subarray(7)).toEqual(one.values)
          windows += 1
        }
      }),
      { numRuns: 8 },
    )
    expect(windows).toBeGreaterThan(20)
  })

  it('does not notice what comes later: changed, added, deleted, or another venue', () => {
    const store = openBookStore()
    let windows = 0
    fc.assert(
      fc.property(recordings, fc.nat(10_000), (books, draw) => {
        const first = books[0]!
        const asOf = epochMs(first[110 + (draw % 30)]!.time + (draw % 1000))
        const known = books.map((snapshots) => snapshots.filter(({ time }) => time <= asOf))
        const changed = books.map((snapshots, venue) => [
          ...known[venue]!,
          ...snapshots
            .filter(({ time }) => time > asOf)
            .filter((_, place) => place % 3 !== draw % 3)
            .map((snapshot) => ({ ...snapshot, bids: [1, 1], asks: [2, 1 + draw] })),
        ])
        const newVenue = first.filter(({ time }) => time > asOf)
        const range = { from: asOf, to: asOf }
        const window = (market: Market) => bookWindowIn(loadSymbolBookSlice(store, market, range), asOf)
        const original = window(record(store, books))
        const others = [known, changed, books.length < 3 ? [...books, newVenue] : changed]
        for (const other of others) expect(window(record(store, other))).toEqual(original)
        windows += original === null ? 0 : 1
      }),
      { numRuns: 20 },
    )
    expect(windows).toBeGreaterThan(3)
  })
})
