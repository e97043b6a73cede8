// A checkpoint made ready to answer, be it one of the house's models or the user's own.
import { AppError } from '../core/errors.ts'
import { predictInChunks } from '../models/classifier.ts'
import { Session } from '../nn/runtime.ts'
import { ONNX_FILE, type LoadedCheckpoint } from './checkpoints.ts'
import { customPredictor } from './custom/custom-predictor.ts'
import { CUSTOM } from './custom/custom.ts'
import { onnxFault } from './onnx-fault.ts'
import type { Predictor } from './predictor.ts'
import { requireSelfTest } from './self-test.ts'

/** One state a second needs no more; the other cores are left to training. */
const THREADS = 1

/** @throws AppError `broken_checkpoint` when ONNX Runtime refuses the file; `self_test_failed` */
export async function loadPredictor(checkpoint: LoadedCheckpoint): Promise<Predictor> {
  const predictor = await opened(checkpoint)
  try {
    await requireSelfTest(checkpoint, predictor)
    return predictor
  } catch (error) {
    await predictor.close()
    throw error
  }
}

async function opened(checkpoint: LoadedCheckpoint): Promise<Predictor> {
  const { model, version, onnx } = checkpoint
  if (model === CUSTOM) return customPredictor(checkpoint)
  try {
    const session = await Session.open(onnx, { threads: THREADS })
    return {
      predict: (inputs) => predictInChunks(session, inputs),
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
