// The candles that are still forming at the as-of instant, put together from finer candles that were known by then.
import type { CandleRow } from '../../contract/shapes.ts'
import type { Interval } from '../state/interval.ts'
import { durationOf, openOf, type Timeframe } from '../state/timeframes.ts'

/** Candles of `timeframe` with from ≤ open < to, ascending, gaps left out. */
export type ReadCandles = (timeframe: Timeframe, from: number, to: number) => Promise<readonly CandleRow[]>
export type Forming = Record<Timeframe, CandleRow | null>

/** One candle from the finer ones inside it, as of their end: quiet ones (volume 0) take no part where others traded. */
export function joinCandles(open: number, parts: readonly CandleRow[]): CandleRow | null {
  const traded = parts.filter((row) => row[5] > 0)
  const used = traded.length > 0 ? traded : parts.slice(-1)
  const first = used[0]
  const last = used.at(-1)
  if (first === undefined || last === undefined) return null
  const high = Math.max(...used.map((row) => row[2]))
  const low = Math.min(...used.map((row) => row[3]))
  const volume = used.reduce((sum, row) => sum + row[5], 0)
  return [open, first[1], high, low, last[4], volume]
}

/**
 * The candle of each timeframe open at `asOf`, from what happened before `asOf` alone: null where `asOf` is its boundary,
 * and where no finer candles are stored. Whole seconds only, so no 1s candle is forming.
 */
export async function formingAt(asOf: number, read: ReadCandles): Promise<Forming> {
  const minute = await join(durationOf('1m'), '1s', asOf, null, read)
  const hour = await join(durationOf('1h'), '1m', asOf, minute, read)
  const day = await join(durationOf('1d'), '1h', asOf, hour, read)
  return { '1s': null, '1m': minute, '1h': hour, '1d': day }
}

/** The candle of `interval` open at `asOf`, where `stored` form there of the stored timeframes: null as for `formingAt`. */
export async function formingIn(
  { base, count, step }: Interval,
  asOf: number,
  stored: Forming,
  read: ReadCandles,
): Promise<CandleRow | null> {
  return count === 1 ? stored[base] : join(step, base, asOf, stored[base], read)
}

async function join(
  step: number,
  finer: Timeframe,
  asOf: number,
  tail: CandleRow | null,
  read: ReadCandles,
): Promise<CandleRow | null> {
  const open = openOf(asOf, step)
  if (open === asOf) return null
  const boundary = openOf(asOf, durationOf(finer))
  const closed = boundary > open ? await read(finer, open, boundary) : []
  return joinCandles(open, tail === null ? closed : [...closed, tail])
}
