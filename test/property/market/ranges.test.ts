// Ranges against plain sets of whole numbers.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SlotSet } from '../../../src/market/importing/coverage/slot-set.ts'
import {
  clip,
  joined,
  missingFrom,
  rangeOf,
  runsOf,
  unionOf,
  wholeSlots,
} from '../../../src/market/ranges.ts'
import type { TimeRange } from '../../../src/market/types.ts'

const END = 60
const range = fc.tuple(fc.nat(END), fc.nat(END)).map(([from, to]) => rangeOf(from, to))
const ranges = fc.array(range, { maxLength: 8 })

const membersOf = (set: readonly TimeRange[]): number[] =>
  Array.from({ length: END + 1 }, (_, at) => at).filter((at) =>
    set.some(({ from, to }) => from <= at && at < to),
  )

/** Merged, ascending, none touching another. */
function expectMerged(set: readonly TimeRange[]): void {
  expect(set.filter(({ from, to }) => from >= to)).toEqual([])
  expect(set.filter(({ from }, index) => index > 0 && set[index - 1]!.to >= from)).toEqual([])
}

it('unions, clips and what is missing hold the numbers they should', () => {
  fc.assert(
    fc.property(ranges, ranges, range, (a, b, window) => {
      const union = unionOf(a, b)
      expectMerged(union)
      expect(membersOf(union)).toEqual(membersOf([...a, ...b]))
      const clipped = clip(union, window)
      const missing = missingFrom(union, window)
      expectMerged(clipped)
      expectMerged(missing)
      const inWindow = new Set(membersOf([window]))
      const inUnion = new Set(membersOf(union))
      expect(membersOf(clipped)).toEqual([...inWindow].filter((at) => inUnion.has(at)))
      expect(membersOf(missing)).toEqual([...inWindow].filter((at) => !inUnion.has(at)))
    }),
  )
})

it('joined, no hole of up to the gap is left, and every wider one is', () => {
  fc.assert(
    fc.property(ranges, fc.nat(9), (some, gap) => {
      const union = unionOf(some)
      const first = union[0]
      const last = union.at(-1)
      const whole = first === undefined || last === undefined ? [] : [rangeOf(first.from, last.to)]
      const holes = whole.flatMap((all) => missingFrom(union, all))
      const narrow = holes.filter(({ from, to }) => to - from <= gap)
      expect(joined(some, gap)).toEqual(unionOf(union, narrow))
    }),
  )
})

it('whole slots are those of which every part is there', () => {
  fc.assert(
    fc.property(ranges, fc.integer({ min: 1, max: 7 }), (some, step) => {
      const union = unionOf(some)
      const members = new Set(membersOf(union))
      const whole = wholeSlots(union, step)
      expectMerged(whole)
      const expected = [...members].filter((at) => {
        const open = at - (at % step)
        return Array.from({ length: step }, (_, part) => open + part).every((part) => members.has(part))
      })
      expect(membersOf(whole)).toEqual(expected)
    }),
  )
})

it('a set of slots gives the same runs for any order, and knows what it has', () => {
  const slots = fc.array(fc.oneof(fc.nat(30), fc.integer({ min: 4090, max: 4100 }), fc.nat(20_000)), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(slots, (some) => {
      const set = new SlotSet(10)
      const fresh = some.filter((slot) => set.add(slot * 10))
      expect(fresh).toEqual([...new Set(some)])
      const ascending = fresh.toSorted((a, b) => a - b)
      expect(set.runs()).toEqual(
        runsOf(
          ascending.map((slot) => slot * 10),
          10,
        ),
      )
      expectMerged(set.runs())
    }),
  )
})
