// A venue whose true book is known after every update: the measure for synchronizers. Its messages come out in order, to be disturbed.
import fc from 'fast-check'
import { epochMs } from '../../../src/core/time.ts'
import type { BookDiff, BookMessage, BookSnapshot } from '../../../src/market/book/message.ts'

type Levels = readonly (readonly [price: number, amount: number])[]
export interface TrueBook {
  readonly bids: Levels
  readonly asks: Levels
}

interface Update {
  readonly id: number
  readonly side: 'bids' | 'asks'
  readonly price: number
  readonly amount: number
}

export interface Venue {
  /** The whole book after an update. */
  readonly truth: ReadonlyMap<number, TrueBook>
  readonly diffs: readonly BookDiff[]
  /** The snapshot that the venue would answer with after `diff`, or in the middle of it. */
  snapshotAfter(diff: number, within: number): BookSnapshot
}

const T0 = 1_705_312_800_000
const EMPTY: TrueBook = { bids: [], asks: [] }

/** Bids at 1–19, asks at 20–40, so that the true book is never crossed; numbers with holes where the venue is a futures one. */
export function venueArbitrary(futures: boolean): fc.Arbitrary<Venue> {
  const update = fc.record({
    price: fc.integer({ min: 1, max: 40 }),
    amount: fc.integer({ min: 0, max: 4 }),
    skip: fc.integer({ min: 0, max: futures ? 3 : 0 }),
  })
  const batch = fc.array(update, { minLength: 1, maxLength: 5, size: 'max' })
  return fc
    .record({
      batches: fc.array(batch, { minLength: 5, maxLength: 30, size: 'max' }),
      cut: fc.option(fc.integer({ min: 3, max: 8 })),
    })
    .map(({ batches, cut }) => {
      let id = 1000
      const numbered = batches.map((updates) =>
        updates.map(({ price, amount, skip }): Update => {
          id += 1 + skip
          return { id, side: price < 20 ? 'bids' : 'asks', price, amount }
        }),
      )
      return venueOf(numbered, futures, cut)
    })
}

function venueOf(batches: readonly (readonly Update[])[], futures: boolean, cut: number | null): Venue {
  const truth = new Map<number, TrueBook>([[1000, EMPTY]])
  let book = EMPTY
  let previous = 1000
  const diffs = batches.map((updates, index): BookDiff => {
    for (const update of updates) truth.set(update.id, (book = changed(book, update)))
    const last = updates.at(-1)!.id
    const diff: BookDiff = {
      kind: 'diff',
      firstUpdateId: updates[0]!.id,
      lastUpdateId: last,
      previousUpdateId: futures ? previous : null,
      eventTime: epochMs(T0 + 100 * index),
      arrivedAt: epochMs(T0 + 100 * index + 30),
      bids: flat(
        updates.filter(({ side }) => side === 'bids'),
        book.bids,
      ),
      asks: flat(
        updates.filter(({ side }) => side === 'asks'),
        book.asks,
      ),
    }
    previous = last
    return diff
  })
  const snapshotAfter = (diff: number, within: number): BookSnapshot => {
    const updates = batches[diff]!
    const { id } = updates[within % updates.length]!
    return snapshotOf(id, truth.get(id)!, cut, T0 + 100 * diff + 45, futures)
  }
  return { truth, diffs, snapshotAfter }
}

function changed(book: TrueBook, { side, price, amount }: Update): TrueBook {
  const others = book[side].filter(([other]) => other !== price)
  const levels = amount === 0 ? others : [...others, [price, amount] as const]
  const direction = side === 'bids' ? -1 : 1
  return { ...book, [side]: levels.toSorted(([a], [b]) => direction * (a - b)) }
}

/** Each price that changed once, with the amount it has in the end. */
function flat(updates: readonly Update[], levels: Levels): number[] {
  const prices = [...new Set(updates.map(({ price }) => price))]
  return prices.flatMap((price) => [price, levels.find(([other]) => other === price)?.[1] ?? 0])
}

function snapshotOf(
  id: number,
  book: TrueBook,
  cut: number | null,
  arrived: number,
  timed: boolean,
): BookSnapshot {
  const side = (levels: Levels): number[] => levels.slice(0, cut ?? levels.length).flat()
  return {
    kind: 'snapshot',
    lastUpdateId: id,
    eventTime: timed ? epochMs(arrived - 45) : null,
    arrivedAt: epochMs(arrived),
    bids: side(book.bids),
    asks: side(book.asks),
    bidsCut: cut !== null && book.bids.length > cut,
    asksCut: cut !== null && book.asks.length > cut,
  }
}

/** What a network does to messages on their way. */
export const disturbances = fc.array(
  fc.record({
    kind: fc.constantFrom('drop' as const, 'repeat' as const, 'move' as const),
    at: fc.nat(1000),
    to: fc.nat(1000),
  }),
  { maxLength: 6 },
)

export function disturbed(
  messages: readonly BookMessage[],
  changes: readonly { kind: 'drop' | 'repeat' | 'move'; at: number; to: number }[],
): BookMessage[] {
  const result = [...messages]
  for (const { kind, at, to } of changes) {
    const from = at % result.length
    const message = result[from]!
    if (kind !== 'repeat' && result.length > 1) result.splice(from, 1)
    if (kind !== 'drop') result.splice(to % (result.length + 1), 0, message)
  }
  return result
}
