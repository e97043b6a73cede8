// Dueling heads (Wang et al. 2016): what a state is worth, and what each action adds to that.
import { at } from '../../core/at.ts'
import { add, relu, sub } from '../../nn/elementwise.ts'
import { linear } from '../../nn/matmul.ts'
import { filled, kaiming, uniform } from '../../nn/random.ts'
import { reduceMean } from '../../nn/reduce.ts'
import { parameter, type Value } from '../../nn/value.ts'

/** Values [batch, actions] of a state's value [batch, 1] and advantages [batch, actions] (eq. 9: less their mean). */
export function dueling(value: Value, advantages: Value): Value {
  return add(value, sub(advantages, reduceMean(advantages, [1], true)))
}

/** A dense layer with ReLU over the last axis. */
export function hiddenLayer(name: string, x: Value, units: number): Value {
  const n = at(x.shape, -1)
  return relu(
    linear(
      x,
      parameter(`${name}.weight`, [n, units], kaiming(n)),
      parameter(`${name}.bias`, [units], filled(0), false),
    ),
  )
}

/** A dense layer without one. */
export function outputLayer(name: string, x: Value, outputs: number): Value {
  const n = at(x.shape, -1)
  return linear(
    x,
    parameter(`${name}.weight`, [n, outputs], uniform(Math.sqrt(1 / n))),
    parameter(`${name}.bias`, [outputs], filled(0), false),
  )
}
