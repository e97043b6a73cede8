// Batches for the learner: states of examples, as they are or in augmented views.
import { FIELDS, TENSOR_NAMES, WINDOW } from '../../contract/timeframes.ts'
import { at } from '../../core/at.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import { StateSweep } from '../../market-state/sweep.ts'
import { allocateInputs, BOOK_ROW, firstRows, type StateInputs } from '../../market-state/tensors.ts'
import type { BookSlice } from '../../market/book/book-slice.ts'
import type { MarketSlice } from '../../market/slice.ts'
import type { Batch, ModelInputs } from '../../models/model.ts'
import { augment, tickOf } from './augment.ts'
import type { Stretch, TrainingData } from '../data/training-data.ts'
import { sourceStretches, type Example } from '../examples/example.ts'
import { PURPOSE, Random } from '../data/random.ts'

const ROW = WINDOW * FIELDS
/** States of examples that are kept, 33 MB: each is shown in many views. */
const MOST_KEPT = 2048

/** What states are made of: the stretches' market data, and the frozen states of the test cases. */
export interface StateSource {
  readonly slices: readonly MarketSlice[]
  /** Beside `slices`, for models that need the order book; then `frozen` holds it too. */
  readonly books?: readonly BookSlice[]
  readonly frozen: ModelInputs
  /** The weights that a warm start begins from. */
  readonly initial?: NamedTensors
}

/** Of all that a run is trained on. */
export function sourceOf(data: TrainingData): StateSource {
  return stateSource(sourceStretches(data), data.states)
}

/** What jobs are sent of the stretches of all markets. */
export function stateSource(stretches: readonly Stretch[], frozen: ModelInputs): StateSource {
  const books = stretches.flatMap(({ books: slice }) => slice ?? [])
  return {
    slices: stretches.map(({ slice }) => slice),
    frozen,
    ...(frozen.orderBook === undefined ? {} : { books }),
  }
}

/** Makes states of examples; one for each process. */
export class Views {
  readonly #source: StateSource
  readonly #sweeps: readonly StateSweep[]
  readonly #ticks: readonly number[]
  /** Candles of states as they are, all timeframes one after the other, by example and second. */
  readonly #kept = new Map<string, Float64Array>()
  #scratch: StateInputs | null = null

  constructor(source: StateSource) {
    this.#source = source
    this.#sweeps = source.slices.map((slice, index) => new StateSweep(slice, source.books?.[index]))
    this.#ticks = source.slices.map((slice) => tickOf(slice.series['1s'].candles.close))
  }

  sweep(stretch: number): StateSweep {
    return at(this.#sweeps, stretch)
  }

  slice(stretch: number): MarketSlice {
    return at(this.#source.slices, stretch)
  }

  /** Zeroed inputs for `count` states, with all that the model needs. */
  allocate(count: number): StateInputs {
    return allocateInputs(count, this.#source.books !== undefined)
  }

  /** The same for states that are asked about at once: in memory that the next call uses again, with what lay there before. */
  scratch(count: number): StateInputs {
    if (this.#scratch === null || this.#scratch.count < count) this.#scratch = this.allocate(count)
    return this.#scratch.count === count ? this.#scratch : firstRows(this.#scratch, count)
  }

  /** The unaugmented examples, one row each. */
  plain(examples: readonly Example[]): ModelInputs {
    return this.seconds(examples.map((example) => ({ example, second: 0 })))
  }

  /** Examples as of one of their seconds each, counted from 0. */
  seconds(shown: readonly { readonly example: Example; readonly second: number }[]): ModelInputs {
    const inputs = this.allocate(shown.length)
    for (const [row, { example, second }] of shown.entries()) this.#write(example, second, inputs, row)
    return inputs
  }

  /** The examples themselves, to train on. */
  unchanged(examples: readonly Example[]): Batch {
    return {
      inputs: this.plain(examples),
      labels: Int32Array.from(examples, ({ label }) => label),
      weights: Float32Array.from(examples, ({ weight }) => weight),
    }
  }

  /**
   * One view of each example, by its number: the same number gives the same view. `keys` name run, fold and epoch.
   * @param inputs rows for them, each of which is written whole
   */
  augmented(
    examples: readonly Example[],
    numbers: ArrayLike<number>,
    keys: readonly number[],
    inputs = this.allocate(examples.length),
  ): Batch {
    for (const [row, example] of examples.entries()) {
      const random = new Random(...keys, PURPOSE.views, at(numbers, row))
      this.#writeKept(example, random.below(example.seconds), inputs, row)
      augment(inputs, row, at(this.#ticks, example.stretch), random)
    }
    return {
      inputs,
      labels: Int32Array.from(examples, ({ label }) => label),
      weights: Float32Array.from(examples, ({ weight }) => weight),
    }
  }

  /** An augmented view of the state as of a second. Returns false where no state is possible. */
  writeAugmented(stretch: number, asOf: EpochMs, inputs: ModelInputs, row: number, random: Random): boolean {
    if (!at(this.#sweeps, stretch).writeAt(asOf, inputs, row)) return false
    augment(inputs, row, at(this.#ticks, stretch), random)
    return true
  }

  /** The same as `#write`, of what is kept where it is. Order books are not kept. */
  #writeKept(example: Example, second: number, inputs: StateInputs, row: number): void {
    if (inputs.orderBook !== undefined) return this.#write(example, second, inputs, row)
    const key = [example.stretch, example.instant, example.row, second].join()
    const known = this.#kept.get(key)
    if (known !== undefined) {
      for (const [i, name] of TENSOR_NAMES.entries())
        inputs.tensors[name].set(known.subarray(i * ROW, (i + 1) * ROW), row * ROW)
      return
    }
    this.#write(example, second, inputs, row)
    if (this.#kept.size === MOST_KEPT) return
    const state = new Float64Array(TENSOR_NAMES.length * ROW)
    for (const [i, name] of TENSOR_NAMES.entries())
      state.set(inputs.tensors[name].subarray(row * ROW, (row + 1) * ROW), i * ROW)
    this.#kept.set(key, state)
  }

  /** A second without a state (its book is missing) is seen as of the example's own. */
  #write(example: Example, second: number, inputs: ModelInputs, row: number): void {
    if (second === 0 && example.row !== null) return this.#copyFrozen(example.row, inputs, row)
    const asOf = epochMs(example.instant + second * SECOND)
    if (at(this.#sweeps, example.stretch).writeAt(asOf, inputs, row)) return
    if (example.row !== null) return this.#copyFrozen(example.row, inputs, row)
    if (second > 0) return this.#write(example, 0, inputs, row)
    throw new Error(`no market state as of ${asOf}`)
  }

  #copyFrozen(from: number, inputs: ModelInputs, row: number): void {
    for (const name of TENSOR_NAMES) {
      const state = this.#source.frozen.tensors[name].subarray(from * ROW, (from + 1) * ROW)
      inputs.tensors[name].set(state, row * ROW)
    }
    const { orderBook } = this.#source.frozen
    if (orderBook !== undefined)
      inputs.orderBook?.set(orderBook.subarray(from * BOOK_ROW, (from + 1) * BOOK_ROW), row * BOOK_ROW)
  }
}
