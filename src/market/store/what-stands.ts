// Which row stands in a place of which several imports, and perhaps a stream, gave one: what an import leaves behind when it is taken out.
import type { TimeRange } from '../types.ts'

/** Stretches in which an import stands before all that came earlier. */
export interface Mask {
  readonly import: number
  readonly span: TimeRange
}

export interface Claim<Row> {
  /** 0 of a stream or a download. */
  readonly import: number
  readonly row: Row
}

/** `fuller` of two different rows is a fixed order, so that it does not matter which came first. */
export interface Kind<Row> {
  readonly timeOf: (row: Row) => number
  readonly keyOf: (row: Row) => string
  readonly fuller: (a: Row, b: Row) => Row
}

/** By key, what stands of the claims; a place whose claims are all masked has no entry. */
export function whatStands<Row>(
  claims: readonly Claim<Row>[],
  masks: readonly Mask[],
  kind: Kind<Row>,
): Map<string, Claim<Row>> {
  const standing = new Map<string, Claim<Row>>()
  for (const claim of claims.toSorted((a, b) => a.import - b.import)) {
    const { row } = claim
    if (claim.import < maskAt(masks, kind.timeOf(row))) continue
    const key = kind.keyOf(row)
    const before = standing.get(key)
    const wins = before?.import !== claim.import && masks.some((mask) => mask.import === claim.import)
    const fuller = before === undefined || wins ? row : kind.fuller(before.row, row)
    standing.set(key, before !== undefined && fuller === before.row ? before : { ...claim, row: fuller })
  }
  return standing
}

/** The latest import that stands before all earlier ones at `time`; 0 where none does. */
export function maskAt(masks: readonly Mask[], time: number): number {
  const here = masks.filter(({ span }) => span.from <= time && time < span.to)
  return Math.max(0, ...here.map((mask) => mask.import))
}
