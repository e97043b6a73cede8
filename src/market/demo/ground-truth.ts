// When the demo market breaks out, truly or falsely. Only tests and the scenario may import this file.
import { epochMs, type EpochMs } from '../../core/time.ts'
import { int32At } from '../../core/number-at.ts'
import type { TimeRange } from '../types.ts'
import { boundariesOf } from './boundaries.ts'
import { Seconds } from './seconds.ts'
import { ORIGIN, type DemoMarketOptions } from './timeline.ts'
import { tradesOfSecond } from './trades.ts'
import { TICKS } from './units.ts'

/** A break of a consolidation. Prices in quote units; the range is the exact high and low of [rangeFrom, start). */
export interface Breakout {
  /** Time of the first trade beyond the range. */
  readonly start: EpochMs
  readonly direction: 'UP' | 'DOWN'
  readonly genuine: boolean
  readonly rangeLow: number
  readonly rangeHigh: number
  readonly rangeFrom: EpochMs
  /** When the move, or its failure, is over. */
  readonly end: EpochMs
  /** The furthest price reached between start and end. */
  readonly target: number
}

export interface GroundTruth {
  /** Breakouts with from ≤ start < to, ascending. */
  breakouts(range: TimeRange): Breakout[]
}

/** The truth about the market that `createDemoMarket` makes of the same options. */
export function createGroundTruth(options: DemoMarketOptions): GroundTruth {
  const seconds = new Seconds(options)
  return { breakouts: (range) => breakoutsIn(seconds, range) }
}

function breakoutsIn(seconds: Seconds, { from, to }: TimeRange): Breakout[] {
  const found: Breakout[] = []
  const first = Math.max(ORIGIN, Math.floor(from / 1000))
  if (to / 1000 <= first) return found
  // Every third segment is a break; the one before `from` may be the one that holds it.
  for (let index = Math.floor(seconds.timeline.indexAt(first) / 3) * 3 + 2; ; index += 3) {
    if (seconds.timeline.segment(index).first * 1000 >= to) return found
    const breakout = breakoutOf(seconds, index)
    if (breakout.start >= from && breakout.start < to) found.push(breakout)
  }
}

function breakoutOf(seconds: Seconds, index: number): Breakout {
  const segment = seconds.timeline.segment(index)
  const { episode } = segment
  const boundaries = boundariesOf(segment)
  if (episode === null || boundaries === null) throw new Error(`segment ${index} breaks no range`)
  const { direction, genuine, returnSecond } = episode
  const { high, low } = boundaries
  const block = seconds.blockAt(segment.first)
  const first = tradesOfSecond(block, 0).find(({ price }) =>
    direction > 0 ? price > high / TICKS : price < low / TICKS,
  )
  if (first === undefined)
    throw new Error(`segment ${index} has no trade beyond its range in its first second`)
  const length = genuine ? segment.length : Math.min(segment.length, returnSecond)
  let target = direction > 0 ? high : low
  for (let i = 0; i < length; i++) {
    if (block.count[i] === 0) continue
    target =
      direction > 0 ? Math.max(target, int32At(block.high, i)) : Math.min(target, int32At(block.low, i))
  }
  return {
    start: first.time,
    direction: direction > 0 ? 'UP' : 'DOWN',
    genuine,
    rangeLow: low / TICKS,
    rangeHigh: high / TICKS,
    rangeFrom: epochMs(seconds.timeline.segment(index - 1).first * 1000),
    end: epochMs((segment.first + length) * 1000),
    target: target / TICKS,
  }
}
