// What one second of live inference comes to: the model's scores as of that second, or the reason to abstain.
import { SECOND, epochMs, type EpochMs } from '../core/time.ts'
import type { DataProvider } from '../market/provider.ts'
import type { MarketSlice } from '../market/slice.ts'
import type { Market } from '../market/types.ts'
import { shortfallAt } from '../market-state/availability.ts'
import { gapSharePct, MAX_GAP_SHARE_PCT } from '../market-state/gap-share.ts'
import { marketStateAt, type MarketState } from '../market-state/state.ts'
import { allocateInputs, writeState, type StateInputs } from '../market-state/tensors.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import type { Scores } from '../signals/signal.ts'

/** Why a second goes without an answer. The words are part of the HTTP interface. */
export type Abstention = 'stale_data' | 'not_enough_candles' | 'gaps' | 'model_failed'

/** `price` is the last close before the second; null where no state exists. */
export type SecondResult =
  | { readonly scores: Scores; readonly reason: null; readonly price: number }
  | { readonly scores: null; readonly reason: Abstention; readonly price: number | null }

/** Answers seconds of one market with one checkpoint; keeps its buffers between seconds. */
export class SecondReader {
  readonly #provider: DataProvider
  readonly #market: Market
  readonly #predictor: Predictor
  readonly #inputs: StateInputs = allocateInputs(1)

  constructor(provider: DataProvider, market: Market, predictor: Predictor) {
    this.#provider = provider
    this.#market = market
    this.#predictor = predictor
  }

  /** As of `second`: events before it, and nothing else. One second at a time. */
  async read(second: EpochMs): Promise<SecondResult> {
    if (this.#provider.status(this.#market).state !== 'streaming') return abstain('stale_data')
    const slice = await this.#provider.slice(this.#market, { from: second, to: second })
    if (!isKnown(slice, second)) return abstain('stale_data')
    if (shortfallAt(slice, second) !== null) return abstain('not_enough_candles')
    const state = marketStateAt(slice, second)
    const price = state.candles['1s'].close.at(-1)!
    if (gapSharePct(state.gaps) > MAX_GAP_SHARE_PCT) return abstain('gaps', price)
    const scores = await this.#scores(state)
    return scores === null ? abstain('model_failed', price) : { scores, reason: null, price }
  }

  /** Null where the network's numbers are no probabilities. */
  async #scores(state: MarketState): Promise<Scores | null> {
    writeState(state, this.#inputs, 0)
    const [BUY, SELL, HOLD] = await this.#predictor.predict(this.#inputs)
    const scores = { BUY: BUY!, SELL: SELL!, HOLD: HOLD! }
    return Object.values(scores).every((score) => score >= 0 && score <= 1) ? scores : null
  }
}

function abstain(reason: Abstention, price: number | null = null): SecondResult {
  return { scores: null, reason, price }
}

/** Whether it is known what happened in the second before `second`: traded, or quiet. */
function isKnown(slice: MarketSlice, second: EpochMs): boolean {
  const last = epochMs(second - SECOND)
  return slice.series['1s'].covered.some(({ from, to }) => from <= last && second <= to)
}
