// The highest or lowest of a window that slides over numbers, in one pass.
import { numberAt } from '../core/at.ts'

/** Largest (`sign` 1) or smallest (−1) of the `width` values that end at each index; NaN until there are as many. */
export function slidingExtreme(values: Float64Array, width: number, sign: 1 | -1): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN)
  // A queue of what can still be the extreme: each value with its place.
  const extremes = new Float64Array(values.length)
  const places = new Int32Array(values.length)
  let head = 0
  let tail = 0
  let known = 0
  for (let i = 0; i < values.length; i++) {
    const value = numberAt(values, i)
    known = Number.isNaN(value) ? 0 : known + 1
    while (tail > head && sign * numberAt(extremes, tail - 1) <= sign * value) tail--
    extremes[tail] = value
    places[tail++] = i
    if (places[head] === i - width) head++
    if (known >= width) out[i] = numberAt(extremes, head)
  }
  return out
}
