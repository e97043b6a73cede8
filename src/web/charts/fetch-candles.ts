// Candles from the server: of a chart, folded where they are longer than the stored ones, and for drilling.
import type { MarketName } from '../../contract/market-name.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import { foldCandles } from '../marking/fold.ts'
import { api, nameOf } from '../state/api.ts'
import { intervalOf, type Interval } from '../state/interval.ts'
import { ApiError } from '../state/request.ts'
import { SECOND, durationOf, openOf, type Timeframe } from '../state/timeframes.ts'
import type { Span } from './candle-window.ts'

/** What was being read belongs to a market that is not shown any more. */
export class Superseded extends Error {}

export interface Range {
  /** UTC ms, `to` exclusive; rounded to whole candles. Without `from` the newest are read. */
  readonly from?: number
  readonly to?: number
  /** Candles. */
  readonly limit: number
  readonly forming?: boolean
}

export interface Fetched {
  readonly rows: readonly CandleRow[]
  readonly gaps: readonly Span[]
  /** The stored candles that they are made of. */
  readonly parts: readonly CandleRow[]
  /** There are no more in the range that was asked for. */
  readonly isAll: boolean
}

/** Stored candles of one answer at most: the server's limit. */
const MOST = 10_000

/** Candles of the first look, around an instant, and of each step while scrolling. */
export interface Steps {
  readonly first: number
  readonly around: number
  readonly next: number
}

const FIRST: Record<Timeframe, number> = { '1s': 3600, '1m': 3000, '1h': 2000, '1d': 1000 }

/** What one answer holds of candles that are each made of many. */
export function stepsOf({ base, count }: Interval): Steps {
  const most = Math.floor(MOST / count)
  return { first: Math.min(FIRST[base], most), around: Math.min(3000, most), next: Math.min(5000, most) }
}

/** Candles of a chart. Of a gap there are none; one that is known in part is made of that part. */
export async function fetchCandles(market: MarketName, interval: Interval, range: Range): Promise<Fetched> {
  const { step, count, base } = interval
  const limit = Math.min(range.limit * count, MOST)
  const { candles, gaps } = await ask(market, base, {
    limit,
    ...(range.forming === undefined ? {} : { forming: range.forming }),
    ...(range.from === undefined ? {} : { from: openOf(range.from, step) }),
    ...(range.to === undefined ? {} : { to: openOf(range.to + step - 1, step) }),
  })
  const isAll = candles.length < limit
  if (count === 1) return { rows: candles, gaps, parts: candles, isAll }
  const parts = withoutGaps(candles, gaps)
  const rows = foldCandles(isAll ? parts : wholeOf(parts, interval, range.from === undefined), step)
  return { rows, gaps: [], parts, isAll }
}

/** Where the answer was cut, the candle that it cut into is left for the next one: the last, or of the newest the first. */
function wholeOf(
  parts: readonly CandleRow[],
  { step, base }: Interval,
  areNewest: boolean,
): readonly CandleRow[] {
  const edge = (areNewest ? parts[0] : parts.at(-1))?.[0]
  if (edge === undefined) return parts
  const open = openOf(edge, step)
  if (areNewest) return edge === open ? parts : parts.filter((row) => row[0] >= open + step)
  return edge + durationOf(base) >= open + step ? parts : parts.filter((row) => row[0] < open)
}

async function ask(
  market: MarketName,
  timeframe: Timeframe,
  range: Range,
): Promise<{ candles: CandleRow[]; gaps: Span[] }> {
  const asked = api.candles({ ...nameOf(market), timeframe, ...range })
  const out = await asked.catch((error: unknown) => {
    throw error instanceof ApiError && error.code === 'gone' ? new Superseded() : error
  })
  const gaps = out.gaps
    .filter((gap) => gap.timeframe === timeframe)
    .map((gap) => ({ from: Date.parse(gap.from), to: Date.parse(gap.to) }))
  return { candles: out.candles, gaps }
}

function withoutGaps(rows: readonly CandleRow[], gaps: readonly Span[]): CandleRow[] {
  return rows.filter((row) => !gaps.some((gap) => row[0] >= gap.from && row[0] < gap.to))
}

/** Candles of `timeframe` with from ≤ open < to, straight from the server, gaps left out; at most 3,600. */
export async function readCandles(
  market: MarketName,
  timeframe: Timeframe,
  from: number,
  to: number,
): Promise<CandleRow[]> {
  const limit = Math.min(Math.ceil((to - from) / durationOf(timeframe)), 3600)
  if (limit <= 0) return []
  const { rows, gaps } = await fetchCandles(market, intervalOf(timeframe), { from, to, limit })
  return withoutGaps(rows, gaps)
}

/** The price known at `instant`: the close of the last second before it; null where none is stored within a minute. */
export async function priceAt(market: MarketName, instant: number): Promise<number | null> {
  const rows = await readCandles(market, '1s', instant - 60 * SECOND, instant)
  return rows.at(-1)?.[4] ?? null
}
