// Stretches that were shown, merged where they touch, and bounded in number. Pure.
import { joined } from '../market/ranges.ts'
import type { TimeRange } from '../market/types.ts'

/** Ascending and apart. */
export type Stretches = readonly TimeRange[]

/** Of one market and timeframe. Beyond that those that lie closest count as one, with what lies between: more counts as shown than was. */
const MOST = 400

/** What of `held` goes and what comes in its place when `added` was shown, too; those `step` ms or less apart are one. */
export function changeOf(
  held: Stretches,
  added: readonly TimeRange[],
  step: number,
  most = MOST,
): { gone: Stretches; made: Stretches } {
  const after = bounded(joined([...held, ...added], step), most)
  const [before, now] = [new Set(held.map(nameOf)), new Set(after.map(nameOf))]
  return {
    gone: held.filter((range) => !now.has(nameOf(range))),
    made: after.filter((range) => !before.has(nameOf(range))),
  }
}

function bounded(stretches: readonly TimeRange[], most: number): TimeRange[] {
  const gaps = stretches.slice(1).map(({ from }, i) => from - (stretches[i]?.to ?? from))
  const excess = stretches.length - most
  if (excess <= 0) return [...stretches]
  // Room for as many again, so that not every one more is merged by itself.
  const widest = gaps.toSorted((a, b) => a - b)[Math.min(excess + most / 2, gaps.length) - 1] ?? 0
  return joined(stretches, widest)
}

function nameOf({ from, to }: TimeRange): string {
  return `${from} ${to}`
}
