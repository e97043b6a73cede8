// How much each annotation says that no other does: by the overlap of label spans (López de Prado 2018, chapter 4).
import { at, valueAt } from '../../core/at.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { SECOND, epochMs } from '../../core/time.ts'
import { clip, joined } from '../../market/ranges.ts'
import type { TimeRange } from '../../market/types.ts'
import type { MarketData } from '../data/training-data.ts'
import { labelSpan, type Mark } from '../data/targets.ts'

/** What the finest timeframe of a market state covers before its instant. */
const WINDOW = 100 * SECOND

/**
 * Average uniqueness of every trained mark, by its id: the mean over its label span of 1 / (spans of its market that cover the
 * second) (section 4.4). 1 where nothing overlaps; two equal spans have 1/2 each.
 */
export function uniquenessOf(markets: readonly MarketData[]): Map<string, number> {
  return new Map(markets.flatMap(({ marks }) => uniquenessInMarket(marks.filter(({ trained }) => trained))))
}

function uniquenessInMarket(marks: readonly Mark[]): [string, number][] {
  const spans = marks.map(labelSpan)
  const edges = [...new Set(spans.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  const opened = new Map<number, number>()
  for (const { from, to } of spans) {
    opened.set(from, (opened.get(from) ?? 0) + 1)
    opened.set(to, (opened.get(to) ?? 0) - 1)
  }
  // The integral of 1 / concurrency up to each edge.
  const integral = new Map<number, number>()
  let [sum, concurrency, last] = [0, 0, edges[0] ?? epochMs(0)]
  for (const edge of edges) {
    if (concurrency > 0) sum += (edge - last) / concurrency
    integral.set(edge, sum)
    concurrency += valueAt(opened, edge)
    last = edge
  }
  return marks.map(({ id }, i) => {
    const { from, to } = at(spans, i)
    return [id, (valueAt(integral, to) - valueAt(integral, from)) / (to - from)]
  })
}

/** Mean share of a mark's 100 seconds before its entry that the same seconds of another mark of its market cover; null without marks. */
export function windowOverlap(markets: readonly MarketData[]): number | null {
  const windows = markets.flatMap(({ market, marks }) =>
    marks
      .filter(({ trained }) => trained)
      .map(({ entry }) => ({ market, from: epochMs(entry - WINDOW), to: entry })),
  )
  if (windows.length === 0) return null
  const shares = windows.map((own) => {
    const others = windows.filter(
      (other) =>
        other !== own && sameMarket(other.market, own.market) && other.from < own.to && other.to > own.from,
    )
    return lengthOf(clip(joined(others), own)) / WINDOW
  })
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}

function lengthOf(ranges: readonly TimeRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0)
}
