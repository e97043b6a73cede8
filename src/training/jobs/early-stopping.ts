// When a training that hardly learns any more ends before its last epoch.
import type { EpochResult } from '../learning/job-training.ts'

/** An epoch brings something when its loss is under this share of the lowest before it. */
const PROGRESS = 0.999

/**
 * Whether the training loss hardly fell in the last `patience` epochs. It is the loss of the training's own examples, so that
 * no held-out second has a say in when its model stops.
 */
export function isStalled(epochs: readonly Pick<EpochResult, 'loss'>[], patience: number): boolean {
  if (patience === 0 || epochs.length <= patience) return false
  const lowest = (part: typeof epochs) => Math.min(...part.map(({ loss }) => loss))
  return !(lowest(epochs.slice(-patience)) < lowest(epochs.slice(0, -patience)) * PROGRESS)
}
