// Pull-back to a rising average: a strong trend comes back to its average, and turns (Connors & Raschke 1995, "Holy Grail").
import { numberAt } from '../../../src/core/at.ts'
import { directionalIndex, exponential } from './averages.ts'
import type { Pattern } from './pattern.ts'

const AVERAGE = 20
const INDEX = 14
const STRONG = 25
/** The average is higher than so many bars ago. */
const RISING = 10
/** So many bars before the touch stood above the average. */
const CLEAR = 10
/** The turn comes at most so many bars after the first touch. */
const TURN = 8
/** What the recursions have forgotten their start by. */
const SETTLED = 60

export const pullBack: Pattern = {
  id: 'pull-back',
  name: 'Pull-back to a rising average',
  about: `an exponential average of ${AVERAGE} minutes has risen for ${RISING} and stood below ${CLEAR} lows in a row while ADX(${INDEX}) was above ${STRONG}; a low touches it, and within ${TURN} minutes a minute closes above the high of the touch (Connors & Raschke, *Street Smarts*, 1995, "Holy Grail"; ADX after Wilder 1978)`,
  needs: SETTLED,
  rising: (bars) => {
    const { high, low, close } = bars
    const average = exponential(close, AVERAGE)
    const trend = directionalIndex(bars, INDEX)
    const isAbove = (i: number) => numberAt(low, i) > numberAt(average, i)
    const isTouch = (i: number) => {
      const before = Array.from({ length: CLEAR }, (_, k) => i - 1 - k)
      return (
        !isAbove(i) &&
        before.every(isAbove) &&
        numberAt(trend, i - 1) > STRONG &&
        numberAt(average, i) > numberAt(average, i - RISING)
      )
    }
    return (i) => {
      const touch = Array.from({ length: TURN }, (_, k) => i - 1 - k).find(isTouch)
      return touch !== undefined && numberAt(close, i) > numberAt(high, touch)
    }
  },
}
