// A checkpoint made ready to answer, be it one of the house's models or the user's own.
import { AppError } from '../core/errors.ts'
import { predictInChunks } from '../models/classifier.ts'
import { ACTIONS, type ModelInputs } from '../models/model.ts'
import { Session } from '../nn/runtime.ts'
import { ONNX_FILE, type LoadedCheckpoint } from './checkpoints.ts'
import { withLastTwice } from './even-rows.ts'
import { customPredictor } from './custom/custom-predictor.ts'
import { CUSTOM } from './custom/custom.ts'
import { onnxFault } from './onnx-fault.ts'
import type { Predictor } from './predictor.ts'
import { requireSelfTest } from './self-test.ts'

/** What a checkpoint answers with. */
export type ServedCheckpoint = Pick<LoadedCheckpoint, 'model' | 'version' | 'onnx' | 'selfTest'>

/** One state a second needs no more; the other cores are left to training. */
const THREADS = 1

const ROWS_AT_ONCE = 64

/** @throws AppError `broken_checkpoint` when ONNX Runtime refuses the file; `self_test_failed` */
export async function loadPredictor(checkpoint: ServedCheckpoint): Promise<Predictor> {
  const predictor = await opened(checkpoint)
  try {
    await requireSelfTest(checkpoint, predictor)
    return predictor
  } catch (error) {
    await predictor.close()
    throw error
  }
}

async function opened(checkpoint: ServedCheckpoint): Promise<Predictor> {
  const { model, version, onnx } = checkpoint
  if (model === CUSTOM) return customPredictor(checkpoint)
  try {
    const session = await Session.open(onnx, { threads: THREADS })
    return {
      predict: (inputs) => predictEven(session, inputs),
      rowsAtOnce: ROWS_AT_ONCE,
      readsOrderBook: session.takes('order_book'),
      readsAccount: session.takes('account'),
      close: () => session.close(),
    }
  } catch (error) {
    throw new AppError(
      'broken_checkpoint',
      `${ONNX_FILE} of checkpoint ${version} of ${model} could not be loaded (${onnxFault(error)}). Train again and use the new checkpoint.`,
      { status: 409, cause: error },
    )
  }
}

/**
 * A row by itself takes another way through the runtime's kernels than one among others, to other last bits. Asked about in even
 * numbers, a live second is answered with the bits of the same second in a backtest, which asks about many at once.
 */
async function predictEven(session: Session, inputs: ModelInputs): Promise<Float32Array> {
  if (inputs.count % 2 === 0) return predictInChunks(session, inputs)
  const probabilities = await predictInChunks(session, withLastTwice(inputs))
  return probabilities.subarray(0, inputs.count * ACTIONS.length)
}
