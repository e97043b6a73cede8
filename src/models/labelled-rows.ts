// Labelled rows: the loss of a network that classifies them, whole or in parts of a batch, and a batch as what that is fed.
import { FIELDS, TENSOR_NAMES, WINDOW } from '../contract/timeframes.ts'
import { crossEntropy, weightedMean, weightedSum } from '../nn/loss.ts'
import { float32, float64, int64, type DataTensor } from '../nn/runtime.ts'
import { input, type Value } from '../nn/value.ts'
import { marketInputs } from './features.ts'
import type { Batch } from './model.ts'
import type { TrainingMode } from './training-mode.ts'

const ROW = WINDOW * FIELDS

/** From the four raw inputs to logits float32 [batch, 3]; with `training`, dropout is on. */
export type Network = (inputs: readonly Value[], training?: TrainingMode) => Value

export interface LabelledNetwork {
  readonly network: Network
  /** Share of the target that goes to all classes alike. */
  readonly labelSmoothing: number
  /** A step's rows are taken in so many equal parts, where its size is a multiple: beside each other where cores are free. */
  readonly parts?: number
}

/** Parts of the steps of a training. */
export function partsOf({ parts = 1 }: LabelledNetwork, batchSize: number): number {
  return batchSize % parts === 0 ? parts : 1
}

/**
 * The weighted mean cross-entropy of some rows and the inputs it is fed: the candles, `labels` and `row_weights`.
 * @param isPart the rows are some of a batch: what they add to its mean, their weights being `shares` of it
 */
export function trainingLoss(
  { network, labelSmoothing }: LabelledNetwork,
  rows: number,
  mode?: TrainingMode,
  isPart = false,
): { readonly loss: Value; readonly inputs: readonly Value[] } {
  const inputs = marketInputs(rows)
  const labels = input('labels', 'int64', [rows])
  const weights = input('row_weights', 'float32', [rows])
  const errors = crossEntropy(network(inputs, mode), labels, labelSmoothing)
  const loss = isPart ? weightedSum(errors, weights) : weightedMean(errors, weights)
  return { loss, inputs: [...inputs, labels, weights] }
}

/** A batch as feeds, filled up to `batchSize` with copies of its first row that weigh 0. In parts, weights are shares of the batch's. */
export function batchFeeds(batch: Batch, batchSize: number, parts: number): Record<string, DataTensor> {
  const { count, tensors } = batch.inputs
  if (count < 1 || count > batchSize || batch.labels.length !== count || batch.weights.length !== count) {
    const sizes = `${count} rows, ${batch.labels.length} labels, ${batch.weights.length} weights`
    throw new RangeError(`step: a batch has ${sizes}; expected 1 to ${batchSize} of each.`)
  }
  const labels = [...batch.labels, ...new Array<number>(batchSize - count).fill(0)]
  const weights = new Float32Array(batchSize)
  weights.set(parts === 1 ? batch.weights : shares(batch.weights))
  return {
    ...Object.fromEntries(
      TENSOR_NAMES.map((name) => [
        name,
        float64(padRows(tensors[name], count, batchSize), [batchSize, WINDOW, FIELDS]),
      ]),
    ),
    labels: int64(labels, [batchSize]),
    row_weights: float32(weights, [batchSize]),
  }
}

/** Weights divided by their sum; 0 where that is. */
function shares(weights: Float32Array): Float32Array {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / Math.max(sum, 1e-12))
}

function padRows(rows: Float64Array, count: number, batchSize: number): Float64Array {
  if (count === batchSize) return rows
  const padded = new Float64Array(batchSize * ROW)
  padded.set(rows)
  for (let row = count; row < batchSize; row++) padded.copyWithin(row * ROW, 0, ROW)
  return padded
}
