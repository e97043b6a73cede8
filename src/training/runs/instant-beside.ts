// The instant model solved after a run's folds, in the run's own process: a run never fails for want of this floor.
import { messageOf } from '../../core/errors.ts'
import type { TrainingData } from '../data/training-data.ts'
import type { SolvedOptions } from '../learning/solved-folds.ts'
import { instantFolds, type FoldsLike, type InstantFolds } from './instant-folds.ts'

export interface Beside {
  /** Null where there are none. */
  readonly folds: InstantFolds | null
  readonly warnings: readonly string[]
}

export const NOTHING_BESIDE: Beside = { folds: null, warnings: [] }

/**
 * @param like of the run that it stands beside
 * @throws what the signal was aborted with
 */
export async function instantBeside(
  data: TrainingData,
  like: FoldsLike,
  options: SolvedOptions,
): Promise<Beside> {
  try {
    return { folds: await instantFolds(data, like, options), warnings: [] }
  } catch (error) {
    options.signal?.throwIfAborted()
    const words = `What the instant model reaches could not be told, the run itself is whole: ${messageOf(error)}`
    return { folds: null, warnings: [words] }
  }
}
