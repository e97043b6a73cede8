// How unlike what a checkpoint learnt from a second is: Mahalanobis' distance of its row from those it was trained on, both ways up.
import { float64At } from '../core/number-at.ts'
import { compared, type Compared } from './compared-numbers.ts'

/** What an ordinary second looks like: the mean and covariance of rows and of the same rows upside down. */
export interface Ordinary {
  /** Of the numbers that stay the same upside down; the others' mean is 0. */
  readonly mean: Float64Array
  /** Covariance of either kind as L Lᵀ: the rows of L one after the other, each as far as the diagonal. The two are not correlated. */
  readonly even: Float64Array
  readonly odd: Float64Array
}

/** Distance (Mahalanobis 1936) of a row; the same, to the bit, of the row upside down. */
export function distanceOf(row: Float32Array, ordinary: Ordinary): number {
  return distanceBetween(compared(row), ordinary)
}

export function distanceBetween({ even, odd }: Compared, ordinary: Ordinary): number {
  const centred = new Float64Array(even.length)
  for (let i = 0; i < even.length; i++) centred[i] = float64At(even, i) - float64At(ordinary.mean, i)
  return Math.sqrt(squaredLength(centred, ordinary.even) + squaredLength(odd, ordinary.odd))
}

/** |L⁻¹ x|², by forward substitution. */
function squaredLength(x: Float64Array, lower: Float64Array): number {
  const solved = new Float64Array(x.length)
  let [sum, place] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    let left = x[i] ?? 0
    for (let j = 0; j < i; j++) left -= (lower[place++] ?? 0) * (solved[j] ?? 0)
    const own = left / float64At(lower, place++)
    solved[i] = own
    sum += own * own
  }
  return sum
}
