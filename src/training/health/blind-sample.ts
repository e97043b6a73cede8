// Which labelled moments are shown blind a second time: two in three marks, one in three HOLD.
import { MINUTE, SECOND, epochMs, floorTo, type EpochMs } from '../../core/time.ts'
import { clip, joined, missingFrom, rangeOf } from '../../market/ranges.ts'
import type { TimeRange } from '../../market/types.ts'
import { PURPOSE, Random } from '../data/random.ts'

/** Nearer to a mark than this nothing is HOLD. */
const APART = 2 * MINUTE
/** One moment in so many is HOLD, as far as there are any. */
const HOLD_EVERY = 3

export interface Labelled {
  /** [entry, exit] of marks, in any order. */
  readonly marks: readonly TimeRange[]
  readonly rejectedHolds: readonly EpochMs[]
  /** Where every second that no mark speaks of is HOLD. */
  readonly reviewed: readonly TimeRange[]
  /** Instants as of which a market state is possible, both ends included. */
  readonly possible: readonly TimeRange[]
  /** When moments were looked at last. */
  readonly looked: ReadonlyMap<EpochMs, EpochMs>
}

/** Ascending: no moment shows what came after a later one. Drawn evenly, of marks first those that were never looked at again, then those longest ago. */
export function blindSample(labelled: Labelled, limit: number, seed: number): EpochMs[] {
  const random = new Random(seed, PURPOSE.secondLooks)
  const entries = [...new Set(labelled.marks.map(({ from }) => from))].toSorted((a, b) => a - b)
  const holds = holdsOf(labelled, Math.floor(limit / HOLD_EVERY), random)
  const since = (at: EpochMs): number => labelled.looked.get(at) ?? -Infinity
  const marks = random
    .shuffle(entries)
    .toSorted((a, b) => (since(a) === since(b) ? 0 : since(a) - since(b)))
    .slice(0, limit - holds.length)
  return [...marks, ...holds].toSorted((a, b) => a - b)
}

/** As many of the rejected ones as of what was reviewed, while there are both. */
function holdsOf(labelled: Labelled, count: number, random: Random): EpochMs[] {
  const open = reviewedHolds(labelled)
  const rejected = random.shuffle([...labelled.rejectedHolds])
  const drawn = rejected.slice(0, open.length === 0 ? count : Math.ceil(count / 2))
  const found = new Set(drawn)
  for (let tries = 0; open.length > 0 && found.size < count && tries < 10 * count; tries++) {
    const second = secondIn(open, random)
    if ([...found].every((at) => Math.abs(at - second) >= APART)) found.add(second)
  }
  return [...found]
}

/** What was reviewed, without marks and their surroundings. */
function reviewedHolds({ marks, reviewed, possible }: Labelled): TimeRange[] {
  const spoken = joined(marks.map(({ from, to }) => rangeOf(from - APART, to + APART)))
  return joined(reviewed)
    .flatMap((span) => missingFrom(spoken, span))
    .flatMap((range) => clip(possible, range))
    .filter(({ from, to }) => to - from >= SECOND)
}

function secondIn(ranges: readonly TimeRange[], random: Random): EpochMs {
  const total = ranges.reduce((sum, { from, to }) => sum + to - from, 0)
  let left = random.uniform() * total
  for (const { from, to } of ranges) {
    if (left < to - from) return epochMs(Math.max(floorTo(from + left, SECOND), from))
    left -= to - from
  }
  throw new RangeError('no range to draw from')
}

/** Whether nothing but HOLD was said of a second: it was reviewed or rejected, and lies apart from every mark. */
export function isHold(
  at: EpochMs,
  { marks, reviewed, rejectedHolds }: Omit<Labelled, 'possible' | 'looked'>,
): boolean {
  if (rejectedHolds.includes(at)) return true
  const isReviewed = reviewed.some(({ from, to }) => at >= from && at < to)
  return isReviewed && marks.every(({ from, to }) => at < from - APART || at >= to + APART)
}
