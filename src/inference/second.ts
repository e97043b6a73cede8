// What one second of live inference comes to: the model's scores as of that second, or the reason to abstain.
import type { EpochMs } from '../core/time.ts'
import type { StateInputs } from '../market-state/tensors.ts'
import type { ModelInputs } from '../models/model.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import { scoresAt, type Scores } from '../signals/signal.ts'
import type { PaperTrader } from '../signals/paper-trader.ts'
import type { Abstention, MarketSeconds } from './market-seconds.ts'

/** `price` is the last close before the second; null where no state exists. */
export type SecondResult =
  | {
      /** Of an agent: as if it were flat. */
      readonly scores: Scores
      /** Of an agent in a position; null for all others. */
      readonly own: Scores | null
      readonly reason: null
      readonly price: number
      readonly shown: Shown
    }
  | {
      readonly scores: null
      readonly own: null
      readonly reason: Abstention
      readonly price: number | null
    }

/** What the model was shown; the inputs are shared by all sessions of the market. */
export interface Shown {
  readonly inputs: StateInputs
  /** Of agents alone. */
  readonly account: Float32Array | null
  /** Until when that was known, by the source's clock. */
  readonly knownAt: EpochMs
}

/** Answers seconds of one market with one checkpoint. */
export class SecondReader {
  readonly #seconds: MarketSeconds
  readonly #predictor: Predictor
  readonly #trader: PaperTrader | null

  /** `trader`: who keeps an agent's position; null for other models. */
  constructor(seconds: MarketSeconds, predictor: Predictor, trader: PaperTrader | null) {
    this.#seconds = seconds
    this.#predictor = predictor
    this.#trader = trader
  }

  /** As of `second`: events before it, and nothing else. One second at a time. */
  async read(second: EpochMs): Promise<SecondResult> {
    const made = await this.#seconds.at(second, this.#predictor.readsOrderBook)
    if (made.state === null) return abstain(made.reason, made.price)
    const { state, inputs, price, knownAt } = made
    this.#trader?.settle(state)
    const figures = this.#trader?.account(state) ?? null
    const account = figures === null ? null : Float32Array.from(figures)
    const scores = await this.#scores(inputs)
    if (scores === null) return abstain('model_failed', price)
    const shown = { inputs, account, knownAt }
    if (account === null) return { scores, own: null, reason: null, price, shown }
    const own = await this.#scores({ ...inputs, account })
    return own === null ? abstain('model_failed', price) : { scores, own, reason: null, price, shown }
  }

  /** Null where the network's numbers are no probabilities. */
  async #scores(inputs: ModelInputs): Promise<Scores | null> {
    return scoresAt(await this.#predictor.predict(inputs), 0)
  }
}

export function abstain(reason: Abstention, price: number | null = null): SecondResult {
  return { scores: null, own: null, reason, price }
}
