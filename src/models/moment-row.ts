// A moment's row: plain summaries of the four timeframes over their last candles, and their units. No annotation, no parameter.
import { CASE_TIMEFRAMES, TENSOR_NAMES } from '../contract/timeframes.ts'
import { at } from '../core/at.ts'
import { withBeside } from '../nn/beside.ts'
import { asHalves } from '../nn/elementwise.ts'
import { emit, type EmitOptions } from '../nn/emit.ts'
import { parametersOf } from '../nn/gradient.ts'
import { concat, reshape, slice } from '../nn/shape.ts'
import { softmax } from '../nn/loss.ts'
import { BATCH, input, type Value } from '../nn/value.ts'
import type { NamedTensors } from '../nn/weights.ts'
import { frozen } from './classifier.ts'
import { marketFeatures, marketInputs } from './features.ts'
import { mirroredSummaries, summaries, summaryAt, summarySize, turningOf } from './summaries.ts'

/** The last candles of each timeframe that are summed up. */
const HORIZONS = [3, 10, 30, 100]
const SUMMARIES = summarySize(HORIZONS)
const UNITS = TENSOR_NAMES.length

/** Numbers of a row. */
export const ROW_SIZE = SUMMARIES + UNITS

/** How a row becomes that of the same market turned upside down. */
export const TURNING = turningOf(HORIZONS, UNITS)

/** What a number of a row is of. */
export interface RowNumber {
  /** `1s` */
  readonly timeframe: string
  /** The last candles that it sums up; null of a unit. */
  readonly candles: number | null
  /** Whether it is the largest or smallest of them. */
  readonly isExtreme: boolean
}

export const ROW_NUMBERS: readonly RowNumber[] = Array.from({ length: ROW_SIZE }, (_, i) => {
  if (i >= SUMMARIES)
    return { timeframe: at(CASE_TIMEFRAMES, i - SUMMARIES), candles: null, isExtreme: false }
  const { horizon, timeframe, isExtreme } = summaryAt(i)
  return { timeframe: at(CASE_TIMEFRAMES, timeframe), candles: at(HORIZONS, horizon), isExtreme }
})

/**
 * float32 [batch, ROW_SIZE] of the four inputs of raw candles (design, section 8). Each number is one that a half can tell, so that a row that was kept
 * is the row that was made.
 */
export function momentRow(inputs: readonly Value[]): Value {
  const { candles, units } = marketFeatures(inputs)
  return asHalves(concat([summaries(candles, HORIZONS), units], 1))
}

/** The rows of the same market turned upside down: [batch, ROW_SIZE] to [batch, ROW_SIZE]. */
export function turnedRow(row: Value): Value {
  const batch = at(row.shape, 0)
  const sums = reshape(slice(row, 1, 0, SUMMARIES), [batch, SUMMARIES])
  return concat([mirroredSummaries(sums), slice(row, 1, SUMMARIES, ROW_SIZE)], 1)
}

/** The ONNX bytes that make rows of raw candles, any number at once: output `row`. */
export function exportMomentRow(): Uint8Array {
  return emit(rowGraph())
}

/** The ONNX bytes of a model of the four inputs that makes their rows, too: output `row`. What both need is computed once. */
export function withMomentRow(model: Uint8Array): Uint8Array {
  return withBeside(model, rowGraph())
}

function rowGraph(): EmitOptions {
  const inputs = marketInputs(BATCH)
  return { name: 'moment-row', inputs, outputs: { row: momentRow(inputs) } }
}

/** The ONNX bytes of what stands behind the rows: from input `row` [batch, ROW_SIZE] to `probabilities` [batch, 3]. */
export function exportRowHead(logits: (rows: Value) => Value, weights: NamedTensors): Uint8Array {
  const row = input('row', 'float32', [BATCH, ROW_SIZE])
  const out = logits(row)
  const replace = frozen(parametersOf([out]), weights)
  return emit({ name: 'row-head', inputs: [row], outputs: { probabilities: softmax(out) }, replace })
}
