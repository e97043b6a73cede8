// Takes a user's own ONNX file in: checked in a process of its own, tried on a market state, published as a checkpoint of `custom`.
import { basename } from 'node:path'
import type { CheckpointFacts } from '../../contract/checkpoint.ts'
import { AppError } from '../../core/errors.ts'
import { encodeWeights } from '../../nn/weights.ts'
import type { Checkpoints } from '../checkpoints.ts'
import { selfTestFile } from '../self-test.ts'
import { trialInputs } from '../trial-inputs.ts'
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
  const selfTest = await check(file, onnx, options.limits ?? LIMITS)
  return checkpoints.publish(CUSTOM, {
    weights: encodeWeights(new Map()),
    onnx,
    selfTest,
    metadata: factsOf(file, on),
  })
}

/** Its self-test; null where it does not answer the same twice. */
async function check(file: string, onnx: Uint8Array, limits: Limits): Promise<Uint8Array | null> {
  const model = await IsolatedModel.open(onnx, limits).catch((error: unknown) => {
    throw invalidFile(file, [reasonOf(error)])
  })
  try {
    requireInterface(file, model.ports)
    const inputs = trialInputs(model.ports.inputs.some(({ name }) => name === ORDER_BOOK))
    const answers: Float32Array[] = []
    for (let trial = 0; trial < TRIALS; trial++) {
      const answer = await model.predict(inputs).catch((error: unknown) => {
        throw invalidFile(file, [`on a trial market state: ${reasonOf(error)}`])
      })
      requireProbabilities(file, answer, inputs.count)
      answers.push(answer)
    }
    const [first, ...others] = answers
    if (first === undefined || others.some((other) => String(other) !== String(first))) return null
    return selfTestFile(inputs, first)
  } finally {
    model.close()
  }
}

function reasonOf(error: unknown): string {
  const { message } = error as Error
  return error instanceof AppError ? message.replace(/\.$/, '') : message
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
