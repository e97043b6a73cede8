// Rows whose time lies far outside their file and their market, as where one digit of it was lost.
import { DAY, toIso, type EpochMs } from '../../../core/time.ts'
import type { TimeRange } from '../../types.ts'

/** Nobody trading for longer is not believed of a file that only leaves it out. */
export const LONGEST_QUIET = 30 * DAY

const YEAR = 365 * DAY
/** How many times as many rows have to lie elsewhere. */
const OUTNUMBERED = 3
const FEW = 2
const FEW_OF = 0.005

interface Cluster extends TimeRange {
  rows: number
}

/**
 * Ranges of `times` (ascending) that are refused: a few rows by themselves, further from all others than those reach, and than a year; ten
 * years where the others are hardly more. `history`: what is stored of the market; rows near it are never refused.
 */
export function farRanges(times: readonly number[], history: TimeRange | null): TimeRange[] {
  const clusters = clustersOf(times)
  const anchored = clusters.filter((each) => history !== null && distance(each, history) <= LONGEST_QUIET)
  const main = anchored.length > 0 ? anchored : largestOf(clusters)
  const trusted: TimeRange[] = [...main, ...(history === null ? [] : [history])]
  if (trusted.length === 0) return []
  const hull = hullOf(trusted)
  const rows = main.reduce((sum, each) => sum + each.rows, 0)
  const few = Math.max(FEW, FEW_OF * times.length)
  const isFar = (each: Cluster): boolean => {
    const outnumbered = each.rows * OUTNUMBERED <= rows
    if (each.rows > few || (!outnumbered && history === null)) return false
    return distance(each, hull) > Math.max(outnumbered ? YEAR : 10 * YEAR, hull.to - hull.from)
  }
  return clusters.filter((each) => !main.includes(each) && isFar(each))
}

function largestOf(clusters: readonly Cluster[]): Cluster[] {
  const largest = clusters.toSorted((a, b) => b.rows - a.rows)[0]
  return largest !== undefined && largest.rows >= OUTNUMBERED ? [largest] : []
}

function clustersOf(times: readonly number[]): Cluster[] {
  const clusters: { from: number; to: number; rows: number }[] = []
  for (const time of times) {
    const last = clusters.at(-1)
    if (last === undefined || time - last.to > LONGEST_QUIET)
      clusters.push({ from: time, to: time + 1, rows: 1 })
    else {
      last.to = time + 1
      last.rows += 1
    }
  }
  return clusters as Cluster[]
}

function hullOf(ranges: readonly TimeRange[]): TimeRange {
  return ranges.reduce((hull, each) => ({
    from: each.from < hull.from ? each.from : hull.from,
    to: each.to > hull.to ? each.to : hull.to,
  }))
}

/** 0 where they meet. */
function distance(a: TimeRange, b: TimeRange): number {
  return Math.max(0, a.from - b.to, b.from - a.to)
}

/** Why such a row is left out. */
export function farReason(time: EpochMs): string {
  return `timestamp ${toIso(time)} lies years away from the rows beside it: was a digit lost?`
}
