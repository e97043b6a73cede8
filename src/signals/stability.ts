// Whether values come from where earlier ones did: deciles of the earlier ones, and the population stability index against them.
import type { Distribution } from '../contract/drift.ts'
import { numberIn } from '../core/number-at.ts'

const BINS = 10
/** What a bin counts in which nothing lies: half a value, so that the logarithm is of something. */
const NOTHING = 0.5

/** Null where there is no value. Straight lines between the order statistics (Hyndman & Fan 1996, type 7). */
export function distributionOf(values: readonly number[]): Distribution | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const edges = Array.from({ length: BINS - 1 }, (_, i) => quantile(sorted, (i + 1) / BINS))
  return { n: values.length, edges, shares: countsIn(edges, values).map((count) => count / values.length) }
}

/**
 * Σ (live − learnt) · ln(live / learnt) over the bins (Siddiqi 2006, *Credit Risk Scorecards*, chapter 10): 0 where both lie alike; under 0.1
 * little has changed, from 0.25 on much. `values` is not empty.
 */
export function stabilityIndex({ n, edges, shares }: Distribution, values: readonly number[]): number {
  return countsIn(edges, values).reduce((sum, count, bin) => {
    // Ties leave bins that nothing can lie in.
    if (count === 0 && shares[bin] === 0) return sum
    const live = Math.max(count, NOTHING) / values.length
    const learnt = Math.max(numberIn(shares, bin), NOTHING / n)
    return sum + (live - learnt) * Math.log(live / learnt)
  }, 0)
}

/** The fifth decile. */
export function medianOf({ edges }: Distribution): number {
  return numberIn(edges, (BINS - 2) / 2)
}

/** A value on an edge lies below it. */
function countsIn(edges: readonly number[], values: readonly number[]): number[] {
  const counts = new Array<number>(BINS).fill(0)
  for (const value of values) {
    const above = edges.findIndex((edge) => value <= edge)
    const bin = above < 0 ? BINS - 1 : above
    counts[bin] = numberIn(counts, bin) + 1
  }
  return counts
}

function quantile(sorted: readonly number[], share: number): number {
  const rank = share * (sorted.length - 1)
  const below = numberIn(sorted, Math.floor(rank))
  return below + (rank - Math.floor(rank)) * (numberIn(sorted, Math.ceil(rank)) - below)
}
