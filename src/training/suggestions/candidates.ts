// Which seconds a suggestion may be of: the newest stored ones that nobody has judged yet.
import { HOUR, MINUTE, SECOND, ceilTo, epochMs, floorTo, type EpochMs } from '../../core/time.ts'
import { clip, joined, missingFrom, rangeOf } from '../../market/ranges.ts'
import type { TimeRange } from '../../market/types.ts'
import { labelSpan } from '../data/targets.ts'
import type { MarketData } from '../data/training-data.ts'

/** Nearer to each other than this, two are one moment. */
export const APART = 2 * MINUTE
/** At most so many hours of seconds are looked at, the newest. */
const MOST = 24 * HOUR
/** One second in so many is looked at first. */
const STRIDE = 5 * SECOND
/** Read of the store at once; whole ones stay the same while the market moves on. */
const BLOCK = 6 * HOUR

/** Instants of one piece of the store, ascending. */
export interface CandidateBlock {
  /** As of which states of the piece can be made, both included. */
  readonly asOf: TimeRange
  readonly instants: readonly EpochMs[]
}

/** What has been judged: around marks and answers, and all that was reviewed. */
export function judgedSpans(data: MarketData, answered: readonly EpochMs[]): TimeRange[] {
  const answers = [...answered, ...(data.rejected ?? [])]
  return joined([
    ...data.marks.map(labelSpan).map(({ from, to }) => rangeOf(from - APART, to + APART)),
    ...answers.map((at) => rangeOf(at - APART + 1, at + APART)),
    ...(data.holdSource === 'reviewed' ? data.holdSpans : []),
  ])
}

/**
 * @param possible instants as of which states are possible, both ends included
 * @param until the last instant that may be suggested
 */
export function candidateBlocks(
  possible: readonly TimeRange[],
  judged: readonly TimeRange[],
  until: EpochMs,
): CandidateBlock[] {
  const last = Math.min(until, Math.max(...possible.map(({ to }) => to)))
  const window = rangeOf(last - MOST, last + SECOND)
  const open = missingFrom(judged, window).flatMap((range) =>
    clip(
      possible.map(({ from, to }) => rangeOf(from, to + SECOND)),
      range,
    ),
  )
  const blocks: CandidateBlock[] = []
  for (let from: number = floorTo(window.from, BLOCK); from < window.to; from += BLOCK) {
    const instants = clip(open, rangeOf(from, from + BLOCK)).flatMap(everyFifth)
    const [first] = instants
    const end = instants.at(-1)
    if (first !== undefined && end !== undefined) blocks.push({ asOf: rangeOf(first, end), instants })
  }
  return blocks
}

function everyFifth({ from, to }: TimeRange): EpochMs[] {
  const first = ceilTo(from, STRIDE)
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / STRIDE)) }, (_, i) =>
    epochMs(first + i * STRIDE),
  )
}
