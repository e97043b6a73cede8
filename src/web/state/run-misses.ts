// The seconds that a trained model got wrong, in the order of time, and which of them is in hand. Pure.
import type { TrainingRunOut } from '../../contract/training.ts'
import type { Validation } from '../../contract/validation.ts'

export type Miss = Validation['misses'][number]

/** Stepping through them. */
export interface Misses {
  /** The run that they are of. */
  readonly run: string
  /** Of the one in hand; −1 of none. */
  readonly index: number
  /** Dealt with, by `kind timestamp`. */
  readonly done: readonly string[]
}

/** The misses of a run in time; none while it has no validation. */
export function missesOf(run: Pick<TrainingRunOut, 'validation'> | null): Miss[] {
  const misses = run?.validation?.misses ?? []
  return misses.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))
}
