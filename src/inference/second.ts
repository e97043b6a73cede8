// What one second of live inference comes to: the model's scores as of that second, or the reason to abstain.
import type { EpochMs } from '../core/time.ts'
import type { StateInputs } from '../market-state/tensors.ts'
import type { ModelInputs } from '../models/model.ts'
import type { OddnessScale } from '../moments/oddness-file.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import { scoresAt, type Scores } from '../signals/signal.ts'
import type { PaperTrader } from '../signals/paper-trader.ts'
import type { Abstention, MarketSeconds } from './market-seconds.ts'

/** `price` is the last close before the second; null where no state exists. */
export type SecondResult = (
  | {
      /** Of an agent: as if it were flat. */
      readonly scores: Scores
      /** Of an agent in a position; null for all others. */
      readonly own: Scores | null
      readonly reason: null
      readonly price: number
      /** Null where it was read before it was asked about. */
      readonly shown: Shown | null
    }
  | {
      readonly scores: null
      readonly own: null
      readonly reason: Abstention
      readonly price: number | null
    }
) & {
  /** How unlike what the checkpoint learnt from; null where that is not known. */
  readonly oddness: number | null
}

/** What the model was shown; the inputs are shared by all sessions of the market. */
export interface Shown {
  readonly inputs: StateInputs
  /** Of agents alone. */
  readonly account: Float32Array | null
  /** Until when that was known, by the source's clock. */
  readonly knownAt: EpochMs
}

export interface ReaderParts {
  readonly seconds: MarketSeconds
  readonly predictor: Predictor
  /** Who keeps an agent's position; null for other models. */
  readonly trader: PaperTrader | null
  /** The checkpoint's; null where it has none. */
  readonly oddness: OddnessScale | null
  readonly ahead?: KnownAhead
}

/** Seconds that were read before they are asked about: of a stored span that is gone through. Null, both, where it is not known. */
export interface KnownAhead {
  result(second: EpochMs): SecondResult | null
  oddness(second: EpochMs): number | null
}

/** Answers seconds of one market with one checkpoint. */
export class SecondReader {
  readonly #parts: ReaderParts

  constructor(parts: ReaderParts) {
    this.#parts = parts
  }

  /** As of `second`: events before it, and nothing else. One second at a time. */
  async read(second: EpochMs): Promise<SecondResult> {
    return this.#parts.ahead?.result(second) ?? this.#read(second)
  }

  async #read(second: EpochMs): Promise<SecondResult> {
    const { seconds, predictor, trader } = this.#parts
    const made = await seconds.at(second, predictor.readsOrderBook)
    if (made.state === null) return abstain(made.reason, made.price)
    const { state, inputs, price, knownAt } = made
    trader?.settle(state)
    const figures = trader?.account(state) ?? null
    const account = figures === null ? null : Float32Array.from(figures)
    const oddness = await this.#oddness(second, inputs)
    if (isUnlike(oddness, this.#parts.oddness)) return abstain('unlike_training', price, oddness)
    const asked = account === null ? null : this.#scores({ ...inputs, account })
    const [scores, own] = await Promise.all([this.#scores(inputs), asked])
    if (scores === null || (account !== null && own === null)) return abstain('model_failed', price, oddness)
    return { scores, own, reason: null, price, shown: { inputs, account, knownAt }, oddness }
  }

  async #oddness(second: EpochMs, inputs: StateInputs): Promise<number | null> {
    const { oddness, seconds, ahead } = this.#parts
    if (oddness === null) return null
    return ahead?.oddness(second) ?? oddness.of(await seconds.row(second, inputs))
  }

  /** Null where the network's numbers are no probabilities. */
  async #scores(inputs: ModelInputs): Promise<Scores | null> {
    return scoresAt(await this.#parts.predictor.predict(inputs), 0)
  }
}

/** Whether a second lies past the limit of what the checkpoint answers. */
export function isUnlike(oddness: number | null, scale: OddnessScale | null): boolean {
  const limit = scale?.limit ?? null
  return oddness !== null && limit !== null && !(oddness <= limit)
}

export function abstain(
  reason: Abstention,
  price: number | null = null,
  oddness: number | null = null,
): SecondResult {
  return { scores: null, own: null, reason, price, oddness }
}
