// The logits of a network that reads the window as it is and upside down with the same weights.
import { at } from '../core/at.ts'
import { reduceMean } from '../nn/reduce.ts'
import { concat, reshape, slice } from '../nn/shape.ts'
import type { Value } from '../nn/value.ts'

/**
 * [batch, 2, 2], for the window as it is and upside down how much speaks for entering and for waiting, to [batch, 3]. BUY: what speaks
 * for entering; SELL: the same of the mirrored market; HOLD: the mean of both for waiting.
 */
export function twinLogits(scores: Value): Value {
  const batch = at(scores.shape, 0)
  const entry = reshape(slice(scores, 2, 0, 1), [batch, 2])
  const wait = reduceMean(slice(scores, 2, 1, 2), [1])
  return concat([entry, wait], 1)
}
