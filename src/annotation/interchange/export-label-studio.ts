// Annotations as Label Studio tasks: one a stretch of market, its candles inside the task, each mark a labelled region.
import type { AnnotationOut } from '../../contract/annotations.ts'
import { epochMs, HOUR, MINUTE } from '../../core/time.ts'
import type { MarketReader } from '../../market/provider.ts'
import { rangeOf } from '../../market/ranges.ts'
import { durationOf } from '../../market/timeframe.ts'
import type { Candle, Market, TimeRange } from '../../market/types.ts'
import type { RegionMeta } from './label-studio.ts'

/** What of the market is shown before the first mark of a task and after its last; marks nearer than that to each other share a task. */
const MARGIN = 15 * MINUTE
/** Longer stretches are shown in 1m candles. */
const SECONDS_UP_TO = 4 * HOUR
const MOST_CANDLES = 50_000

export interface LabelStudioTask {
  readonly data: Readonly<Record<string, unknown>>
  readonly annotations: readonly { readonly result: readonly object[]; readonly was_cancelled: false }[]
}

/** The labelling configuration that these tasks need: paste it into the project's settings before importing. */
export const LABEL_CONFIG = `<View>
  <TimeSeriesLabels name="label" toName="ts">
    <Label value="LONG" background="#26a69a"/>
    <Label value="SHORT" background="#ef5350"/>
  </TimeSeriesLabels>
  <TimeSeries name="ts" valueType="json" value="$ts" timeColumn="time">
    <Channel column="close" legend="close"/>
    <Channel column="volume" legend="volume"/>
  </TimeSeries>
</View>
`

/** Times are UTC ms: a candle's is its end, when its close is known, so that a region's start and end are entry and exit. */
export async function labelStudioTasks(
  annotations: readonly AnnotationOut[],
  reader: MarketReader,
): Promise<LabelStudioTask[]> {
  const tasks: LabelStudioTask[] = []
  for (const group of groupsOf(annotations)) {
    const result = group.annotations.map(regionOf)
    tasks.push({ data: await dataOf(group, reader), annotations: [{ result, was_cancelled: false }] })
  }
  return tasks
}

interface Group {
  readonly market: Market
  readonly span: TimeRange
  readonly annotations: readonly AnnotationOut[]
}

function groupsOf(annotations: readonly AnnotationOut[]): Group[] {
  const groups: Group[] = []
  const ordered = annotations.toSorted(
    (a, b) => marketKey(a).localeCompare(marketKey(b)) || entryOf(a) - entryOf(b),
  )
  for (const annotation of ordered) {
    const { venue, symbol } = annotation
    const [from, to] = [entryOf(annotation) - MARGIN, exitOf(annotation) + MARGIN]
    const last = groups.at(-1)
    if (last !== undefined && marketKey(last.market) === marketKey(annotation) && from <= last.span.to) {
      const span = rangeOf(last.span.from, Math.max(last.span.to, to))
      groups[groups.length - 1] = { ...last, span, annotations: [...last.annotations, annotation] }
    } else groups.push({ market: { venue, symbol }, span: rangeOf(from, to), annotations: [annotation] })
  }
  return groups
}

async function dataOf({ market, span }: Group, reader: MarketReader): Promise<Record<string, unknown>> {
  const timeframe = span.to - span.from <= SECONDS_UP_TO ? '1s' : '1m'
  const request = { market, timeframe, ...span, limit: MOST_CANDLES, asOf: span.to, forming: false } as const
  const { candles } = await reader.candles(request)
  const column = (of: (candle: Candle) => number): number[] => candles.map(of)
  return {
    ...market,
    timeframe,
    ts: {
      time: column(({ openTime }) => openTime + durationOf(timeframe)),
      open: column(({ open }) => open),
      high: column(({ high }) => high),
      low: column(({ low }) => low),
      close: column(({ close }) => close),
      volume: column(({ volume }) => volume),
    },
  }
}

function regionOf(annotation: AnnotationOut): object {
  const { id, direction, entry, exit, tags, notes, provenance } = annotation
  const { stop_price, target_price } = annotation
  const { annotator } = provenance
  const annotate: RegionMeta = {
    entry_price: entry.price,
    exit_price: exit.price,
    tags: [...tags],
    notes,
    ...(annotator === undefined ? {} : { annotator }),
    ...(stop_price === null ? {} : { stop_price }),
    ...(target_price === null ? {} : { target_price }),
  }
  return {
    id,
    from_name: 'label',
    to_name: 'ts',
    type: 'timeserieslabels',
    origin: 'manual',
    value: {
      start: entryOf(annotation),
      end: exitOf(annotation),
      instant: false,
      timeserieslabels: [direction],
    },
    meta: { annotate, ...(notes === '' ? {} : { text: [notes] }) },
  }
}

function marketKey({ venue, symbol }: Market): string {
  return `${venue} ${symbol}`
}

function entryOf({ entry }: AnnotationOut): number {
  return epochMs(Date.parse(entry.timestamp))
}

function exitOf({ exit }: AnnotationOut): number {
  return epochMs(Date.parse(exit.timestamp))
}
