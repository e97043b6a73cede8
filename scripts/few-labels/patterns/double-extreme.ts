// Double bottom (and top, upside down): two lows at one level, far enough apart (Lo, Mamaysky & Wang 2000, definition 5).
import { at } from '../../../src/core/at.ts'
import { areLevel, chartWindow, WINDOW_BARS } from './chart-window.ts'
import type { Pattern } from './pattern.ts'

/** The lows are more than so many bars apart. */
const APART = 22

export const doubleExtreme: Pattern = {
  id: 'double-extreme',
  name: 'Double bottom and top',
  about: `two lows of the smoothed closes more than ${APART} of 35 minutes apart, at one level, none between them lower than the second; seen three minutes after the second (Lo, Mamaysky & Wang 2000, definition 5)`,
  needs: WINDOW_BARS,
  rising:
    ({ close }) =>
    (i) => {
      const window = chartWindow(close, i)
      if (window === null) return false
      const last = at(window.extrema, -1)
      if (last.isMaximum) return false
      const lows = window.extrema.filter(({ isMaximum }) => !isMaximum)
      return lows.some(
        (first, k) =>
          last.index - first.index > APART &&
          areLevel(first, last, window.tolerance) &&
          lows.slice(k + 1).every(({ price }) => price >= last.price),
      )
    },
}
