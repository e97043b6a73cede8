// What a visible pattern is, and where it is complete: found both ways up, by what was known at that second alone.
import { MINUTE, epochMs, type EpochMs } from '../../../src/core/time.ts'
import type { CandleColumns } from '../../../src/market/slice.ts'
import type { Direction } from '../../../src/contract/direction.ts'
import { sessionsOf, upsideDown, type MinuteBars } from './minute-bars.ts'

export interface Pattern {
  /** As options and cells name it. */
  readonly id: string
  readonly name: string
  /** The rule in words, with its source. */
  readonly about: string
  /** Whether the form that announces a rise is complete at the close of bar `i`; reads no bar after it. Asked from `needs` on. */
  readonly rising: (bars: MinuteBars) => (i: number) => boolean
  /** Bars of a session before the first that can be asked about. */
  readonly needs: number
}

export interface Completion {
  /** The close of the minute that completes it: from then on it can be seen. */
  readonly at: EpochMs
  readonly direction: Direction
}

/** The same form is not found again so soon on the same side: a trader marks it once. */
const APART = 10

/** Everywhere a pattern is complete, LONG and SHORT, ascending. `minutes` are closed candles of 1m. */
export function completionsOf(pattern: Pattern, minutes: CandleColumns): Completion[] {
  return sessionsOf(minutes)
    .flatMap((bars) => [...sided(pattern, bars, 'LONG'), ...sided(pattern, upsideDown(bars), 'SHORT')])
    .sort((a, b) => a.at - b.at || a.direction.localeCompare(b.direction))
}

function sided({ rising, needs }: Pattern, bars: MinuteBars, direction: Direction): Completion[] {
  const isComplete = rising(bars)
  const found: Completion[] = []
  let next = needs
  for (let i = needs; i < bars.length; i++) {
    if (i < next || bars.traded[i] !== 1 || !isComplete(i)) continue
    found.push({ at: epochMs(bars.from + (i + 1) * MINUTE), direction })
    next = i + APART
  }
  return found
}
