// The instant model solved beside a run's folds, in the run's own process: a run never fails nor waits long for its floor.
import { messageOf } from '../../core/errors.ts'
import type { KnownRows } from '../../moments/known-rows.ts'
import type { TrainingData } from '../data/training-data.ts'
import { instantFolds, type FoldsLike, type InstantFolds } from './instant-folds.ts'

export interface Beside {
  /** Null where there are none. */
  readonly folds: InstantFolds | null
  readonly warnings: readonly string[]
}

export const NOTHING_BESIDE: Beside = { folds: null, warnings: [] }

export class InstantBeside {
  readonly #data: TrainingData
  readonly #like: FoldsLike
  readonly #known: KnownRows | undefined
  readonly #stopped = new AbortController()
  #folds: Promise<Beside> | undefined

  /**
   * @param like of the run that it stands beside
   * @param known rows of the same data
   */
  constructor(data: TrainingData, like: FoldsLike, known?: KnownRows) {
    this.#known = known
    this.#data = data
    this.#like = like
  }

  begin(): void {
    void this.end()
  }

  /** Begins now where nothing was begun. */
  end(): Promise<Beside> {
    return (this.#folds ??= this.#solve())
  }

  stop(): void {
    this.#stopped.abort()
  }

  async #solve(): Promise<Beside> {
    try {
      const known = this.#known === undefined ? {} : { known: this.#known }
      const options = { signal: this.#stopped.signal, ...known }
      return { folds: await instantFolds(this.#data, this.#like, options), warnings: [] }
    } catch (error) {
      const words = `What the instant model reaches could not be told, the run itself is whole: ${messageOf(error)}`
      return { folds: null, warnings: [words] }
    }
  }
}
