// A gated recurrent unit (GRU), unrolled: one step after another in the graph, so that gradients flow back through time.
import { add, mul, sigmoid, sub, tanh } from './elementwise.ts'
import { linear } from './matmul.ts'
import { reshape, slice } from './shape.ts'
import { shapeError, type Value } from './value.ts'

/** Of a GRU with n units over m channels; columns in the order reset, update, candidate, as in PyTorch. */
export interface GruWeights {
  /** [m, 3n] and [3n] */
  readonly input: Value
  readonly inputBias: Value
  /** [n, 3n] and [3n] */
  readonly hidden: Value
  readonly hiddenBias: Value
}

/**
 * The last hidden state [batch, n] of a GRU over x [batch, length, m], from `start` [batch, n] (Cho et al. 2014, with the
 * reset gate after the product as in PyTorch and cuDNN). Each step is about ten operations here and twenty in its
 * gradient: meant for up to some dozens of steps; pool longer series first.
 */
export function gru(x: Value, weights: GruWeights, start: Value): Value {
  const [batch, length, channels] = x.shape as [number, number, number]
  const units = weights.hidden.shape[0]!
  if (x.shape.length !== 3 || weights.input.shape[0] !== channels || start.shape.at(-1) !== units) {
    const problem = 'x is [batch, length, m], the weights [m, 3n] and [n, 3n], the start [batch, n]'
    throw shapeError('gru', problem, [x.shape, weights.input.shape, weights.hidden.shape, start.shape])
  }
  const projected = linear(x, weights.input, weights.inputBias)
  let state = start
  for (let t = 0; t < length; t++) {
    const now = reshape(slice(projected, 1, t, t + 1), [batch, 3 * units])
    state = gruStep(now, linear(state, weights.hidden, weights.hiddenBias), state)
  }
  return state
}

function gruStep(ofInput: Value, ofHidden: Value, state: Value): Value {
  const n = state.shape.at(-1)!
  const part = (x: Value, i: number): Value => slice(x, 1, i * n, (i + 1) * n)
  const gates = sigmoid(add(slice(ofInput, 1, 0, 2 * n), slice(ofHidden, 1, 0, 2 * n)))
  const [reset, update] = [part(gates, 0), part(gates, 1)]
  const candidate = tanh(add(part(ofInput, 2), mul(reset, part(ofHidden, 2))))
  return add(candidate, mul(update, sub(state, candidate)))
}
