// The second a call opens at: a suggestion is of the second at which one would enter, not of the one at which the model is surest.

/** Share of the peak's score from which on a second counts, as `on` does in a call. */
const ON_SHARE = 0.8

/**
 * Index of the second at which the run of scores that ends at the last one opens: the first from which on two of any three seconds are
 * at least `ON_SHARE` of it.
 * @param scores of consecutive seconds, the peak last; NaN where there is none
 */
export function openingSecond(scores: readonly number[]): number {
  const last = scores.length - 1
  const on = ON_SHARE * (scores[last] ?? Number.NaN)
  const isOn = (i: number): boolean => (scores[i] ?? Number.NaN) >= on
  let opening = last
  for (let i = last; i >= 0; i--) {
    if ([i - 2, i - 1, i].filter(isOn).length < 2) break
    if (isOn(i)) opening = i
  }
  return opening
}
