// Takes a user's own ONNX file in: checked in a process of its own, tried on a market state, published as a checkpoint of `custom`.
import { basename } from 'node:path'
import type { CheckpointFacts } from '../../contract/checkpoint.ts'
import { FIELDS, TENSOR_NAMES, WINDOW } from '../../contract/timeframes.ts'
import { AppError } from '../../core/errors.ts'
import type { ModelInputs } from '../../models/model.ts'
import { encodeWeights } from '../../nn/weights.ts'
import type { Checkpoints } from '../checkpoints.ts'
import { CUSTOM, CUSTOM_NAME } from './custom.ts'
import { invalidFile, ORDER_BOOK, requireInterface, requireProbabilities } from './interface.ts'
import { IsolatedModel, LIMITS, type Limits } from './isolated-model.ts'

export interface ImportModel {
  readonly checkpoints: Checkpoints
  /** What the file is called: in errors, and in the list of checkpoints. */
  readonly file: string
  readonly onnx: Uint8Array
  /** P(BUY) or P(SELL) from which a call opens, 0 to 1. */
  readonly on?: number
  readonly limits?: Limits
}

/** Nothing here has chosen when its calls open: the likelier side must have the majority. */
const DEFAULT_ON = 0.5
/** A call ends under this share of `on`, as with models trained here. */
const OFF_SHARE = 0.7
/** Seconds between calls. */
const PAUSE_SECONDS = 10
/** Times the trial is run. */
const TRIALS = 2

/**
 * The version that the model became, once it is durable.
 * @throws AppError `invalid_model_file` (422) with the names, types and shapes expected and found; nothing is stored
 */
export async function importModel(options: ImportModel): Promise<string> {
  const { checkpoints, onnx, on = DEFAULT_ON } = options
  const file = basename(options.file)
  await check(file, onnx, options.limits ?? LIMITS)
  return checkpoints.publish(CUSTOM, {
    weights: encodeWeights(new Map()),
    onnx,
    metadata: factsOf(file, on),
  })
}

async function check(file: string, onnx: Uint8Array, limits: Limits): Promise<void> {
  const model = await IsolatedModel.open(onnx, limits).catch((error: unknown) => {
    throw invalidFile(file, [reasonOf(error)])
  })
  try {
    requireInterface(file, model.ports)
    const inputs = trialInputs(model.ports.inputs.some(({ name }) => name === ORDER_BOOK))
    for (let trial = 0; trial < TRIALS; trial++) {
      const answer = await model.predict(inputs).catch((error: unknown) => {
        throw invalidFile(file, [`on a trial market state: ${reasonOf(error)}`])
      })
      requireProbabilities(file, answer, inputs.count)
    }
  } finally {
    model.close()
  }
}

function reasonOf(error: unknown): string {
  const { message } = error as Error
  return error instanceof AppError ? message.replace(/\.$/, '') : message
}

/** A market of which each second moves by a tick or not: all that a trial needs. */
function trialInputs(withBook: boolean): ModelInputs {
  const tensors = Object.fromEntries(TENSOR_NAMES.map((name) => [name, trialCandles()]))
  const inputs = { count: 1, tensors: tensors as ModelInputs['tensors'] }
  return withBook ? { ...inputs, orderBook: trialBook() } : inputs
}

function trialCandles(): Float64Array {
  const candles = new Float64Array(WINDOW * FIELDS)
  for (let i = 0; i < WINDOW; i++) {
    const close = 2400 + 0.01 * ((i * 7) % 13)
    candles.set([close, close + 0.02, close - 0.02, close, 1 + (i % 5)], i * FIELDS)
  }
  return candles
}

/** Ten levels a side, a tick apart: price and size of the best ask, of the best bid, of the next ask, and so on. */
function trialBook(): Float64Array {
  const book = new Float64Array(WINDOW * 40)
  for (let i = 0; i < WINDOW * 10; i++) {
    const level = i % 10
    book.set([2400.05 + 0.01 * level, 1 + level, 2400.04 - 0.01 * level, 1 + level], i * 4)
  }
  return book
}

function factsOf(file: string, on: number): CheckpointFacts {
  return {
    schema_version: 1,
    model: CUSTOM,
    name: CUSTOM_NAME,
    symbol: null,
    venue: null,
    simulated: false,
    seed: 0,
    threads: 1,
    platform: 'any',
    hyperparameters: { file },
    parameters: { on },
    data: { test_cases: [], left_out: [], holds: 0, hold_source: null },
    rule: { on, off: on * OFF_SHARE, pauseSeconds: PAUSE_SECONDS },
    calibration: null,
    validation: null,
    validation_reason: 'It was trained elsewhere: nothing is known here of how often it is right.',
  }
}
