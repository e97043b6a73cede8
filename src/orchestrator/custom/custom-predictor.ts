// Live answers of a user's own model: its process is started again when it was ended, and given up when that keeps happening.
import { AppError } from '../../core/errors.ts'
import type { ModelInputs } from '../../models/model.ts'
import type { LoadedCheckpoint } from '../checkpoints.ts'
import type { Predictor } from '../predictor.ts'
import { ORDER_BOOK } from './interface.ts'
import { IsolatedModel, LIMITS, type Limits } from './isolated-model.ts'

/** So many processes may be lost without an answer between them. */
const MOST_LOSSES = 3

/**
 * The process is up when this resolves. A call that finds it lost fails at once and starts another for the calls after it.
 * @throws AppError `broken_checkpoint` where the file does not open
 */
export async function customPredictor(
  { version, onnx }: Pick<LoadedCheckpoint, 'version' | 'onnx'>,
  limits: Limits = LIMITS,
): Promise<Predictor> {
  let model: IsolatedModel | null = await IsolatedModel.open(onnx, limits).catch((error: unknown) => {
    throw new AppError('broken_checkpoint', `Checkpoint ${version} of custom: ${(error as Error).message}`, {
      status: 409,
      cause: error,
    })
  })
  const readsOrderBook = model.ports.inputs.some(({ name }) => name === ORDER_BOOK)
  let [losses, closed] = [0, false]
  const revive = (): void => {
    losses += 1
    model = null
    if (losses >= MOST_LOSSES || closed) return
    IsolatedModel.open(onnx, limits).then(
      (fresh) => {
        if (closed) fresh.close()
        else model = fresh
      },
      () => revive(),
    )
  }
  return {
    readsOrderBook,
    readsAccount: false,
    rowsAtOnce: 1,
    predict: async (inputs: ModelInputs): Promise<Float32Array> => {
      if (model === null) throw lost(losses)
      try {
        const answer = await model.predict(inputs)
        losses = 0
        return answer
      } catch (error) {
        if (!model.alive()) revive()
        throw error
      }
    },
    close: (): Promise<void> => {
      closed = true
      model?.close()
      return Promise.resolve()
    },
  }
}

function lost(losses: number): AppError {
  const what =
    losses < MOST_LOSSES
      ? 'is being started again'
      : `was lost ${MOST_LOSSES} times in a row; stop the session and look at the model`
  return new AppError('model_failed', `The process of the model ${what}.`, { status: 409 })
}
