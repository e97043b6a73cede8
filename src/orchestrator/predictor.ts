// What answers a second: market states in, probabilities out.
import type { ModelInputs } from '../models/model.ts'

export interface Predictor {
  /** Probabilities [count, 3] in the order BUY, SELL, HOLD. */
  predict(inputs: ModelInputs): Promise<Float32Array>
  /** Whether `inputs` must hold order books. */
  readonly readsOrderBook: boolean
  /** Whether the model is told its own position: an agent. */
  readonly readsAccount: boolean
  close(): Promise<void>
}
