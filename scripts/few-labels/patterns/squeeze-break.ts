// Squeeze and break: bands at their narrowest, then a close outside them on volume (Bollinger 2001).
import { numberAt } from '../../../src/core/at.ts'
import { meanOf, rolling } from './averages.ts'
import type { Pattern } from './pattern.ts'

const WIDTH = 20
const DEVIATIONS = 2
/** Bollinger's six months of days, cut so that the whole rule lies within the 100 minutes that are seen. */
const NARROWEST_OF = 75
/** The narrowest bands lie at most so many bars back. */
const RECENT = 10
/** So many times the mean volume of the bars before. */
const VOLUME = 1.5

export const squeezeBreak: Pattern = {
  id: 'squeeze-break',
  name: 'Squeeze and break',
  about: `Bollinger bands (${WIDTH} minutes, ${DEVIATIONS} deviations) were at their narrowest of ${NARROWEST_OF} minutes within the last ${RECENT}; the minute closes outside the bands of the minute before, with ${VOLUME} times the mean volume of the ${WIDTH} before (Bollinger, *Bollinger on Bollinger Bands*, 2001, "The Squeeze")`,
  needs: NARROWEST_OF + WIDTH,
  rising: ({ close, volume }) => {
    const { mean, deviation } = rolling(close, WIDTH)
    return (i) => {
      const upper = numberAt(mean, i - 1) + DEVIATIONS * numberAt(deviation, i - 1)
      if (!(numberAt(close, i) > upper)) return false
      const usual = meanOf(volume.subarray(i - WIDTH, i))
      if (!(numberAt(volume, i) > VOLUME * usual)) return false
      const narrowest = Math.min(...deviation.subarray(i - NARROWEST_OF, i))
      return Math.min(...deviation.subarray(i - RECENT, i)) === narrowest
    }
  },
}
