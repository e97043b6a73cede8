// Many states of one slice, one after the other, written straight into model inputs: what training and evaluation run over every second.
import type { EpochMs } from '../core/time.ts'
import type { Gap } from '../market/provider.ts'
import type { MarketSlice } from '../market/slice.ts'
import { shortfallAt } from './availability.ts'
import { gapSharePct } from './gap-share.ts'
import { allocateCandles, fillState, requireWithin } from './state.ts'
import { writeState, type StateInputs } from './tensors.ts'

/** Reuses one set of columns; the numbers are those of `marketStateAt`, made by the same code. */
export class StateSweep {
  readonly #slice: MarketSlice
  readonly #candles = allocateCandles()
  #gaps: Gap[] = []

  constructor(slice: MarketSlice) {
    this.#slice = slice
  }

  /**
   * Writes the state as of `asOf` as row `row`. Returns false, and writes nothing, where no state is possible (`not_enough_candles`).
   */
  writeAt(asOf: EpochMs, inputs: Pick<StateInputs, 'tensors'>, row: number): boolean {
    requireWithin(this.#slice, asOf)
    if (shortfallAt(this.#slice, asOf) !== null) return false
    this.#gaps = []
    fillState(this.#slice, asOf, this.#candles, this.#gaps)
    writeState({ candles: this.#candles }, inputs, row)
    return true
  }

  /** Share of missing candles, in percent, of the state written last. */
  get gapSharePct(): number {
    return gapSharePct(this.#gaps)
  }

  /** Close of the last second before the instant written last. */
  get lastClose(): number {
    return this.#candles['1s'].close.at(-1)!
  }
}
