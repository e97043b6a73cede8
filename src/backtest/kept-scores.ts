// A predictor that remembers what it said of each second of a block: seconds can be answered many at once, and before a process is killed.
import { at } from '../core/at.ts'
import { epochMs, type EpochMs } from '../core/time.ts'
import type { KnownAhead, SecondResult } from '../inference/second.ts'
import type { ModelInputs } from '../models/model.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import { KnownSeconds } from './known-seconds.ts'

export class KeptScores implements Predictor, KnownAhead {
  readonly rowsAtOnce = 1
  readonly readsOrderBook: boolean
  readonly readsAccount: boolean
  readonly #predictor: Predictor
  readonly #now: () => EpochMs
  #known = KnownSeconds.nothing({ from: epochMs(0), to: epochMs(0) })

  /** @param now the second that is asked about */
  constructor(predictor: Predictor, now: () => EpochMs) {
    this.readsOrderBook = predictor.readsOrderBook
    this.readsAccount = predictor.readsAccount
    this.#predictor = predictor
    this.#now = now
  }

  /** Seconds of this block come next; what is asked of them is kept there. */
  begin(known: KnownSeconds): void {
    this.#known = known
  }

  /** Of one state, as a live second asks. */
  async predict(inputs: ModelInputs): Promise<Float32Array> {
    const kept = this.#known.scores(this.#now(), inputs.account !== undefined)
    if (Number.isNaN(at(kept, 0))) kept.set(await this.#predictor.predict(inputs))
    return kept
  }

  result(second: EpochMs): SecondResult | null {
    return this.#known.result(second)
  }

  oddness(second: EpochMs): number | null {
    return this.#known.oddness(second)
  }

  /** The network is whose it was before. */
  async close(): Promise<void> {}
}
