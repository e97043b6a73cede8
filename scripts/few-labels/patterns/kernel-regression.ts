// Smoothed closes and their extrema, as Lo, Mamaysky & Wang (2000, "Foundations of Technical Analysis", Journal of Finance 55(4)) see a chart.
import { at, numberAt } from '../../../src/core/at.ts'

/** An extremum of the smoothed closes, at the highest or lowest close within a bar of it. */
export interface Extremum {
  readonly index: number
  readonly price: number
  readonly isMaximum: boolean
}

/** Bandwidths that are tried, in bars. */
const BANDWIDTHS = [1, 1.5, 2, 2.5, 3, 4, 5]
/** Of each bandwidth the weights by distance, as far as they count. */
const KERNELS = BANDWIDTHS.map((h) =>
  Float64Array.from({ length: Math.ceil(5 * h) }, (_, distance) => Math.exp(-(distance ** 2) / (2 * h ** 2))),
)

/** Nadaraya–Watson estimate with a Gaussian kernel whose bandwidth is chosen by leaving out each close in turn (their equations 5 to 9). */
export function smooth(closes: Float64Array): Float64Array {
  const errors = KERNELS.map((weights) => leftOutError(closes, weights))
  const weights = at(KERNELS, errors.indexOf(Math.min(...errors)))
  return closes.map((_, i) => estimate(closes, i, weights, 0))
}

/** Where the slope of `smoothed` changes its sign, ascending; maxima and minima alternate. */
export function extremaOf(closes: Float64Array, smoothed: Float64Array): Extremum[] {
  const found: Extremum[] = []
  for (let i = 1; i < smoothed.length - 1; i++) {
    const before = numberAt(smoothed, i) - numberAt(smoothed, i - 1)
    const after = numberAt(smoothed, i + 1) - numberAt(smoothed, i)
    if (before * after >= 0) continue
    const isMaximum = before > 0
    const near = closes.subarray(i - 1, i + 2)
    found.push({ index: i, price: isMaximum ? Math.max(...near) : Math.min(...near), isMaximum })
  }
  return found
}

function leftOutError(closes: Float64Array, weights: Float64Array): number {
  let sum = 0
  for (let i = 0; i < closes.length; i++) sum += (numberAt(closes, i) - estimate(closes, i, weights, 1)) ** 2
  return sum
}

/** @param nearest 1 leaves out the close itself */
function estimate(closes: Float64Array, i: number, weights: Float64Array, nearest: 0 | 1): number {
  let [sum, weight] = [0, 0]
  const first = Math.max(0, i - weights.length + 1)
  const last = Math.min(closes.length, i + weights.length)
  for (let other = first; other < last; other++) {
    const distance = Math.abs(other - i)
    if (distance < nearest) continue
    const share = numberAt(weights, distance)
    sum += share * numberAt(closes, other)
    weight += share
  }
  return sum / weight
}
