// What a run is trained on: marks, labelled seconds and market data, as plain values that can be sent to another process.
import { marketKey, sameMarket } from '../../contract/market-name.ts'
import { DAY, HOUR, SECOND, ceilTo, epochMs, floorTo, type EpochMs } from '../../core/time.ts'
import type { BookSlice } from '../../market/book/book-slice.ts'
import { joined, unionOf } from '../../market/ranges.ts'
import type { MarketSlice } from '../../market/slice.ts'
import type { Market, TimeRange } from '../../market/types.ts'
import type { ModelInputs } from '../../models/model.ts'
import { SecondBars } from '../../market-state/bars.ts'
import { withLookback } from '../../market-state/plain-rule.ts'
import { Targets, labelSpan, type Mark } from './targets.ts'
import type { WarmStartData } from './parent.ts'

export type HoldSource = 'reviewed' | 'assumed'

/** A stretch of one market with all that is known and said about it. */
export interface Stretch {
  readonly market: Market
  /** Seconds that targets are asked about. */
  readonly range: TimeRange
  readonly slice: MarketSlice
  /** For models that need it. */
  readonly books?: BookSlice
  readonly bars: SecondBars
}

/** Seconds [from, to) of a stretch, named by its place among the stretches of all markets. */
export interface SecondsRange extends TimeRange {
  readonly stretch: number
}

/** All of one market. */
export interface MarketData {
  readonly market: Market
  /** Every annotation, also those left out, whose surroundings are neutral. Ascending by entry. */
  readonly marks: readonly Mark[]
  /** Where an unmarked second is HOLD: reviewed spans, else half an hour around each mark. Merged, ascending. */
  readonly holdSpans: readonly TimeRange[]
  readonly holdSource: HoldSource
  /** Seconds that the trader called HOLD when they were proposed, ascending; absent where there are none. */
  readonly rejected?: readonly EpochMs[]
  readonly stretches: readonly Stretch[]
  readonly targets: Targets
}

/** The frozen truth of an annotation: its test case. */
export interface CaseFile {
  readonly markId: string
  readonly testCaseId: string
  readonly sha256: string
}

export interface TrainingData {
  readonly markets: readonly MarketData[]
  readonly cases: readonly CaseFile[]
  /** Row i is the market state of `cases[i]` as its file has it. */
  readonly states: ModelInputs
  readonly leftOut: readonly { test_case_id: string; reason: string }[]
  readonly warnings: readonly string[]
  /** What is stored of the markets, annotated or not, where the run is pre-trained. */
  readonly unlabelled?: readonly Stretch[]
  /** Where the run begins from a checkpoint. Its cases beyond those trained on have the last rows of `states`. */
  readonly warmStart?: WarmStartData
}

/** Half an hour that stands in for reviewed spans. */
const ASSUMED = HOUR / 2
/** Stretches nearer than this are read as one. */
const JOIN = 2 * HOUR
/** Of each market, at most so much of what is stored is read for pre-training: its newest. */
const MOST_STORED = 3 * DAY

/** Where HOLD is assumed when nothing was reviewed: 30 minutes either side of each mark. */
export function assumedSpans(marks: readonly Mark[]): TimeRange[] {
  return joined(
    marks.map(({ entry, exit }) => ({ from: epochMs(entry - ASSUMED), to: epochMs(exit + ASSUMED) })),
  )
}

/** The stretches to read for these marks and spans: everything labelled, joined where little lies between. */
export function stretchesOf(marks: readonly Mark[], holdSpans: readonly TimeRange[]): TimeRange[] {
  return joined([...holdSpans, ...marks.map(labelSpan)], JOIN)
}

/** The newest of these spans, `MOST_STORED` at most, joined where little lies between; ascending. */
export function newestStored(spans: readonly TimeRange[]): TimeRange[] {
  let left = MOST_STORED
  const newest: TimeRange[] = []
  for (const { from, to } of joined(spans, JOIN).toReversed()) {
    if (left <= 0) break
    newest.unshift({ from: epochMs(Math.max(from, to - left)), to })
    left -= to - from
  }
  return newest
}

/** What to ask the market's reader for, so that states, entry zones and the plain rule of `range` can be told. */
export function sliceRange(range: TimeRange): TimeRange {
  const { from, to } = withLookback(range)
  return { from: floorTo(from, SECOND), to: ceilTo(to, SECOND) }
}

export function stretchOf(slice: MarketSlice, range: TimeRange, books?: BookSlice): Stretch {
  const bars = new SecondBars(slice, withLookback(range))
  return { market: slice.market, range, slice, ...(books === undefined ? {} : { books }), bars }
}

/** Close as of an instant, from whichever stretch knows it. */
export function closeIn(stretches: readonly Stretch[], instant: EpochMs): number {
  for (const { range, bars } of stretches) {
    if (instant >= range.from && instant <= range.to) return bars.closeAt(instant)
  }
  return Number.NaN
}

/** A rejected proposal says HOLD of so many seconds, like an entry zone. */
export const HOLD_SECONDS = 10

/** What rejections say HOLD of. */
export function rejectedSpans(rejected: readonly EpochMs[]): TimeRange[] {
  return rejected.map((from) => ({ from, to: epochMs(from + HOLD_SECONDS * SECOND) }))
}

/** Seconds of a market whose targets a training is shown or could be: its trained marks', and where HOLDs are taken. Merged, ascending. */
export function labelledSpans({ marks, holdSpans, rejected = [] }: MarketData): TimeRange[] {
  const trained = marks.filter((mark) => mark.trained)
  return unionOf([...trained.map(labelSpan), ...holdSpans, ...rejectedSpans(rejected)])
}

/** Puts a market's parts together; the targets follow from them. */
export function marketData(parts: Omit<MarketData, 'targets'>): MarketData {
  const holdSpans = [...parts.holdSpans, ...rejectedSpans(parts.rejected ?? [])]
  const targets = new Targets(parts.marks, holdSpans, (instant) => closeIn(parts.stretches, instant))
  return { ...parts, targets }
}

/** The data of the market that `stretch` is of. */
export function marketOf(markets: readonly MarketData[], stretch: Stretch): MarketData {
  return dataOf(markets, stretch.market)
}

/** @throws RangeError for a market that is not among them */
export function dataOf<T extends { readonly market: Market }>(markets: readonly T[], wanted: Market): T {
  const found = markets.find(({ market }) => sameMarket(market, wanted))
  if (found === undefined) throw new RangeError(`no data of ${marketKey(wanted)}`)
  return found
}

/** Number of whole seconds in [from, to). */
export function secondsIn({ from, to }: TimeRange): number {
  return Math.max(0, Math.ceil(to / SECOND) - Math.ceil(from / SECOND))
}

/** Number of whole seconds in all of them. */
export function secondsInAll(ranges: readonly TimeRange[]): number {
  return ranges.reduce((sum, range) => sum + secondsIn(range), 0)
}
