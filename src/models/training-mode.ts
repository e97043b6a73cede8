// What a network needs in training and not in use: the step and seed of its dropout masks.
import { dropout, keepMask } from '../nn/dropout.ts'
import { mul } from '../nn/elementwise.ts'
import { reshape, slice } from '../nn/shape.ts'
import { sizeOf, type Shape, type Value } from '../nn/value.ts'

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

/**
 * `drop` for several tensors of a network, by their shapes: their masks are parts of one, since what a mask costs in a small network is
 * the draw it begins with. `layer` as of `drop`.
 */
export function dropAll<const S extends readonly Shape[]>(
  shapes: S,
  rate: number,
  layer: number,
  training: TrainingMode | undefined,
): { [I in keyof S]: (x: Value) => Value } {
  type Drops = { [I in keyof S]: (x: Value) => Value }
  const share = training?.dropout ?? rate
  if (training === undefined || share <= 0) return shapes.map(() => (x: Value) => x) as Drops
  const size = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0)
  const mask = keepMask([size], share, training.step, training.seed * 16 + layer)
  let at = 0
  return shapes.map((shape) => {
    const start = at
    at += sizeOf(shape)
    const part = reshape(slice(mask, 0, start, at), shape)
    return (x: Value) => mul(x, part)
  }) as Drops
}
