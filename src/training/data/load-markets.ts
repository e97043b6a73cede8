// What a run reads of each market: its annotations, what is reviewed of it, and the seconds around both.
import type { AnnotationOut } from '../../contract/annotations.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { SECOND, epochMs } from '../../core/time.ts'
import { testCaseSpans } from '../../market-state/availability.ts'
import { loadSymbolBookSlice } from '../../market/book/book-slice.ts'
import { unionOf, clip } from '../../market/ranges.ts'
import type { Market, TimeRange } from '../../market/types.ts'
import type { ModelNeeds, Sources } from './sources.ts'
import type { Mark } from './targets.ts'
import {
  assumedSpans,
  marketData,
  newestStored,
  rejectedSpans,
  sliceRange,
  stretchOf,
  stretchesOf,
  type MarketData,
  type Stretch,
} from './training-data.ts'

/** The markets of the annotations that are trained on, each with all its annotations, in the order in which they are first named. */
export async function loadMarkets(
  sources: Sources,
  annotations: readonly AnnotationOut[],
  trained: ReadonlySet<string>,
  model: ModelNeeds,
): Promise<MarketData[]> {
  const markets: Market[] = []
  for (const { id, venue, symbol } of annotations) {
    if (trained.has(id) && !markets.some((known) => sameMarket(known, { venue, symbol })))
      markets.push({ venue, symbol })
  }
  const loaded: MarketData[] = []
  for (const market of markets) {
    const own = annotations.filter((annotation) => sameMarket(annotation, market))
    loaded.push(
      await loadMarket(
        sources,
        market,
        own.map((annotation) => markOf(annotation, trained)),
        model,
      ),
    )
  }
  return loaded
}

async function loadMarket(
  sources: Sources,
  market: Market,
  marks: readonly Mark[],
  { needs }: ModelNeeds,
): Promise<MarketData> {
  const reviewed = (await sources.reviewedSpans.list(market)).map(({ from, to }) => ({
    from: epochMs(Date.parse(from)),
    to: epochMs(Date.parse(to)),
  }))
  const possible = await testCaseSpans(sources.reader, market)
  const wanted = reviewed.length > 0 ? reviewed : assumedSpans(marks.filter((mark) => mark.trained))
  const holdSpans = unionOf(possible.flatMap((span) => clip(unionOf(wanted), upTo(span))))
  const rejected = (await sources.rejectedHolds.list(market)).filter((at) =>
    possible.some(({ from, to }) => at >= from && at <= to),
  )
  const stretches: Stretch[] = []
  for (const range of stretchesOf(
    marks.filter((mark) => mark.trained),
    [...holdSpans, ...rejectedSpans(rejected)],
  )) {
    stretches.push(await loadStretch(sources, market, range, needs))
  }
  const holdSource = reviewed.length > 0 ? 'reviewed' : 'assumed'
  const rejections = rejected.length === 0 ? {} : { rejected }
  return marketData({ market, marks, holdSpans, holdSource, stretches, ...rejections })
}

/** The instants of a span, its last one included, as seconds [from, to). */
function upTo({ from, to }: TimeRange): TimeRange {
  return { from, to: epochMs(to + SECOND) }
}

async function loadStretch(
  { reader, books }: Sources,
  market: Market,
  range: TimeRange,
  needs: ModelNeeds['needs'],
): Promise<Stretch> {
  const asOf = sliceRange(range)
  const own =
    books !== undefined && needs.includes('order_book') ? loadSymbolBookSlice(books, market, asOf) : undefined
  return stretchOf(await reader.slice(market, asOf), range, own)
}

/** The newest stored seconds of each market in which states can be made. */
export async function loadUnlabelled(
  sources: Sources,
  markets: readonly MarketData[],
  { needs }: ModelNeeds,
): Promise<Stretch[]> {
  const stretches: Stretch[] = []
  for (const { market } of markets) {
    const ranges = newestStored(await testCaseSpans(sources.reader, market))
    for (const range of ranges) stretches.push(await loadStretch(sources, market, range, needs))
  }
  return stretches
}

/** An annotation as training has it; `trained` holds the ids of those whose cases are trained on. */
export function markOf(annotation: AnnotationOut, trained: ReadonlySet<string>): Mark {
  const { id, direction, entry, exit } = annotation
  return {
    id,
    direction,
    entry: epochMs(Date.parse(entry.timestamp)),
    exit: epochMs(Date.parse(exit.timestamp)),
    entryPrice: entry.price,
    exitPrice: exit.price,
    trained: trained.has(id),
  }
}
