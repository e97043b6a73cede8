// What a model says of every second of a block, many at once, before a session goes through it and asks about each.
import { SECOND, epochMs, type EpochMs } from '../core/time.ts'
import type { BookSlice } from '../market/book/book-slice.ts'
import type { MarketSlice } from '../market/slice.ts'
import type { TimeRange } from '../market/types.ts'
import { StateSweep } from '../market-state/sweep.ts'
import { allocateInputs, type StateInputs } from '../market-state/tensors.ts'
import { ACTIONS } from '../models/model.ts'
import { TENSOR_NAMES, tableOf } from '../contract/timeframes.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import type { KeptScores } from './kept-scores.ts'

/** What a block's states are made of. */
export interface BlockMarket {
  readonly slice: MarketSlice
  readonly book: BookSlice | null
}

export class ScoreAhead {
  readonly #predictor: Predictor
  readonly #inputs: StateInputs
  /** Whether many at once are answered as each by itself. */
  #isSame: boolean
  #isChecked = false

  constructor(predictor: Predictor) {
    this.#predictor = predictor
    this.#inputs = allocateInputs(predictor.rowsAtOnce, predictor.readsOrderBook)
    this.#isSame = predictor.rowsAtOnce > 1
  }

  /** Seconds that `kept` does not know. What fails is left to the session, which asks about each by itself. */
  async fill({ from, to }: TimeRange, { slice, book }: BlockMarket, kept: KeptScores): Promise<void> {
    if (!this.#isSame) return
    this.#isChecked = false
    const sweep = new StateSweep(slice, book ?? undefined)
    let seconds: EpochMs[] = []
    for (let at: number = from; at < to && this.#isSame; at += SECOND) {
      const second = epochMs(at)
      if (!kept.knows(second) && sweep.writeAt(second, this.#inputs, seconds.length)) seconds.push(second)
      if (seconds.length < this.#inputs.count && at + SECOND < to) continue
      await this.#predict(seconds, kept)
      seconds = []
    }
  }

  async #predict(seconds: readonly EpochMs[], kept: KeptScores): Promise<void> {
    if (seconds.length === 0) return
    const probabilities = await this.#answered(seconds.length)
    if (probabilities === null) return
    for (const [row, second] of seconds.entries())
      kept.tell(second, probabilities.subarray(row * ACTIONS.length, (row + 1) * ACTIONS.length))
  }

  /** Null where seconds have to be asked about one by one from now on. */
  async #answered(rows: number): Promise<Float32Array | null> {
    try {
      const probabilities = await this.#predictor.predict(firstOf(this.#inputs, rows))
      if (!this.#isChecked) this.#isSame = await this.#isAsAlone(probabilities)
      this.#isChecked = true
      return this.#isSame ? probabilities : null
    } catch {
      this.#isSame = false
      return null
    }
  }

  /** Another processor's kernels may differ: the first row of a block is asked about by itself, too. */
  async #isAsAlone(probabilities: Float32Array): Promise<boolean> {
    const alone = await this.#predictor.predict(firstOf(this.#inputs, 1))
    return alone.every((score, action) => Object.is(score, probabilities[action]))
  }
}

function firstOf({ count, tensors, orderBook }: StateInputs, rows: number): StateInputs {
  const part = (all: Float64Array): Float64Array => all.subarray(0, (all.length / count) * rows)
  return {
    count: rows,
    tensors: tableOf(TENSOR_NAMES, (name) => part(tensors[name])),
    ...(orderBook === undefined ? {} : { orderBook: part(orderBook) }),
  }
}
