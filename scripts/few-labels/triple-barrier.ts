// Mechanical marks: events of a CUSUM filter whose price then reaches one barrier before time is up (López de Prado 2018, 2.5 and 3.4).
import { HOUR, SECOND, epochMs } from '../../src/core/time.ts'
import type { SecondBars } from '../../src/market-state/bars.ts'
import type { Mark } from '../../src/training/data/targets.ts'

/** The filter opens an event when the summed moves reach this. */
const EVENT = 0.0005
/** Both horizontal barriers, as a share of the entry price. */
const BARRIER = 0.0006
/** The vertical one: an event that is undecided by then is no mark. */
const LONGEST = HOUR / SECOND

/**
 * One mark an event, LONG where the upper barrier was touched first and SHORT where the lower one was; entry at the event's close, exit
 * at the close that touched. The next event is looked for after the exit, so that no two overlap.
 */
export function tripleBarrierWinners(bars: SecondBars): Mark[] {
  const marks: Mark[] = []
  let [up, down] = [0, 0]
  for (let i = 1; i < bars.length; i++) {
    const move = Math.log(bars.close[i]! / bars.close[i - 1]!)
    up = Math.max(0, up + (move || 0))
    down = Math.min(0, down + (move || 0))
    if (up <= EVENT && down >= -EVENT) continue
    ;[up, down] = [0, 0]
    const exit = firstTouch(bars, i)
    if (exit === null) continue
    marks.push(markOf(bars, i, exit))
    i = exit
  }
  return marks
}

function firstTouch(bars: SecondBars, entry: number): number | null {
  const price = bars.close[entry]!
  const last = Math.min(bars.length - 1, entry + LONGEST)
  for (let i = entry + 1; i <= last; i++) {
    if (Math.abs(bars.close[i]! / price - 1) >= BARRIER) return i
  }
  return null
}

/** A close is known at its second's end: that instant is the entry. */
function markOf(bars: SecondBars, entry: number, exit: number): Mark {
  const [entryPrice, exitPrice] = [bars.close[entry]!, bars.close[exit]!]
  return {
    id: `event${entry}`,
    direction: exitPrice > entryPrice ? 'LONG' : 'SHORT',
    entry: epochMs(bars.endOf(entry)),
    exit: epochMs(bars.endOf(exit)),
    entryPrice,
    exitPrice,
    trained: true,
  }
}
