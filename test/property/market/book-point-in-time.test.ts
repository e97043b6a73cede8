import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { effort } from '../../long.ts'
import { epochMs } from '../../../src/core/time.ts'
import { openDatabase } from '../../../src/core/database.ts'
import { BookStore } from '../../../src/market/book/book-store.ts'
import { importBook } from '../../../src/market/book/import-book.ts'
import { orderBookWindow } from '../../../src/market/book/order-book-window.ts'
import { bookMigrations } from '../../../src/market/book/schema.ts'
import type { TopSnapshot } from '../../../src/market/book/top-snapshot.ts'
import { rangeOf } from '../../../src/market/ranges.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'
import type { Market } from '../../../src/market/types.ts'
import { START, openBookStore, top } from '../../unit/market/book-fixture.ts'
import { temporaryFolder } from '../../unit/market/fixture.ts'

/** A market of its own for every run: one database serves them all. */
let runs = 0
const newMarket = (): Market => ({ venue: `venue-${(runs += 1)}`, symbol: 'ETH/USDT' })
const all = rangeOf(0, 1e14)

const series = fc
  .array(fc.record({ skip: fc.constantFrom(0, 0, 0, 0, 1, 7), move: fc.integer({ min: -9, max: 9 }) }), {
    minLength: 120,
    maxLength: 240,
  })
  .map((steps) => {
    let second = 0
    let middle = 100
    return steps.map(({ skip, move }): TopSnapshot => {
      second += 1 + skip
      middle += move / 100
      return top(second, Math.round(middle * 100) / 100)
    })
  })

describe('what is stored', () => {
  it('is the same bytes, whatever the order and the number of appends', () => {
    const store = openBookStore()
    fc.assert(
      fc.property(series, fc.infiniteStream(fc.nat(1000)), (snapshots, draws) => {
        const [whole, parts] = [newMarket(), newMarket()]
        store.append(whole, snapshots)
        const shuffled = snapshots
          .map((snapshot) => ({ snapshot, key: draws.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ snapshot }) => snapshot)
        for (let from = 0; from < shuffled.length;) {
          const count = 1 + (draws.next().value % 40)
          store.append(parts, shuffled.slice(from, from + count))
          from += count
        }
        expect(store.blocks(parts, all)).toEqual(store.blocks(whole, all))
        expect(store.range(parts, all)).toEqual(snapshots)
      }),
      { numRuns: effort(6, 15) },
    )
  })
})

describe('as of T', () => {
  it('snapshots later than T, changed, added or deleted, matter neither to the last 100 nor to the window', () => {
    const store = openBookStore()
    fc.assert(
      fc.property(series, fc.integer({ min: 0, max: 999 }), fc.nat(1000), (snapshots, ms, draw) => {
        const index = Math.max(60, draw % snapshots.length)
        const asOf = epochMs(snapshots[index]!.time + ms)
        const known = snapshots.filter(({ time }) => time <= asOf)
        const later = snapshots
          .filter(({ time }) => time > asOf)
          .filter((_, place) => place % 3 !== draw % 3)
          .map((snapshot) => ({ ...snapshot, bids: [1, 1], asks: [2, draw + 1] }))
        const [original, cut, other] = [newMarket(), newMarket(), newMarket()]
        store.append(original, snapshots)
        store.append(cut, known)
        store.append(other, [...later, ...known])
        const last = known.slice(-100)
        for (const market of [original, cut, other]) {
          expect(store.before(market, asOf)).toEqual(last)
          expect(last.every(({ eventTime }) => eventTime < asOf)).toBe(true)
        }
        const window = (market: Market): Float64Array | string => {
          try {
            return orderBookWindow(store, market, asOf)
          } catch (error) {
            return (error as { code: string }).code
          }
        }
        expect(window(cut)).toEqual(window(original))
        expect(window(other)).toEqual(window(original))
      }),
      { numRuns: effort(10, 25) },
    )
  })

  it('messages of T or later in an imported recording, changed or deleted, matter not', async () => {
    const folder = temporaryFolder()
    const { sqlite, close } = openDatabase(join(folder, 'annotate.db'), [
      ...marketMigrations,
      ...bookMigrations,
    ])
    const store = new BookStore(sqlite)
    const importLines = async (lines: readonly string[]): Promise<Market> => {
      const market = newMarket()
      const path = join(folder, `${market.venue}.jsonl`)
      writeFileSync(path, lines.join('\n'))
      await importBook({ path, market, store })
      return market
    }
    const draws = fc.array(fc.tuple(fc.integer({ min: 20, max: 700 }), fc.integer({ min: 1, max: 9 })), {
      minLength: 300,
      maxLength: 400,
    })
    await fc.assert(
      fc.asyncProperty(draws, fc.nat(1000), async (steps, draw) => {
        let time = START
        const times = steps.map(([pause]) => (time += pause))
        const asOf = epochMs(Math.max(START + 102_000, times[draw % times.length]!))
        const line = (index: number, amount: number): string =>
          `{"type":"update","recv_ns":${times[index]! + 20}000000,"E":${times[index]!},"U":${index + 2},"u":${index + 2},"b":[["${90 + (index % 7)}","${amount}"]],"a":[]}`
        const base = `{"type":"snapshot","recv_ns":${START}000000,"lastUpdateId":1,"bids":[["90","1"]],"asks":[["101","1"]]}`
        const lines = [base, ...steps.map(([, amount], index) => line(index, amount))]
        const known = [
          base,
          ...steps.flatMap(([, amount], index) => (times[index]! < asOf ? [line(index, amount)] : [])),
        ]
        const changed = [
          base,
          ...steps.map(([, amount], index) => line(index, times[index]! < asOf ? amount : 77)),
        ]
        const [original, other, cut] = [
          await importLines(lines),
          await importLines(changed),
          await importLines(known),
        ]
        if (time < asOf) return
        expect(store.before(other, asOf)).toEqual(store.before(original, asOf))
        expect(orderBookWindow(store, other, asOf)).toEqual(orderBookWindow(store, original, asOf))
        // A recording that ends before T proves the seconds up to its last message only.
        const last = store.range(cut, all)
        expect(last).toEqual(store.range(original, all).slice(0, last.length))
      }),
      { numRuns: 8 },
    )
    await close()
  })
})
