// One second's output of a model, and the decision rule and calibration that a checkpoint carries.
import type { EpochMs } from '../core/time.ts'

export type Action = 'BUY' | 'SELL' | 'HOLD'

/** P(BUY), P(SELL), P(HOLD) of one second; they sum to 1. */
export interface Scores {
  readonly BUY: number
  readonly SELL: number
  readonly HOLD: number
}

/** The three from index `row`·3 on; null where they are no probabilities. */
export function scoresAt(probabilities: Float32Array, row: number): Scores | null {
  const [BUY, SELL, HOLD] = probabilities.subarray(3 * row, 3 * row + 3)
  if (BUY === undefined || SELL === undefined || HOLD === undefined) return null
  const scores = { BUY, SELL, HOLD }
  return Object.values(scores).every((score) => score >= 0 && score <= 1) ? scores : null
}

/** When a call opens and ends (design, section 5). Chosen out of fold, kept in the checkpoint. */
export interface CallRule {
  /** A call opens when P(BUY) or P(SELL) ≥ `on` in 2 of 3 seconds … */
  readonly on: number
  /** … and ends under `off` for 10 s, on the opposite call, or after 60 s. */
  readonly off: number
  /** Then this many seconds pause: z of section 5, the median over the training annotations. */
  readonly pauseSeconds: number
}

/** A run of signals that is one decision. */
export interface Call {
  readonly id: string
  readonly action: 'BUY' | 'SELL'
  readonly opensAt: EpochMs
  /** Score at the opening. */
  readonly score: number
}

/** Share of out-of-fold calls that matched an annotation, as a logistic of the score's logit, shrunk to the overall share. */
export interface Calibration {
  /** Out-of-fold calls it rests on; under 5 nothing is shown. */
  readonly n: number
  readonly hits: number
  readonly intercept: number
  readonly slope: number
  /** From 1,000 calls on, in place of the logistic: the share at each of these ascending scores, straight lines between them. */
  readonly isotonic?: { readonly scores: number[]; readonly shares: number[] }
}
