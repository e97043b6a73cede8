// Engulfing at an hour's extreme: a body that swallows the one before it, where an hour's low was just made (Nison 1991).
import { numberAt } from '../../../src/core/at.ts'
import { meanOf } from './averages.ts'
import type { Pattern } from './pattern.ts'

const HOUR = 60
const USUAL = 14

export const engulfing: Pattern = {
  id: 'engulfing',
  name: "Engulfing at an hour's extreme",
  about: `a falling minute, then a rising one whose body holds the whole body before it and is larger than the mean body of the ${USUAL} minutes before; one of the two makes the low of the last ${HOUR} minutes (Nison, *Japanese Candlestick Charting Techniques*, 1991, "Engulfing Pattern")`,
  needs: HOUR,
  rising: ({ open, close, low }) => {
    const bodies = open.map((price, i) => Math.abs(numberAt(close, i) - price))
    return (i) => {
      const [body, before] = [i, i - 1].map((bar) => numberAt(close, bar) - numberAt(open, bar))
      if (!(before !== undefined && before < 0 && body !== undefined && body > 0)) return false
      const engulfs =
        numberAt(open, i) <= numberAt(close, i - 1) && numberAt(close, i) > numberAt(open, i - 1)
      if (!engulfs || body <= meanOf(bodies.subarray(i - USUAL, i))) return false
      const lowest = Math.min(...low.subarray(i - HOUR + 1, i + 1))
      return Math.min(numberAt(low, i), numberAt(low, i - 1)) === lowest
    }
  },
}
