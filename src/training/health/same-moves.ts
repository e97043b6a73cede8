// Marks of the same move: entered within seconds of each other, or held at the same time.
import type { AnnotationOut } from '../../contract/annotations.ts'
import type { SameMove } from '../../contract/data-set-health.ts'
import { marketKey } from '../../contract/market-name.ts'
import { SECOND } from '../../core/time.ts'
import { entryOf, exitOf, momentOf } from './moments.ts'

/** Entries no further apart are of one move, ms. */
const SAME_ENTRY = 10 * SECOND
/** A mark is told beside so many that follow it at most: hundreds that all overlap are not told pair by pair. */
const MOST_EACH = 10

interface Held {
  readonly mark: AnnotationOut
  readonly from: number
  readonly to: number
}

/** Nearest entries first, then the longest held together. */
export function sameMoves(marks: readonly AnnotationOut[]): SameMove[] {
  const found = [...byMarket(marks).values()].flatMap(pairsOf)
  return found.toSorted(
    (a, b) =>
      Number(b.kind === 'same_entry') - Number(a.kind === 'same_entry') ||
      b.shared_seconds - a.shared_seconds,
  )
}

export function byMarket(marks: readonly AnnotationOut[]): Map<string, AnnotationOut[]> {
  const markets = new Map<string, AnnotationOut[]>()
  for (const mark of marks) {
    const key = marketKey(mark)
    const own = markets.get(key)
    if (own === undefined) markets.set(key, [mark])
    else own.push(mark)
  }
  return markets
}

function pairsOf(marks: readonly AnnotationOut[]): SameMove[] {
  const held = marks.map((mark): Held => ({ mark, from: entryOf(mark), to: exitOf(mark) }))
  const sorted = held.toSorted((a, b) => a.from - b.from)
  return sorted.flatMap((own, i) => {
    const pairs: SameMove[] = []
    for (let next = i + 1; next < sorted.length && pairs.length < MOST_EACH; next++) {
      const pair = pairOf(own, sorted[next])
      if (pair === null) break
      pairs.push(pair)
    }
    return pairs
  })
}

/** @param other not entered before `own`; null where it is of another move, as all that follow are */
function pairOf(own: Held, other: Held | undefined): SameMove | null {
  if (other === undefined) return null
  const apart = other.from - own.from
  const shared = Math.min(own.to, other.to) - other.from
  if (apart > SAME_ENTRY && shared < 0) return null
  return {
    kind: apart <= SAME_ENTRY ? 'same_entry' : 'overlap',
    mark: momentOf(own.mark),
    other: momentOf(other.mark),
    entries_apart_seconds: apart / SECOND,
    shared_seconds: Math.max(0, shared) / SECOND,
  }
}
