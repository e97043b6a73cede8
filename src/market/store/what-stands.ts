// Which row stands in a place of which several imports, and perhaps streams, gave one: what an import leaves behind when it is taken out.
import type { TimeRange } from '../types.ts'

/** Stretches in which an import stands before all that came earlier; where its rows lie outside of them, they stand before earlier ones of the same place. */
export interface Mask {
  readonly import: number
  readonly span: TimeRange
}

/** A row with who gave it: an import by its number; a stream or a download by 0 or less, minus the last import there was then. */
export interface Claim<Row> {
  readonly source: number
  readonly row: Row
}

/** What stands of two rows does not depend on their order, but where they differ in nothing that counts. */
export interface Kind<Row> {
  readonly timeOf: (row: Row) => number
  readonly keyOf: (row: Row) => string
  /** Of two of one place; `known` came first. */
  readonly together: (known: Row, other: Row) => Row
  readonly isSame: (a: Row, b: Row) => boolean
}

/** By key, what stands of the claims; a place whose claims are all masked has no entry. */
export function whatStands<Row>(
  claims: readonly Claim<Row>[],
  masks: readonly Mask[],
  kind: Kind<Row>,
): Map<string, Claim<Row>> {
  const standing = new Map<string, Claim<Row>>()
  const winning = new Set(masks.map((mask) => mask.import))
  for (const claim of claims.toSorted((a, b) => turnOf(a) - turnOf(b))) {
    if (turnOf(claim) < maskAt(masks, kind.timeOf(claim.row))) continue
    const key = kind.keyOf(claim.row)
    const before = standing.get(key)
    const wins = before?.source !== claim.source && winning.has(claim.source)
    standing.set(key, before === undefined || wins ? claim : bothOf(before, claim, kind))
  }
  return standing
}

/** Who came when, in imports: what a stream gave lies between two. */
function turnOf({ source }: Claim<unknown>): number {
  return source > 0 ? source : 0.5 - source
}

/** A row made of both is an import's where one of them is. */
function bothOf<Row>(before: Claim<Row>, claim: Claim<Row>, { together, isSame }: Kind<Row>): Claim<Row> {
  const row = together(before.row, claim.row)
  if (isSame(row, before.row)) return before
  if (isSame(row, claim.row)) return claim
  return { row, source: claim.source > 0 ? claim.source : before.source > 0 ? before.source : claim.source }
}

/** The latest import that stands before all earlier ones at `time`; 0 where none does. */
export function maskAt(masks: readonly Mask[], time: number): number {
  const here = masks.filter(({ span }) => span.from <= time && time < span.to)
  return Math.max(0, ...here.map((mask) => mask.import))
}
