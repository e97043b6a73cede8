// Prioritized replay (Schaul et al. 2016, proportional): rows drawn by the errors they made, with weights that make up for it.
import { at } from '../../core/at.ts'
import { SumTree } from './sum-tree.ts'

export interface ReplayOptions {
  /** Rows kept; the oldest go first. */
  readonly capacity: number
  /** α: a row is drawn in proportion to priorityᵅ; 0 draws evenly. */
  readonly exponent: number
  /** Added to every error, so that no row is never drawn again. */
  readonly least: number
}

export interface Drawn {
  readonly rows: Int32Array
  /** (N · P(row))^−β over the largest of them. */
  readonly weights: Float32Array
}

export interface ReplayState {
  readonly size: number
  readonly next: number
  readonly highest: number
  readonly priorities: Float64Array
}

/** Which rows to replay; what stands in them is kept elsewhere, by the same numbers. */
export class PrioritizedReplay {
  readonly #options: ReplayOptions
  readonly #tree: SumTree
  #size = 0
  #next = 0
  /** New rows get the highest priority so far: each is seen at least about once. */
  #highest = 1

  constructor(options: ReplayOptions) {
    this.#options = options
    this.#tree = new SumTree(options.capacity)
  }

  get capacity(): number {
    return this.#options.capacity
  }

  get size(): number {
    return this.#size
  }

  /** The row to write the next entry to. */
  add(): number {
    const row = this.#next
    this.#tree.set(row, this.#highest)
    this.#next = (row + 1) % this.#options.capacity
    this.#size = Math.max(this.#size, row + 1)
    return row
  }

  /**
   * `count` rows, one from each of as many equal parts of the sum of priorities.
   * @param uniform numbers in [0, 1)
   * @param importance β: how far the weights make up for the uneven draw
   */
  draw(count: number, importance: number, uniform: () => number): Drawn {
    if (this.#size === 0) throw new RangeError('nothing to replay')
    const rows = new Int32Array(count)
    const weights = new Float32Array(count)
    const total = this.#tree.total
    let most = 0
    for (let i = 0; i < count; i++) {
      const row = this.#tree.find(((i + uniform()) / count) * total)
      rows[i] = row
      const weight = Math.fround(((this.#size * this.#tree.get(row)) / total) ** -importance)
      weights[i] = weight
      most = Math.max(most, weight)
    }
    return { rows, weights: weights.map((weight) => weight / most) }
  }

  /** What the rows' errors are now. */
  update(rows: ArrayLike<number>, errors: ArrayLike<number>): void {
    const { exponent, least } = this.#options
    for (let i = 0; i < rows.length; i++) {
      const priority = (Math.abs(at(errors, i)) + least) ** exponent
      this.#tree.set(at(rows, i), priority)
      this.#highest = Math.max(this.#highest, priority)
    }
  }

  save(): ReplayState {
    const priorities = this.#tree.leaves(this.#size)
    return { size: this.#size, next: this.#next, highest: this.#highest, priorities }
  }

  restore({ size, next, highest, priorities }: ReplayState): void {
    this.#size = size
    this.#next = next
    this.#highest = highest
    this.#tree.fill(priorities)
  }
}
