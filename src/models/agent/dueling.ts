// Dueling heads (Wang et al. 2016): what a state is worth, and what each action adds to that.
import { at } from '../../core/at.ts'
import {
  add,
  cast,
  clip,
  greater,
  less,
  log,
  maximum,
  relu,
  scale,
  shift,
  sub,
  where,
} from '../../nn/elementwise.ts'
import { linear } from '../../nn/matmul.ts'
import { filled, kaiming, uniform } from '../../nn/random.ts'
import { reduceMean } from '../../nn/reduce.ts'
import { concat, reshape, slice, stack } from '../../nn/shape.ts'
import { parameter, scalar, type Value } from '../../nn/value.ts'

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

/** Limits of what a network is told of an account. */
const MOST_PNL = 20
const PNL_SCALE = 0.2
const HELD_SCALE = 0.2

/**
 * The account as a trader sees it who stands as the market is, and one who stands on their head: float32 [batch, 3] to
 * [batch, 2, 4]: whether the position goes along with an entry of this side, whether against it, unrealised P&L, log of
 * the seconds held.
 */
export function accountTwins(account: Value): Value {
  const position = slice(account, 1, 0, 1)
  const zero = scalar(0)
  const long = cast(greater(position, zero), 'float32')
  const short = cast(less(position, zero), 'float32')
  const pnl = scale(clip(slice(account, 1, 1, 2), -MOST_PNL, MOST_PNL), PNL_SCALE)
  const held = scale(log(shift(maximum(slice(account, 1, 2, 3), zero), 1)), HELD_SCALE)
  const asIs = concat([long, short, pnl, held], 1)
  const turned = concat([short, long, pnl, held], 1)
  return stack([asIs, turned], 1)
}

/**
 * Values of BUY, SELL and HOLD [batch, 3] from hidden units [batch, 2, n] of the market as it is and upside down: the
 * mirrored market in the mirrored position is worth the same, with BUY and SELL exchanged. In a position the action of
 * its own side does nothing, so it is worth what HOLD is.
 */
export function mirroredValues(name: string, hidden: Value, account: Value): Value {
  const batch = at(hidden.shape, 0)
  const out = outputLayer(name, hidden, 3)
  const enter = reshape(slice(out, 2, 0, 1), [batch, 2])
  const both = reduceMean(slice(out, 2, 1, 3), [1])
  const values = dueling(slice(both, 1, 1, 2), concat([enter, slice(both, 1, 0, 1)], 1))
  return sameAsHold(values, account)
}

function sameAsHold(values: Value, account: Value): Value {
  const position = slice(account, 1, 0, 1)
  const [buy, sell, hold] = [0, 1, 2].map((i) => slice(values, 1, i, i + 1)) as [Value, Value, Value]
  const zero = scalar(0)
  return concat([where(greater(position, zero), hold, buy), where(less(position, zero), hold, sell), hold], 1)
}
