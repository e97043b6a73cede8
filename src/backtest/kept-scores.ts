// A predictor that remembers what it said of each second of a block: seconds can be answered many at once, and before a process is killed.
import { at } from '../core/at.ts'
import { SECOND, type EpochMs } from '../core/time.ts'
import type { TimeRange } from '../market/types.ts'
import { ACTIONS, type ModelInputs } from '../models/model.ts'
import type { Predictor } from '../orchestrator/predictor.ts'

/** Three scores as if flat, three in a position. */
const OF_SECOND = 2 * ACTIONS.length
const FLAT = 0
const IN_POSITION = ACTIONS.length

export class KeptScores implements Predictor {
  readonly rowsAtOnce = 1
  readonly readsOrderBook: boolean
  readonly readsAccount: boolean
  readonly #predictor: Predictor
  readonly #now: () => EpochMs
  #from = 0
  #scores: Float32Array = new Float32Array(0)

  /** @param now the second that is asked about */
  constructor(predictor: Predictor, now: () => EpochMs) {
    this.readsOrderBook = predictor.readsOrderBook
    this.readsAccount = predictor.readsAccount
    this.#predictor = predictor
    this.#now = now
  }

  /** Seconds of this block come next. @param known what `scores` was at its end, in a process before; null: nothing */
  begin({ from, to }: TimeRange, known: Float32Array | null): void {
    const length = ((to - from) / SECOND) * OF_SECOND
    this.#from = from
    this.#scores = known?.length === length ? known : new Float32Array(length).fill(Number.NaN)
  }

  /** [seconds, 6] of the block; NaN where nothing was asked. */
  get scores(): Float32Array {
    return this.#scores
  }

  knows(second: EpochMs): boolean {
    return !Number.isNaN(at(this.#scores, this.#rowOf(second) + FLAT))
  }

  /** What the model says of a second as if flat. */
  tell(second: EpochMs, scores: Float32Array): void {
    this.#scores.set(scores, this.#rowOf(second) + FLAT)
  }

  /** Of one state, as a live second asks. */
  async predict(inputs: ModelInputs): Promise<Float32Array> {
    const place = this.#rowOf(this.#now()) + (inputs.account === undefined ? FLAT : IN_POSITION)
    const kept = this.#scores.subarray(place, place + ACTIONS.length)
    if (Number.isNaN(at(kept, 0))) kept.set(await this.#predictor.predict(inputs))
    return kept
  }

  /** The network is whose it was before. */
  async close(): Promise<void> {}

  #rowOf(second: EpochMs): number {
    return ((second - this.#from) / SECOND) * OF_SECOND
  }
}
