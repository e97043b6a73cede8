// Where a market state is possible: 100 candles of each timeframe back, and the second before the instant known.
import { CASE_TIMEFRAMES, tableOf, WINDOW, type CaseTimeframe } from '../contract/timeframes.ts'
import { ceilTo, DAY, epochMs, SECOND, shift, toIso, type EpochMs } from '../core/time.ts'
import { AppError } from '../core/errors.ts'
import { float64At } from '../core/number-at.ts'
import type { MarketReader } from '../market/provider.ts'
import { missingFrom, rangeOf, rangeOut, unionOf } from '../market/ranges.ts'
import { closeBefore, indexFrom, missingSlots } from '../market/series.ts'
import type { MarketSlice } from '../market/slice.ts'
import { durationOf, type Timeframe } from '../market/timeframe.ts'
import type { Market, TimeRange } from '../market/types.ts'
import { firstOpenTime } from './window.ts'

/** Why no market state exists as of an instant: the first timeframe, finest first, that has too few candles. */
export interface Shortfall {
  readonly timeframe: Timeframe
  /** Candles there are, of the 100 that end at the instant. */
  readonly have: number
  readonly need: number
  /** Instants T at which a state is possible, `from` and `to` both included, as far as the caller can see. */
  readonly available: readonly TimeRange[]
  /** What to do, in words. */
  readonly how: string
}

/** Open of the first candle that is known of each timeframe, traded or quiet; null where nothing is. */
type Starts = Readonly<Record<CaseTimeframe, EpochMs | null>>

/** Null where a state as of `asOf` is possible. `available` sees no further than the slice: see `testCaseSpans`. */
export function shortfallAt(slice: MarketSlice, asOf: EpochMs): Shortfall | null {
  const starts = startsOf(slice)
  for (const timeframe of CASE_TIMEFRAMES) {
    const have = Math.min(
      slotsFrom(timeframe, starts[timeframe], asOf),
      slotsFrom(timeframe, firstPriced(slice, timeframe, asOf), asOf),
    )
    if (have < WINDOW) return shortfall(slice, starts, timeframe, have, tooShort(slice, starts, asOf))
  }
  const second = slice.series['1s']
  if (missingSlots(second, SECOND, asOf - SECOND, asOf).length === 0) return null
  return shortfall(slice, starts, '1s', knownSeconds(slice, asOf), unknownSecond(slice, asOf))
}

/** Whether it is known what happened in the second before `asOf`: traded, or quiet. */
export function isSecondKnown(slice: MarketSlice, asOf: EpochMs): boolean {
  return slice.series['1s'].covered.some(({ from, to }) => from <= asOf - SECOND && asOf <= to)
}

/** The 422 that says so; `available` where the caller sees further than the slice. */
export function notEnoughCandles(found: Shortfall, asOf: EpochMs, available = found.available): AppError {
  const { timeframe, have, need, how } = found
  return new AppError(
    'not_enough_candles',
    `As of ${toIso(asOf)} there are ${have} of the ${need} candles of ${timeframe} that a market state needs. ${how}`,
    {
      status: 422,
      field: 'entry.timestamp',
      details: { timeframe, have, need, available: available.map(rangeOut), how },
    },
  )
}

/**
 * Every span of instants T, `from` and `to` both included and whole seconds, at which a state is possible with what is stored now.
 */
export async function testCaseSpans(reader: MarketReader, market: Market): Promise<TimeRange[]> {
  const covered = await reader.coverage(market, '1s')
  const starts: Record<CaseTimeframe, EpochMs | null> = tableOf(CASE_TIMEFRAMES, () => null)
  for (const timeframe of CASE_TIMEFRAMES) {
    starts[timeframe] = (await reader.stored(market, timeframe))?.from ?? null
  }
  const spans = spansOf(starts, covered)
  if (spans.length === 0 || !(await reader.takesNegativePrices(market))) return spans
  const without = await notPositiveSpans(reader, market)
  return spans.flatMap(({ from, to }) =>
    missingFrom(without, rangeOf(from, to + SECOND)).map((range) => rangeOf(range.from, range.to - SECOND)),
  )
}

/**
 * Instants [from, to) as of which an hour or a day of the state went to 0 or below, by hours and days, so that it costs the same whatever the
 * market does; of the hour that is not over, by its minutes. A little too much within the hour in which it first happens.
 */
