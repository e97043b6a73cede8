// Batches for the learner: states of examples, as they are or in augmented views.
import { SECOND, epochMs } from '../core/time.ts'
import { StateSweep } from '../market-state/sweep.ts'
import { allocateInputs } from '../market-state/tensors.ts'
import type { MarketSlice } from '../market/slice.ts'
import { FIELDS, INPUT_NAMES, WINDOW, type Batch, type ModelInputs } from '../models/model.ts'
import { augment, tickOf } from './augment.ts'
import type { Example } from './examples.ts'
import { PURPOSE, Random } from './random.ts'

const ROW = WINDOW * FIELDS

/** What states are made of: the stretches' market data, and the frozen states of the test cases. */
export interface StateSource {
  readonly slices: readonly MarketSlice[]
  readonly frozen: ModelInputs
}

/** Makes states of examples; one for each process. */
export class Views {
  readonly #source: StateSource
  readonly #sweeps: readonly StateSweep[]
  readonly #ticks: readonly number[]

  constructor(source: StateSource) {
    this.#source = source
    this.#sweeps = source.slices.map((slice) => new StateSweep(slice))
    this.#ticks = source.slices.map((slice) => tickOf(slice.series['1s'].candles.close))
  }

  sweep(stretch: number): StateSweep {
    return this.#sweeps[stretch]!
  }

  /** The unaugmented examples, one row each. */
  plain(examples: readonly Example[]): ModelInputs {
    const inputs = allocateInputs(examples.length)
    for (const [row, example] of examples.entries()) this.#write(example, 0, inputs, row)
    return inputs
  }

  /** One view of each example, by its number: the same number gives the same view. `keys` name run, fold and epoch. */
  augmented(examples: readonly Example[], numbers: ArrayLike<number>, keys: readonly number[]): Batch {
    const inputs = allocateInputs(examples.length)
    for (const [row, example] of examples.entries()) {
      const random = new Random(...keys, PURPOSE.views, numbers[row]!)
      this.#write(example, random.below(example.seconds), inputs, row)
      augment(inputs, row, this.#ticks[example.stretch]!, random)
    }
    return {
      inputs,
      labels: Int32Array.from(examples, ({ label }) => label),
      weights: new Float32Array(examples.length).fill(1),
    }
  }

  #write(example: Example, second: number, inputs: ModelInputs, row: number): void {
    if (second === 0 && example.row !== null) return this.#copyFrozen(example.row, inputs, row)
    const asOf = epochMs(example.instant + second * SECOND)
    if (this.#sweeps[example.stretch]!.writeAt(asOf, inputs, row)) return
    if (example.row !== null) return this.#copyFrozen(example.row, inputs, row)
    throw new Error(`no market state as of ${asOf}`)
  }

  #copyFrozen(from: number, inputs: ModelInputs, row: number): void {
    for (const name of INPUT_NAMES) {
      const state = this.#source.frozen.tensors[name].subarray(from * ROW, (from + 1) * ROW)
      inputs.tensors[name].set(state, row * ROW)
    }
  }
}
