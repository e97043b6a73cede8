// Averages that look back from each bar: means, deviations, and Wilder's directional movement.
import { numberAt } from '../../../src/core/at.ts'
import type { MinuteBars } from './minute-bars.ts'

/** Mean and standard deviation of the `width` values that end at each index; NaN until there are as many. */
export function rolling(
  values: Float64Array,
  width: number,
): { mean: Float64Array; deviation: Float64Array } {
  const mean = new Float64Array(values.length).fill(Number.NaN)
  const deviation = new Float64Array(values.length).fill(Number.NaN)
  for (let i = width - 1; i < values.length; i++) {
    const window = values.subarray(i - width + 1, i + 1)
    const centre = meanOf(window)
    mean[i] = centre
    deviation[i] = Math.sqrt(window.reduce((sum, value) => sum + (value - centre) ** 2, 0) / width)
  }
  return { mean, deviation }
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Exponential average with a span of `width` bars: each new value weighs 2 / (width + 1). */
export function exponential(values: Float64Array, width: number): Float64Array {
  return smoothed(values, 2 / (width + 1))
}

/** Average directional index, 0 to 100, with Wilder's smoothing of 1 / width (New Concepts in Technical Trading Systems, 1978). */
export function directionalIndex(bars: MinuteBars, width: number): Float64Array {
  const { high, low } = bars
  const moves = (own: Float64Array, other: Float64Array, sign: 1 | -1) =>
    own.map((value, i) => {
      const move = i === 0 ? 0 : sign * (value - numberAt(own, i - 1))
      const against = i === 0 ? 0 : -sign * (numberAt(other, i) - numberAt(other, i - 1))
      return move > 0 && move > against ? move : 0
    })
  const up = smoothed(moves(high, low, 1), 1 / width)
  const down = smoothed(moves(low, high, -1), 1 / width)
  const index = up.map((value, i) => {
    const sum = value + numberAt(down, i)
    return sum === 0 ? 0 : (100 * Math.abs(value - numberAt(down, i))) / sum
  })
  return smoothed(index, 1 / width)
}

function smoothed(values: Float64Array, weight: number): Float64Array {
  const out = new Float64Array(values.length)
  let last = values[0] ?? Number.NaN
  for (const [i, value] of values.entries()) {
    last += weight * (value - last)
    out[i] = last
  }
  return out
}