async function notPositiveSpans(reader: MarketReader, market: Market): Promise<TimeRange[]> {
  const hours = (await reader.stored(market, '1h'))?.to
  const seen = async (timeframe: Timeframe, known: number, from?: EpochMs): Promise<TimeRange[]> => {
    const later = (WINDOW - 1) * durationOf(timeframe) + SECOND
    const found = await reader.notPositive(market, timeframe, from)
    return found.map(({ from: open, to: end }) => rangeOf(open + known, end + later))
  }
  return unionOf(await seen('1h', SECOND), await seen('1d', DAY), await seen('1m', SECOND, hours))
}

function startsOf({ series }: MarketSlice): Starts {
  return tableOf(CASE_TIMEFRAMES, (timeframe) => series[timeframe].firstOpen)
}

/**
 * Where slots begin to have a price: quiet ones before the very first trade have none. Almost always the first slot.
 */
function firstPriced(slice: MarketSlice, timeframe: Timeframe, asOf: EpochMs): EpochMs | null {
  const first = firstOpenTime(timeframe, asOf)
  const series = slice.series[timeframe]
  if (closeBefore(series, first) !== null) return first
  const { candles } = series
  const index = indexFrom(candles, first)
  return index < candles.length ? epochMs(float64At(candles.openTime, index)) : null
}

/** How many of the 100 slots that end at `asOf` open at or after `start`; none while the first candle has not closed. */
function slotsFrom(timeframe: Timeframe, start: EpochMs | null, asOf: EpochMs): number {
  const step = durationOf(timeframe)
  if (start === null || start + step > asOf) return 0
  const slots = (firstOpenTime(timeframe, asOf) + WINDOW * step - start) / step
  return Math.min(WINDOW, Math.max(0, Math.floor(slots)))
}

/** Seconds of the 100 before `asOf` that are known, traded or quiet. */
function knownSeconds(slice: MarketSlice, asOf: EpochMs): number {
  const runs = missingSlots(slice.series['1s'], SECOND, asOf - WINDOW * SECOND, asOf)
  return WINDOW - runs.reduce((sum, run) => sum + (run.to - run.from) / SECOND, 0)
}

function spansOf(starts: Starts, covered: readonly TimeRange[]): TimeRange[] {
  let earliest = Number.NEGATIVE_INFINITY
  for (const timeframe of CASE_TIMEFRAMES) {
    const start = starts[timeframe]
    if (start === null) return []
    earliest = Math.max(earliest, start + (WINDOW - 1) * durationOf(timeframe) + SECOND)
  }
  return covered.flatMap(({ from, to }) => {
    const first = ceilTo(Math.max(from + SECOND, earliest), SECOND)
    return first <= to ? [{ from: first, to }] : []
  })
}

function shortfall(
  slice: MarketSlice,
  starts: Starts,
  timeframe: Timeframe,
  have: number,
  how: string,
): Shortfall {
  return { timeframe, have, need: WINDOW, available: spansOf(starts, slice.series['1s'].covered), how }
}

/** One sentence per timeframe that does not reach back far enough. */
function tooShort(slice: MarketSlice, starts: Starts, asOf: EpochMs): string {
  const { symbol, venue } = slice.market
  const sentences = CASE_TIMEFRAMES.flatMap((timeframe) => {
    if (slotsFrom(timeframe, starts[timeframe], asOf) === WINDOW) return []
    const since = toIso(firstOpenTime(timeframe, asOf))
    return timeframe === '1s'
      ? [
          `import trades (or 1s candles) that begin before ${since}: annotate import trades FILE --symbol ${symbol} --venue ${venue}`,
        ]
      : [
          `import older ${timeframe} candles, from ${since}: annotate import candles FILE --symbol ${symbol} --venue ${venue} --timeframe ${timeframe}`,
        ]
  })
  return `Choose a later entry, or ${sentences.join('; ')}.`
}

function unknownSecond({ market }: MarketSlice, asOf: EpochMs): string {
  return `Nothing is known of the second before it (${toIso(shift(asOf, -1 * SECOND))}): choose an entry within the stored trades, or import trades that reach it: annotate import trades FILE --symbol ${market.symbol} --venue ${market.venue}.`
}
