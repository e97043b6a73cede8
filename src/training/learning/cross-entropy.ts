// How well probabilities fit their labels.
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
    loss -= Math.log(Math.max(own[label]!, 1e-12))
    if (own.every((p, i) => i === label || p < own[label]!)) right += 1
  }
  return { loss: loss / labels.length, accuracy: right / labels.length }
}
