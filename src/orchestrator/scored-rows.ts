// What a network says of states and the rows of moments that they are, in one run: the network makes most of a row on its way.
import { TENSOR_NAMES, WINDOW, FIELDS } from '../contract/timeframes.ts'
import { ACTIONS, type ModelInputs } from '../models/model.ts'
import { ROW_SIZE, withMomentRow } from '../models/moment-row.ts'
import { float64, Session } from '../nn/runtime.ts'
import type { LoadedCheckpoint } from './checkpoints.ts'
import { CUSTOM } from './custom/custom.ts'
import { withLastTwice } from './even-rows.ts'

/** Numbers of a state: the probabilities, then its row. */
const SIZE = ACTIONS.length + ROW_SIZE

/** Of networks that read candles alone. */
export class ScoredRows {
  readonly #session: Session

  private constructor(session: Session) {
    this.#session = session
  }

  /** Null where the network reads more than candles, or is the user's own. @throws what ONNX Runtime refuses */
  static async open({ model, onnx }: Pick<LoadedCheckpoint, 'model' | 'onnx'>): Promise<ScoredRows | null> {
    if (model === CUSTOM) return null
    const session = await Session.open(withMomentRow(onnx), { threads: 1 })
    if (session.inputs.length === TENSOR_NAMES.length) return new ScoredRows(session)
    await session.close()
    return null
  }

  /** float32 [count, 3 + ROW_SIZE]: BUY, SELL, HOLD as the network by itself says it, then the row. Of few enough states for one run. */
  async of(inputs: ModelInputs): Promise<Float32Array> {
    const { count, tensors } = inputs.count % 2 === 0 ? inputs : withLastTwice(inputs)
    const feeds = TENSOR_NAMES.map((name) => [name, float64(tensors[name], [count, WINDOW, FIELDS])] as const)
    const { probabilities, row } = await this.#session.run(Object.fromEntries(feeds))
    return besides(probabilities as Float32Array, row as Float32Array, inputs.count)
  }

  async close(): Promise<void> {
    await this.#session.close()
  }
}

/** Each state's probabilities with its row behind them. */
export function besides(probabilities: Float32Array, rows: Float32Array, count: number): Float32Array {
  const all = new Float32Array(count * SIZE)
  for (let i = 0; i < count; i++) {
    all.set(probabilities.subarray(i * ACTIONS.length, (i + 1) * ACTIONS.length), i * SIZE)
    all.set(rows.subarray(i * ROW_SIZE, (i + 1) * ROW_SIZE), i * SIZE + ACTIONS.length)
  }
  return all
}
