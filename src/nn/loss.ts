// Softmax and the weighted cross-entropy loss.
import { cast, div, equal, exp, maximum, mul, neg, scale, shift, sub } from './elementwise.ts'
import { reduceSum } from './reduce.ts'
import { unsqueeze } from './shape.ts'
import { constant, operation, scalar, shapeError, type Value } from './value.ts'
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
  const ids = constant([...Array(classes).keys()], 'int64', [1, classes])
  const chosen = cast(equal(unsqueeze(labels, 1), ids), logits.dtype)
  const target = smoothing === 0 ? chosen : shift(scale(chosen, 1 - smoothing), smoothing / classes)
  return neg(reduceSum(mul(logSoftmax(logits), target), [1]))
}

/** Σ weight·value / Σ weight; 0 where all weights are 0. */
export function weightedMean(values: Value, weights: Value): Value {
  return div(reduceSum(mul(values, weights)), maximum(reduceSum(weights), scalar(1e-12, weights.dtype)))
}
