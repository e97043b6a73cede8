// Head and shoulders (and inverse, upside down): five extrema, the middle one beyond two level shoulders (Lo, Mamaysky & Wang 2000, definition 1).
import { areLevel, chartWindow, WINDOW_BARS } from './chart-window.ts'
import type { Pattern } from './pattern.ts'

export const headAndShoulders: Pattern = {
  id: 'head-and-shoulders',
  name: 'Head and shoulders',
  about: `the last five extrema of the smoothed closes of 35 minutes are low, high, lower low, high, low (inverse; upside down the other way), the shoulders at one level and the highs between at one level; seen three minutes after the second shoulder (Lo, Mamaysky & Wang 2000, definition 1)`,
  needs: WINDOW_BARS,
  rising:
    ({ close }) =>
    (i) => {
      const window = chartWindow(close, i)
      if (window === null) return false
      const [left, first, head, second, right] = window.extrema.slice(-5)
      if (!left || !first || !head || !second || !right || right.isMaximum) return false
      return (
        head.price < left.price &&
        head.price < right.price &&
        areLevel(left, right, window.tolerance) &&
        areLevel(first, second, window.tolerance)
      )
    },
}
