// What answers a second: market states in, probabilities out.
import type { ModelInputs } from '../models/model.ts'

export interface Predictor {
  /** Probabilities [count, 3] in the order BUY, SELL, HOLD. */
  predict(inputs: ModelInputs): Promise<Float32Array>
  /** So many rows are best asked about at once, and are answered with the bits of each by itself; 1 where nobody knows that. */
  readonly rowsAtOnce: number
  /** Whether `inputs` must hold order books. */
  readonly readsOrderBook: boolean
  /** Whether the model is told its own position: an agent. */
  readonly readsAccount: boolean
  close(): Promise<void>
}
