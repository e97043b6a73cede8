// What a model says of every second of a block, and how unlike its training each is: many at once, before a session asks about each.
import type { EpochMs } from '../core/time.ts'
import type { BookSlice } from '../market/book/book-slice.ts'
import type { MarketSlice } from '../market/slice.ts'
import { StateSweep } from '../market-state/sweep.ts'
import { allocateInputs, type StateInputs } from '../market-state/tensors.ts'
import type { MomentMaker } from '../moments/moment-rows.ts'
import type { OddnessScale } from '../moments/oddness-file.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import type { KnownSeconds } from './known-seconds.ts'
import { ManyAtOnce } from './many-at-once.ts'

/** What a block's states are made of. */
export interface BlockMarket {
  readonly slice: MarketSlice
  readonly book: BookSlice | null
}

/** How unlike its training a checkpoint finds rows, and what makes them. */
export interface RowScale {
  readonly maker: MomentMaker
  readonly scale: OddnessScale
}

export class ScoreAhead {
  readonly #readsOrderBook: boolean
  readonly #inputs: StateInputs
  readonly #scores: ManyAtOnce
  readonly #rows: ManyAtOnce
  readonly #scale: OddnessScale | null

  constructor(predictor: Predictor, rows: RowScale | null) {
    this.#readsOrderBook = predictor.readsOrderBook
    this.#inputs = allocateInputs(predictor.rowsAtOnce, predictor.readsOrderBook)
    this.#scores = new ManyAtOnce((inputs) => predictor.predict(inputs), predictor.rowsAtOnce > 1)
    this.#rows = new ManyAtOnce(async (inputs) => (await rows?.maker.rowsOf(inputs)) ?? new Float32Array(0))
    this.#scale = rows?.scale ?? null
  }

  /** Seconds that `known` does not know. What fails is left to the session, which asks about each by itself. */
  async fill({ slice, book }: BlockMarket, known: KnownSeconds): Promise<void> {
    if (!this.#scores.isSame) return
    this.#scores.recheck()
    const sweep = new StateSweep(slice, this.#readsOrderBook ? (book ?? undefined) : undefined)
    const left = known.seconds().filter((second) => !known.knowsScores(second))
    let seconds: EpochMs[] = []
    for (const second of left) {
      if (sweep.writeAt(second, this.#inputs, seconds.length)) seconds.push(second)
      if (seconds.length < this.#inputs.count) continue
      await this.#ask(seconds, known)
      seconds = []
    }
    await this.#ask(seconds, known)
  }

  async #ask(seconds: readonly EpochMs[], known: KnownSeconds): Promise<void> {
    if (seconds.length === 0) return
    const scores = await this.#scores.answer(this.#inputs, seconds.length)
    if (scores !== null) tellEach(seconds, scores, (second, own) => known.tellScores(second, own))
    const scale = this.#scale
    if (scale === null) return
    this.#rows.recheck()
    const rows = await this.#rows.answer(this.#inputs, seconds.length)
    if (rows !== null) tellEach(seconds, rows, (second, own) => known.tellOddness(second, scale.of(own)))
  }
}

function tellEach(
  seconds: readonly EpochMs[],
  answers: Float32Array,
  tell: (second: EpochMs, own: Float32Array) => void,
): void {
  const size = answers.length / seconds.length
  for (const [row, second] of seconds.entries()) tell(second, answers.subarray(row * size, (row + 1) * size))
}
