// Memory of the batches that a learner is handed, used again for the next: what each step gave up would have the garbage collector run every few steps.
import { firstRows, type StateInputs } from '../../market-state/tensors.ts'
import type { Views } from './views.ts'

export class BatchMemory {
  readonly #views: Pick<Views, 'allocate'>
  readonly #batchSize: number
  readonly #batches: StateInputs[] = []

  constructor(views: Pick<Views, 'allocate'>, batchSize: number) {
    this.#views = views
    this.#batchSize = batchSize
  }

  /** Of `count` rows at most `batchSize`, the `index`-th of what is handed over at once. What lay there before lies there still. */
  at(index: number, count: number): StateInputs {
    const whole = (this.#batches[index] ??= this.#views.allocate(this.#batchSize))
    return count === this.#batchSize ? whole : firstRows(whole, count)
  }
}
