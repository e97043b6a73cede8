// What a network needs in training and not in use: the step and seed of its dropout masks.
import { dropout } from '../nn/dropout.ts'
import type { Value } from '../nn/value.ts'

export interface TrainingMode {
  /** The number of the step, int64 []. */
  readonly step: Value
  /** For the dropout masks. */
  readonly seed: number
  /** Share dropped; the network's own where absent. */
  readonly dropout?: number
}

/** Drops the run's share of x, else `rate`, in training only. `layer`, 0 to 15, gives each use in a network a mask of its own. */
export function drop(x: Value, rate: number, layer: number, training: TrainingMode | undefined): Value {
  if (training === undefined) return x
  return dropout(x, training.dropout ?? rate, training.step, training.seed * 16 + layer)
}
