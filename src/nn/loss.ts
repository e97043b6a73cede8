// Softmax and the losses: cross-entropy of classes, squared and Huber's for numbers, their weighted mean.
import { abs, clip, div, exp, maximum, minimum, mul, neg, scale, shift, sub } from './elementwise.ts'
import { reduceSum } from './reduce.ts'
import { oneHot } from './select.ts'
import { operation, scalar, shapeError, type Value } from './value.ts'
import { int } from './onnx.ts'

/** Probabilities over the last axis. */
export function softmax(logits: Value): Value {
  const y: Value = operation('Softmax', [logits], logits.dtype, logits.shape, {
    attributes: { axis: int(-1) },
    backward: (g) => [mul(y, sub(g, reduceSum(mul(g, y), [-1], true)))],
  })
  return y
}

/** Logarithms of the probabilities over the last axis; stable where a probability underflows. */
export function logSoftmax(logits: Value): Value {
  const y: Value = operation('LogSoftmax', [logits], logits.dtype, logits.shape, {
    attributes: { axis: int(-1) },
    backward: (g) => [sub(g, mul(exp(y), reduceSum(g, [-1], true)))],
  })
  return y
}

/**
 * Cross-entropy of each row: logits [n, classes], labels int64 [n], result [n], in nats. `smoothing` ε: the target is
 * 1 − ε for the label and ε shared by all classes (Szegedy et al. 2016, section 7), so that no logit is driven to infinity.
 */
export function crossEntropy(logits: Value, labels: Value, smoothing = 0): Value {
  const [rows = 0, classes = 0] = logits.shape
  if (logits.shape.length !== 2 || labels.shape.length !== 1 || labels.shape[0] !== rows) {
    throw shapeError('crossEntropy', 'logits are [n, classes], labels [n]', [logits.shape, labels.shape])
  }
  const chosen = oneHot(labels, classes, logits.dtype)
  const target = smoothing === 0 ? chosen : shift(scale(chosen, 1 - smoothing), smoothing / classes)
  return neg(reduceSum(mul(logSoftmax(logits), target), [1]))
}

/**
 * Huber's loss of each error x (Huber 1964): x²/2 up to |x| = delta, delta·(|x| − delta/2) beyond, so that its gradient
 * is x limited to ±delta.
 */
export function huber(x: Value, delta = 1): Value {
  const size = abs(x)
  const near = minimum(size, scalar(delta, x.dtype))
  return operation('Mul', [near, sub(size, scale(near, 0.5))], x.dtype, x.shape, {
    over: [x],
    backward: (g) => [mul(g, clip(x, -delta, delta))],
  })
}

/** Σ weight·value / Σ weight; 0 where all weights are 0. */
export function weightedMean(values: Value, weights: Value): Value {
  return div(weightedSum(values, weights), maximum(reduceSum(weights), scalar(1e-12, weights.dtype)))
}

/** Σ weight·value: []. */
export function weightedSum(values: Value, weights: Value): Value {
  return reduceSum(mul(values, weights))
}
