// Which minutes rows are kept of, in the order in which they are made: those around what was pointed at, then the newest.
import { marketKey } from '../contract/market-name.ts'
import { HOUR, MINUTE, SECOND, floorTo, ceilTo, type EpochMs } from '../core/time.ts'
import { clip, joined, missingFrom, rangeOf } from '../market/ranges.ts'
import type { Market, TimeRange } from '../market/types.ts'

/** Either side of an instant that was pointed at. */
const AROUND = 0.5 * HOUR

/** An instant that matters, such as a mark's entry. */
export interface Focus {
  readonly market: Market
  readonly at: EpochMs
}

/** Instants of a market at which states are possible, `from` and `to` both included. */
export interface Possible {
  readonly market: Market
  readonly spans: readonly TimeRange[]
}

/** A minute of which rows are wanted as of its instants in [from, to). */
export interface WantedMinute extends TimeRange {
  readonly market: Market
  readonly minute: number
}

/** At most `most` minutes. */
export function wantedMinutes(
  possible: readonly Possible[],
  focus: readonly Focus[],
  most: number,
): WantedMinute[] {
  const near: WantedMinute[][] = []
  const far: WantedMinute[][] = []
  for (const { market, spans } of possible) {
    const all = joined(spans.map(({ from, to }) => rangeOf(from, to + SECOND)))
    const around = joined(
      focus.filter((each) => marketKey(each.market) === marketKey(market)).map(({ at }) => aroundMinutes(at)),
    )
    near.push(around.flatMap((range) => minutesIn(market, clip(all, range))))
    const window = rangeOf(-Infinity, Infinity)
    const rest = missingFrom(around, window).flatMap((range) => clip(all, range))
    far.push(newestMinutes(market, rest, most))
  }
  return [...newestFirst(near.flat()), ...newestFirst(far.flat())].slice(0, most)
}

function aroundMinutes(at: number): TimeRange {
  return rangeOf(floorTo(at - AROUND, MINUTE), ceilTo(at + AROUND, MINUTE))
}

/** The last ones, so that years that do not fit are not counted out. */
function newestMinutes(market: Market, ranges: readonly TimeRange[], most: number): WantedMinute[] {
  const found: WantedMinute[] = []
  for (const { from, to } of ranges.toReversed()) {
    if (found.length >= most) break
    const start = Math.max(from, floorTo(to - (most - found.length) * MINUTE, MINUTE))
    found.push(...minutesIn(market, [rangeOf(start, to)]))
  }
  return found
}

function minutesIn(market: Market, ranges: readonly TimeRange[]): WantedMinute[] {
  return ranges.flatMap(({ from, to }) => {
    const first = floorTo(from, MINUTE)
    return Array.from({ length: Math.ceil((to - first) / MINUTE) }, (_, i) => {
      const minute = first + i * MINUTE
      return { market, minute, ...rangeOf(Math.max(from, minute), Math.min(to, minute + MINUTE)) }
    })
  })
}

function newestFirst(minutes: readonly WantedMinute[]): WantedMinute[] {
  return minutes.toSorted((a, b) => b.minute - a.minute)
}
