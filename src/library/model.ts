// One model of a workspace, asked about one market state at a time with the checkpoint that is promoted.
import type { ConfidenceBand } from '../signals/confidence-band.ts'
import { confidenceWords, wholeBand } from '../signals/confidence-band.ts'
import { confidenceOf } from '../signals/confidence.ts'
import { scoresAt, type Action, type CallRule, type Scores } from '../signals/signal.ts'
import { AppError } from '../core/errors.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import { loadPredictor } from '../orchestrator/load-predictor.ts'
import type { Orchestrator } from '../orchestrator/orchestrator.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import { inputsOf, type MarketStateIn } from './market-state.ts'

export interface Prediction {
  readonly model: string
  readonly checkpoint: string
  /**
   * BUY or SELL where its score reaches the checkpoint's `on`, else HOLD. Of this one state: a live session's call needs two seconds of
   * three, and pauses after it.
   */
  readonly action: Action
  readonly scores: Scores
  /** 0–100, of a BUY or SELL; null for HOLD and while not calibrated. */
  readonly confidence: number | null
  /** Out-of-fold calls behind it. */
  readonly confidence_n: number
  /** 95 %, 0–100. */
  readonly confidence_interval: readonly [number, number] | null
  readonly confidence_band: ConfidenceBand | null
  readonly confidence_words: string | null
}

interface Ready {
  readonly checkpoint: LoadedCheckpoint
  readonly predictor: Predictor
}

/** Loads its checkpoint with the first state, and another one once that is promoted. */
export class WorkspaceModel {
  readonly id: string
  readonly #orchestrator: Orchestrator
  #ready: Ready | null = null
  /** One state after the other: a checkpoint that gives way is closed between two. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(id: string, orchestrator: Orchestrator) {
    this.id = id
    this.#orchestrator = orchestrator
  }

  /**
   * An agent answers as if it held nothing.
   * @throws AppError `invalid_market_state`, `no_order_book`, `no_checkpoint`, `broken_checkpoint`, `self_test_failed`, `model_failed`
   */
  predict(state: MarketStateIn): Promise<Prediction> {
    return this.#next(async () => {
      const { checkpoint, predictor } = await this.#promoted()
      const inputs = inputsOf(this.id, state, predictor.readsOrderBook)
      const scores = scoresAt(await predictor.predict(inputs), 0)
      if (scores === null) throw noProbabilities(checkpoint)
      return predictionOf(checkpoint, scores)
    })
  }

  close(): Promise<void> {
    return this.#next(async () => {
      await this.#ready?.predictor.close()
      this.#ready = null
    })
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  async #promoted(): Promise<Ready> {
    const version = await this.#orchestrator.promoted(this.id)
    if (this.#ready !== null && this.#ready.checkpoint.version === version) return this.#ready
    const checkpoint = await this.#orchestrator.checkpoint(this.id)
    const predictor = await loadPredictor(checkpoint)
    await this.#ready?.predictor.close()
    this.#ready = { checkpoint, predictor }
    return this.#ready
  }
}

function predictionOf({ model, version, metadata }: LoadedCheckpoint, scores: Scores): Prediction {
  const action = actionOf(scores, metadata.rule)
  const score = action === 'HOLD' ? null : scores[action]
  const known = score === null ? null : confidenceOf(metadata.calibration, score)
  const interval = known?.interval ?? null
  return {
    model,
    checkpoint: version,
    action,
    scores,
    confidence: known?.confidence ?? null,
    confidence_n: metadata.calibration?.n ?? 0,
    confidence_interval: interval,
    confidence_band: wholeBand(interval),
    confidence_words: known === null ? null : confidenceWords(interval, known.n),
  }
}

function actionOf({ BUY, SELL }: Scores, { on }: CallRule): Action {
  if (Math.max(BUY, SELL) < on) return 'HOLD'
  return BUY >= SELL ? 'BUY' : 'SELL'
}

function noProbabilities({ model, version }: LoadedCheckpoint): AppError {
  return new AppError(
    'model_failed',
    `Checkpoint ${version} of ${model} answers numbers that are no probabilities.`,
    { status: 500 },
  )
}
