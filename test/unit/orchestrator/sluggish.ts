// A network that answers, but not soon: it multiplies large matrices one after the other.
import { TENSOR_NAMES } from '../../../src/contract/timeframes.ts'
import { add, cast, mul } from '../../../src/nn/elementwise.ts'
import { emit } from '../../../src/nn/emit.ts'
import { softmax } from '../../../src/nn/loss.ts'
import { reduceSum } from '../../../src/nn/reduce.ts'
import { concat, reshape } from '../../../src/nn/shape.ts'
import { BATCH, constant, input, operation, scalar, type Value } from '../../../src/nn/value.ts'

/** Its file, of the form that is served. */
export function sluggishNetwork(times = 400): Uint8Array {
  const inputs = TENSOR_NAMES.map((name) => input(name, 'float64', [BATCH, 100, 5]))
  const sums = inputs.map((each) => cast(reduceSum(reduceSum(each, [2]), [1], true), 'float32'))
  return emit({ name: 'own', inputs, outputs: { probabilities: sluggish(times)(sums.reduce(add)) } })
}

/** From the sums of all inputs, float32 [batch, 1]. */
export function sluggish(times: number): (sums: Value) => Value {
  return (sums) => {
    const size = 1024
    const shift = reshape(reduceSum(sums, [0], true), [1, 1])
    let matrix = add(constant(new Float32Array(size * size).fill(1e-3), 'float32', [size, size]), shift)
    for (let i = 0; i < times; i++) matrix = operation('MatMul', [matrix, matrix], 'float32', [size, size])
    return evenly(add(sums, mul(reshape(reduceSum(reduceSum(matrix, [1]), [0]), [1, 1]), scalar(0))))
  }
}

/** The same for all three, whatever is fed. */
export function evenly(sums: Value): Value {
  const nothing = mul(sums, scalar(0))
  return softmax(concat([nothing, nothing, nothing], 1))
}
