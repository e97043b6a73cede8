// How well probabilities fit their labels.
import { at } from '../../core/at.ts'
import { ACTIONS } from '../../models/model.ts'

/** Mean cross-entropy and accuracy of probabilities [n, 3]. */
export function crossEntropyOf(
  probabilities: Float32Array,
  labels: readonly number[],
): { loss: number; accuracy: number } {
  let loss = 0
  let right = 0
  for (const [row, label] of labels.entries()) {
    const own = probabilities.subarray(row * ACTIONS.length, (row + 1) * ACTIONS.length)
    const given = at(own, label)
    loss -= Math.log(Math.max(given, 1e-12))
    if (own.every((p, i) => i === label || p < given)) right += 1
  }
  return { loss: loss / labels.length, accuracy: right / labels.length }
}
